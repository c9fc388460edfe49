"""The one writer for the exchanges of all connections of a crawler: on the event loop, or in a thread.

Invariants: one exchange is written after the other; on return its bytes are with the operating system;
the loop never waits for the disk, for a file to be finished or for the index to be merged.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from newscrawl.archive.writer import WarcWriter
from newscrawl.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from newscrawl.archive.layout import Layout
    from newscrawl.archive.writer import WriterPolicy
    from newscrawl.items import Capture
    from newscrawl.warc.exchange import Exchange, Failure
    from newscrawl.warc.record_builder import RefersTo
    from newscrawl.warc.warc_fields import Resource

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: Largest response that is written on the loop, and largest one at the fast level. That takes about half a
#: millisecond, and one millisecond.
MAX_INLINE_BYTES, MAX_FAST_INLINE_BYTES = 64 * 1024, 384 * 1024

#: A crawl whose exchanges end within so many seconds of each other is busy.
_BUSY_SECONDS = 0.02

#: Requests, including the one that is written, that may wait before the fast level is used.
_MAX_QUEUED_AT_FULL_LEVEL = 2


@dataclass(frozen=True, slots=True)
class _Job:
    exchanges: Sequence[Exchange]
    failure: Failure | None
    url: str
    done: asyncio.Future[list[Capture]]


_Result: TypeAlias = "list[Capture] | BaseException"


class Recorder:
    """Writes exchanges in the order of the calls."""

    def __init__(
        self, layout: Layout, policy: WriterPolicy, *, writer_id: str, now: Callable[[], datetime]
    ) -> None:
        self.layout, self.writer_id = layout, writer_id
        self._now = now
        #: Finds the earlier capture with the same payload. Set by whoever has the table of captures.
        self.find_original: Callable[[str, str | None], RefersTo | None] | None = None
        #: Fields of the next warcinfo record beside those of the settings. Set by whoever has the sources.
        self.more_info: Callable[[], tuple[tuple[str, str], ...]] = tuple
        #: The first reason why something could not be written.
        self.fault: StorageError | None = None
        self._closed = False
        self._closing: asyncio.Future[None] | None = None
        self._writer = WarcWriter(
            layout,
            policy,
            writer_id=writer_id,
            now=now,
            new_id=lambda: uuid.uuid4().urn,
            find_original=lambda url, digest: (
                self.find_original(url, digest) if self.find_original else None
            ),
            more_info=lambda: self.more_info(),
        )
        self._thread = WriterThread(self._writer)

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

    async def write_resources(self, resources: Sequence[Resource]) -> list[Capture]:
        """Write what stands beside a response, each as a record. On return it survives the death of this
        process."""
        date = self._now()
        return await self._noting_faults(
            self._thread.run(lambda: self._writer.write_resources(resources, date))
        )

    async def write_notes(self, blocks: Sequence[bytes]) -> None:
        """Write notes of the frontier. On return they are on the disk."""
        await self._noting_faults(self._thread.run(lambda: self._writer.write_notes(blocks)))
        await self.sync()

    async def sync(self) -> None:
        """Wait until everything that was written is on the disk."""
        await self._noting_faults(self._thread.sync())

    async def close(self) -> None:
        """Finish the file and the index. An error is kept in `fault`, and logged if it is the first.

        Whoever calls it later waits for the same end.
        """
        self._closed = True
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await self._closing

    async def _close(self) -> None:
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


class WriterThread:
    """A WARC writer and its thread. All methods are for the event loop.

    Two threads that use one interpreter delay each other. So a small exchange is written on the loop while
    the thread is idle. A larger one goes to the thread, unless the crawl is busy: then it is written on the
    loop at the fast level, one exchange in each step of the loop. Those that are too large for that go to the
    thread together.
    """

    def __init__(self, writer: WarcWriter) -> None:
        self._writer = writer
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="warc")
        # Writing goes on while the disk is waited for.
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="fsync")
        self._waiting: list[_Job] = []
        self._wrote_at = float("-inf")
        #: Jobs of the thread and steps of the loop that use the writer now, or are scheduled to.
        self._running = 0

    async def write(
        self, exchanges: Sequence[Exchange], failure: Failure | None, url: str
    ) -> list[Capture]:
        """Write the transmissions of one request. Raises StorageError.

        While others wait, or the crawl is busy, the fast level is used: compressing must not delay the crawl.
        """
        loop = asyncio.get_running_loop()
        before, self._wrote_at = self._wrote_at, loop.time()
        fast = not _is_small(exchanges, MAX_INLINE_BYTES)
        limit = (
            MAX_FAST_INLINE_BYTES if self._wrote_at - before < _BUSY_SECONDS else MAX_INLINE_BYTES
        )
        if self._is_idle and self._writer.is_ready and _is_small(exchanges, limit):
            captures = self._writer.append(exchanges, failure, url, fast=fast)
            await self._rotate()
            return captures
        job = _Job(exchanges, failure, url, loop.create_future())
        self._waiting.append(job)
        if not self._running:
            self._hand_over(loop)
        return await job.done

    async def run(self, call: Callable[[], T]) -> T:
        """Call a function in the thread, after everything that was handed over before."""
        loop = asyncio.get_running_loop()
        self._hand_over(loop)
        self._running += 1
        try:
            return await loop.run_in_executor(self._thread, call)
        finally:
            self._continue(loop)

    async def sync(self) -> None:
        """Wait until all that was written is on the disk."""
        pinned = (
            self._writer.duplicate_handle()
            if self._is_idle
            else await self.run(self._writer.duplicate_handle)
        )
        if pinned is not None:
            await asyncio.get_running_loop().run_in_executor(self._disk, pinned.sync)

    def shutdown(self) -> None:
        self._thread.shutdown()
        self._disk.shutdown()

    async def _rotate(self) -> None:
        if not self._writer.is_ready:
            await self.run(self._writer.rotate)

    @property
    def _is_idle(self) -> bool:
        return not self._running and not self._waiting

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._waiting:
            batch, self._waiting = self._waiting, []
            self._running += 1
            self._thread.submit(self._write_all, batch, loop)

    def _write_all(self, batch: list[_Job], loop: asyncio.AbstractEventLoop) -> None:
        done = []
        for number, job in enumerate(batch):
            fast = len(batch) - number + len(self._waiting) > _MAX_QUEUED_AT_FULL_LEVEL
            done.append((job, _result(self._writer.write, job, fast=fast)))
        loop.call_soon_threadsafe(self._set_results, done, loop)

    def _set_results(
        self, done: list[tuple[_Job, _Result]], loop: asyncio.AbstractEventLoop
    ) -> None:
        for job, result in done:
            _set_result(job, result)
        self._continue(loop)

    def _continue(self, loop: asyncio.AbstractEventLoop) -> None:
        """A user of the writer has ended: start the next one."""
        self._running -= 1
        if self._running or not self._waiting:
            return
        job = self._waiting[0]
        is_small = self._writer.is_ready and _is_small(job.exchanges, MAX_FAST_INLINE_BYTES)
        if not is_small:
            self._hand_over(loop)
            return
        del self._waiting[0]
        self._running += 1
        _set_result(job, _result(self._writer.append, job, fast=True))
        # One in each step of the loop, which also serves the connections.
        loop.call_soon(self._continue, loop)


def _result(write: Callable[..., list[Capture]], job: _Job, *, fast: bool) -> _Result:
    try:
        return write(job.exchanges, job.failure, job.url, fast=fast)
    except BaseException as error:  # raised again where it is awaited
        return error


def _set_result(job: _Job, result: _Result) -> None:
    if job.done.done():
        return  # the caller was cancelled
    if isinstance(result, BaseException):
        job.done.set_exception(result)
    else:
        job.done.set_result(result)


def _is_small(exchanges: Sequence[Exchange], limit: int) -> bool:
    """Whether they are small, and the database need not be asked for duplicates."""
    return not any(e.received_length > limit or e.check_duplicates for e in exchanges)
