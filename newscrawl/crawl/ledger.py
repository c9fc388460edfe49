"""Batches what a pass writes to its database, in a thread of its own.

Results that finish within 0.1 s, or within 0.25 s while many do, are committed in one transaction, so that
they share its cost and the wait for the disk.
On return from `settle` a result is safe: its capture is in the WARC, its record in a file, its article in
the tables.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import inf
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.exc import DatabaseError

from newscrawl.collection.commit import commit, enter_tables, revise
from newscrawl.collection.frontier_notes import blocks_of_note
from newscrawl.database.engine import is_unreachable
from newscrawl.errors import StorageError
from newscrawl.urls import host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from newscrawl.collection.commit import Collection
    from newscrawl.collection.results import Result
    from newscrawl.crawl.ports import Recorder
    from newscrawl.edits.observation import Observed
    from newscrawl.items import Capture

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: Seconds from one commit to the next.
COMMIT_INTERVAL = 0.1
#: Seconds from a commit of at least so many results to the next: each commit costs about as much as they do.
BUSY_COMMIT_INTERVAL = 0.25
BUSY_BATCH_SIZE = 4
#: Seconds between two tries to reach a database that is gone.
RECONNECT_INTERVAL = 0.5
#: Seconds for which a crawl that ends waits for such a database.
CLOSING_PATIENCE = 5.0


class Ledger:
    """The writes of one pass. All methods are for the event loop; the database has its own thread.

    `now` gives seconds since the epoch, `gap_of` the seconds between two requests to a host. Without `sync`
    nothing waits for records to be on the disk. A database that cannot be reached is waited for, `patience`
    seconds at most. With `notes` the WARC is told what the frontier knows and no capture says.
    """

    def __init__(
        self,
        collection: Collection,
        recorder: Recorder,
        *,
        now: Callable[[], float],
        sync: bool = True,
        gap_of: Callable[[str], float] = lambda _host: 0.0,
        patience: float = 0.0,
        notes: bool = True,
    ) -> None:
        self.collection = collection
        self.layout, self.store = collection.layout, collection.store
        self.frontier = collection.frontier
        self._recorder, self._now, self._sync, self._gap_of = recorder, now, sync, gap_of
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._pending: list[tuple[Result, asyncio.Future[Result]]] = []
        self._captures: list[tuple[str, Capture]] = []
        self._finished: set[str] = set()
        self._committing: asyncio.Task[None] | None = None
        self._commit_at, self._interval = 0.0, COMMIT_INTERVAL
        self._is_lost = False
        self._patience, self._closing_at = patience, inf
        self._notes, self._noted_at = notes, now()

    @property
    def is_waiting(self) -> bool:
        """Whether the database cannot be reached, and is waited for."""
        return self._is_lost

    @property
    def writer_id(self) -> str:
        """The name of this crawl's writer, under which it leases URLs."""
        return self._recorder.writer_id

    async def ask(self, call: Callable[[], T]) -> T:
        """What `call` returns, in the database's thread.

        While the database cannot be reached, the call is tried again. Raises StorageError where it fails
        otherwise, or for too long.
        """
        loop = asyncio.get_running_loop()
        lost_at: float | None = None
        while True:
            try:
                result = await loop.run_in_executor(self._thread, call)
            except DatabaseError as error:
                lost_at = loop.time() if lost_at is None else lost_at
                if not is_unreachable(error) or loop.time() >= self._given_up_at(lost_at):
                    raise self.storage_error(error) from error
                self._tell_lost(error)
                await asyncio.sleep(RECONNECT_INTERVAL)
            else:
                self._tell_back()
                return result

    def _given_up_at(self, lost_at: float) -> float:
        return min(lost_at + self._patience, self._closing_at + CLOSING_PATIENCE)

    def _tell_lost(self, error: DatabaseError) -> None:
        if not self._is_lost:
            self._is_lost = True
            message = "%s: waiting for it for up to %g s"
            logger.warning(message, self.storage_error(error), self._patience)

    def _tell_back(self) -> None:
        if self._is_lost:
            self._is_lost = False
            logger.warning("%s: is there again", self.store.database)

    def storage_error(self, error: DatabaseError) -> StorageError:
        """The failure of the database as one line."""
        return StorageError(f"{self.store.database}: {str(error.orig).partition(chr(10))[0]}")

    def note(self, url: str, capture: Capture) -> None:
        """Remember a capture that nobody will read; it goes into the tables with the next commit.

        That of a page goes with its outcome: known before, it would not be read after a crash.
        """
        self._captures.append((url, capture))

    async def settle(self, result: Result) -> Result:
        """Commit how a URL ended, and its article; on return it is safe. Raises StorageError.

        The result that comes back has the article with its revision; or none, and an outcome whose detail is
        `unchanged`, where the archive has the same text already.
        """
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._pending.append((result, done))
        if self._committing is None or self._committing.done():
            self._committing = asyncio.ensure_future(self._commit_all())
        return await done

    async def finish_files(self) -> None:
        """Note, when nothing is in flight, that all captures in this crawl's finished files are dealt with.

        The start after a crash reads the others: without this, the files of weeks.
        """
        finished = {path.name for path in self._files() if path.suffix != ".open"}
        if finished <= self._finished:
            return
        self._finished |= finished
        captures, self._captures = self._captures, []
        await self.ask(lambda: self.store.add_captures(captures))
        await self.ask(lambda: self.store.mark_settled(finished))

    async def note_frontier(self, *, interval: float = 0.0) -> None:
        """Write into the WARC what has changed in the frontier since the last note, if that is longer ago.

        With these notes an archive that is restored from its WARCs goes on where it was.
        """
        now = self._now()
        if not self._notes or now - self._noted_at < interval:
            return
        self._noted_at = now
        blocks = await self.ask(lambda: blocks_of_note(self.collection, now=now))
        if blocks:
            await self._recorder.write_notes(blocks)
        await self.ask(lambda: self.store.runs.noted(self.writer_id, at=now))

    async def close(self, *, finished: bool) -> None:
        """Commit what is left and give back what was leased; `finished` when no capture is left to read."""
        self._closing_at = asyncio.get_running_loop().time()
        if self._committing is not None:
            await self._committing
        captures, self._captures = self._captures, []
        try:
            await self._recorder.sync()
            await self.ask(lambda: self._close(captures, finished))
            # Last of all: on a full disk the leases are given back all the same.
            await self.note_frontier()
        finally:
            self._thread.shutdown()
            self.store.close()

    def _close(self, captures: list[tuple[str, Capture]], finished: bool) -> None:
        self.store.add_captures(captures)
        self.frontier.release([self.writer_id], now=self._now())
        if finished:
            mine = {path.name.removesuffix(".open") for path in self._files()}
            self.store.mark_settled(mine)

    def wrote(self, capture: Capture) -> bool:
        """Whether the capture lies in a file of this crawl."""
        return f"-{self.writer_id}-" in capture.warc

    def _files(self) -> Iterator[Path]:
        return self.layout.warcs.glob(f"*-{self.writer_id}-*")

    async def _commit_all(self) -> None:
        while self._pending:
            await self._until_next_commit()
            batch, self._pending = self._pending, []
            is_busy = len(batch) >= BUSY_BATCH_SIZE
            self._interval = BUSY_COMMIT_INTERVAL if is_busy else COMMIT_INTERVAL
            captures, self._captures = self._captures, []
            try:
                committed = await self._commit([result for result, _ in batch], captures)
            except Exception as error:
                for _, done in batch:
                    if not done.done():
                        done.set_exception(error)
            else:
                for (_, done), result in zip(batch, committed, strict=True):
                    if not done.done():
                        done.set_result(result)

    async def _commit(
        self, results: list[Result], captures: list[tuple[str, Capture]]
    ) -> list[Result]:
        if self._sync:
            await self._recorder.sync()
        gaps = {name: self._gap_of(name) for name in {host(result.url) for result in results}}

        revisions: list[tuple[list[Result], list[Observed]]] = []

        def write() -> list[Result]:
            # Where the database was lost since the first try, the files have what they are to have.
            write_to = enter_tables if revisions else partial(commit, sync=self._sync)
            if not revisions:
                revisions.append(revise(self.collection, results))
            [(revised, observed)] = revisions
            write_to(
                self.collection,
                revised,
                now=self._now(),
                observed=observed,
                captures=captures,
                gaps=gaps,
            )
            return revised

        return await self.ask(write)

    async def _until_next_commit(self) -> None:
        """The first commit after a quiet time waits for nothing."""
        now = asyncio.get_running_loop().time()
        self._commit_at = max(now, self._commit_at + self._interval)
        if self._commit_at > now:
            await asyncio.sleep(self._commit_at - now)
