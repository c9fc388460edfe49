"""The one writer for the exchanges of all connections of a crawler."""

from __future__ import annotations

import logging
import platform
import secrets
import socket
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import scrapy
from scrapy import signals

from newscrawl.archive.layout import Layout
from newscrawl.archive.writer import WarcWriter, WriterPolicy
from newscrawl.errors import StorageError, UsageError
from newscrawl.version import __version__
from newscrawl.wire.writer_thread import WriterThread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from newscrawl.items import Capture
    from newscrawl.warc.exchange import Exchange, Failure
    from newscrawl.warc.record_builder import RefersTo
    from newscrawl.wire.clock import Clock

logger = logging.getLogger(__name__)

T = TypeVar("T")

_FSYNC = ("commit", "always", "close")


class Recorder:
    """Writes exchanges in the order of the calls."""

    def __init__(
        self, layout: Layout, policy: WriterPolicy, *, writer_id: str, now: Callable[[], datetime]
    ) -> None:
        self.layout, self.writer_id = layout, writer_id
        #: Finds the earlier capture with the same payload. Set by whoever has the table of captures.
        self.find_original: Callable[[str, str | None], RefersTo | None] | None = None
        #: The first reason why something could not be written.
        self.fault: StorageError | None = None
        self._closed = False
        self._writer = WarcWriter(
            layout,
            policy,
            writer_id=writer_id,
            now=now,
            new_id=lambda: uuid.uuid4().urn,
            find_original=lambda url, digest: (
                self.find_original(url, digest) if self.find_original else None
            ),
        )
        self._thread = WriterThread(self._writer)

    @classmethod
    def from_crawler(cls, crawler: Crawler, clock: Clock) -> Self:
        """A recorder as the settings say, which is closed when the engine stops."""
        layout = Layout(Path(crawler.settings["NEWSCRAWL_ARCHIVE"]))
        layout.create()
        writer_id = secrets.token_hex(4)
        recorder = cls(layout, writer_policy(crawler.settings), writer_id=writer_id, now=clock.utc)
        # Not left to the handlers: Scrapy makes none for a crawl that sends no request.
        crawler.signals.connect(recorder.close, signals.engine_stopped)
        return recorder

    async def open(self) -> None:
        """Open a file, whose lock shows that this crawl is alive."""
        await self._noting_faults(self._thread.run(self._writer.open))

    async def write(
        self, exchanges: Sequence[Exchange], failure: Failure | None, url: str
    ) -> list[Capture]:
        """Write the transmissions of one request. On return they survive the death of this process."""
        if self._closed:
            raise StorageError(
                f"{self.layout.root}: {url} was answered after the archive was closed"
            )
        if self.find_original is None:
            for exchange in exchanges:
                exchange.check_duplicates = False
        return await self._noting_faults(self._thread.write(exchanges, failure, url))

    async def sync(self) -> None:
        """Wait until everything that was written is on the disk."""
        await self._noting_faults(self._thread.sync())

    async def close(self) -> None:
        """Finish the file and the index. An error is kept in `fault`, and logged if it is the first."""
        if self._closed:
            return
        self._closed = True
        known = self.fault
        try:
            await self._noting_faults(self._thread.run(self._writer.close))
        except StorageError as error:
            # The next start recovers what is not finished.
            if known is None:
                logger.error("%s", error)
        finally:
            self._thread.shutdown()

    async def _noting_faults(self, doing: Awaitable[T]) -> T:
        try:
            return await doing
        except StorageError as error:
            self.fault = self.fault or error
            raise


def writer_policy(settings: BaseSettings) -> WriterPolicy:
    """The settings of the writer, from those of Scrapy. Raises UsageError."""
    if (fsync := settings["NEWSCRAWL_FSYNC"]) not in _FSYNC:
        raise UsageError(f"NEWSCRAWL_FSYNC is {fsync!r}: give one of {', '.join(_FSYNC)}")
    info = [
        ("software", f"newscrawl/{__version__} scrapy/{scrapy.__version__}"),
        ("isPartOf", settings["NEWSCRAWL_PREFIX"]),
        ("hostname", socket.gethostname()),
        ("robots", "rfc9309" if settings.getbool("NEWSCRAWL_ROBOTS") else "ignore"),
        ("http-header-user-agent", settings["USER_AGENT"]),
        ("python", platform.python_version()),
    ]
    if operator := settings["NEWSCRAWL_OPERATOR"]:
        info.append(("operator", operator))
    return WriterPolicy(
        prefix=settings["NEWSCRAWL_PREFIX"],
        level=settings.getint("NEWSCRAWL_GZIP_LEVEL"),
        roll_bytes=settings.getint("NEWSCRAWL_WARC_BYTES"),
        roll_seconds=settings.getfloat("NEWSCRAWL_WARC_SECONDS"),
        sync_always=fsync == "always",
        redacted=frozenset(name.lower() for name in settings.getlist("NEWSCRAWL_REDACT")),
        info=tuple(info),
    )
