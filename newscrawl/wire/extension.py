"""What all connections of one crawler share, as a Scrapy extension: clock, recorder, requests in flight."""

from __future__ import annotations

import platform
import secrets
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import scrapy
from scrapy import signals

from newscrawl.archive.layout import Layout
from newscrawl.archive.writer import WriterPolicy
from newscrawl.errors import UsageError
from newscrawl.version import __version__
from newscrawl.wire.clock import clock_of
from newscrawl.wire.in_flight import InFlight
from newscrawl.wire.offline import OfflineNetwork, apply_offline_settings, is_offline
from newscrawl.wire.recorder import Recorder

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from newscrawl.wire.clock import Clock


_FSYNC = ("commit", "always", "close")


class Wire:
    """The one clock, recorder and register of requests of a crawler; `offline` is the archive that answers,
    if any.

    Scrapy makes a download handler for each scheme, and all of them must write to one file.
    """

    def __init__(
        self,
        clock: Clock,
        recorder: Recorder,
        in_flight: InFlight,
        offline: OfflineNetwork | None = None,
    ) -> None:
        self.clock, self.recorder, self.in_flight = clock, recorder, in_flight
        self.offline = offline

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises UsageError, NotAnArchive and StorageError where the archive cannot be written to."""
        apply_offline_settings(crawler.settings)
        clock = clock_of(crawler)
        recorder = _recorder(crawler, clock)
        offline = (
            OfflineNetwork.from_settings(crawler.settings, recorder.layout, now=clock.utc())
            if is_offline(crawler.settings)
            else None
        )
        return cls(clock, recorder, InFlight(crawler), offline)


def wire_of(crawler: Crawler) -> Wire:
    """The wire of this crawler. Raises UsageError where its settings have switched it off."""
    wire = crawler.get_extension(Wire)
    if wire is None:
        raise UsageError("EXTENSIONS_BASE: newscrawl.wire.extension.Wire may not be left out")
    return wire


def _recorder(crawler: Crawler, clock: Clock) -> Recorder:
    """A recorder as the settings say, which is closed when the engine stops."""
    layout = Layout(Path(crawler.settings["NEWSCRAWL_ARCHIVE"]))
    layout.create()
    writer_id = secrets.token_hex(4)
    recorder = Recorder(layout, writer_policy(crawler.settings), writer_id=writer_id, now=clock.utc)
    # Not left to the handlers: Scrapy makes none for a crawl that sends no request.
    crawler.signals.connect(recorder.close, signals.engine_stopped)
    return recorder


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
