"""How one crawl keeps its books: nothing is called done before it is safe.

The order is WARC, then record, then lease. Whatever ends in one moment is committed together, so that
waiting for the disk is shared. Should the process die, a lease that was not settled is taken again, and
a capture that was not dealt with is read again from its WARC instead of being fetched.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.exc import DatabaseError

from newscrawl.collection import record_files
from newscrawl.collection.recovery import Recovery, recover
from newscrawl.discovery import judged
from newscrawl.errors import Missed, StorageError
from newscrawl.items import Page
from newscrawl.processing.validate import leads
from newscrawl.urls import host, key
from newscrawl.warc.record_builder import RefersTo

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from newscrawl.archive.layout import Layout
    from newscrawl.frontier import DiscoveredUrl, Frontier, Lease, Outcome
    from newscrawl.items import Article, Capture
    from newscrawl.store import Store
    from newscrawl.wire.recorder import Recorder

T = TypeVar("T")

#: Seconds from one commit to the next: what ends in between shares the cost of a transaction.
_BETWEEN = 0.1


@dataclass(slots=True)
class Entry:
    """How one URL ended, waiting to be committed."""

    url: str
    source: str
    outcome: Outcome
    article: Article | None = None
    done: asyncio.Future[Entry] | None = field(default=None, compare=False)


class Ledger:
    """The bookkeeping of one crawl. All methods are for the event loop; the database has its own thread.

    `now` gives seconds since the epoch; `lease_seconds` is how long a URL may take from lease to end;
    `gap_of` tells the seconds between two requests to a host.
    """

    def __init__(
        self,
        recorder: Recorder,
        store: Store,
        frontier: Frontier,
        *,
        now: Callable[[], float],
        lease_seconds: float,
        sync: bool = True,
        gap_of: Callable[[str], float] = lambda _host: 0.0,
    ) -> None:
        self.store, self.frontier = store, frontier
        self._recorder, self._now, self._sync = recorder, now, sync
        self._lease_seconds, self._gap_of = lease_seconds, gap_of
        self._renewed_at = now()
        self._settled: set[str] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._pending: list[Entry] = []
        self._captures: list[tuple[str, Capture]] = []
        self._committing: asyncio.Task[None] | None = None
        self._commit_at = 0.0
        recorder.find_original = self._original

    @property
    def layout(self) -> Layout:
        return self._recorder.layout

    async def open(self) -> Recovery:
        """Put in order what dead crawls left, and show that this one is alive before it leases anything."""
        recovery = await self._run(recover, self.layout, self.store, self.frontier, self._now())
        await self._recorder.open()
        return recovery

    async def seeds(self) -> list[str]:
        """The URLs that were ever asked for."""
        return await self._run(self.frontier.seeds)

    async def add(self, urls: Iterable[DiscoveredUrl]) -> int:
        """Make URLs known; return how many became due."""
        return await self._run(lambda: self.frontier.add(urls, now=self._now()))

    async def lease(
        self, count: int, sources: Collection[str] | None, *, per_host: int
    ) -> list[Lease]:
        """Up to `count` URLs that are due, so many of one host that `per_host` are in hand."""
        return await self._run(
            lambda: self.frontier.lease(
                owner=self._recorder.writer_id,
                now=self._now(),
                count=count,
                seconds=self._lease_seconds,
                sources=sources,
                per_host=per_host,
            )
        )

    async def renew(self) -> None:
        """Keep what is in hand: a slow host may take longer than a lease lasts."""
        now = self._now()
        if now - self._renewed_at > self._lease_seconds / 3:
            self._renewed_at = now
            until = now + self._lease_seconds
            await self._run(lambda: self.frontier.renew(self._recorder.writer_id, until=until))

    async def free_at(self, sources: Collection[str] | None) -> float | None:
        """When a host is free again of which something is due, and which another crawl has or had."""
        return await self._run(
            lambda: self.frontier.free_at(
                owner=self._recorder.writer_id, now=self._now(), sources=sources
            )
        )

    async def next_due(self, sources: Collection[str] | None) -> float | None:
        """When something is due that this crawl may lease; None if nothing waits."""
        return await self._run(
            lambda: self.frontier.next_due(
                owner=self._recorder.writer_id, now=self._now(), sources=sources
            )
        )

    async def hold(self, host: str, until: float) -> None:
        """Lease nothing of this host before that time."""
        await self._run(lambda: self.frontier.hold(host, until=until))

    async def last_capture(self, url: str) -> Capture | None:
        """The latest capture of this URL that has a body, if its bytes lie in this archive."""
        return await self._run(self._here, url, None)

    async def whole_at(self, url: str) -> float | None:
        """When this URL was last answered with a page, and not with the word that it is the same."""
        return await self._run(self.store.whole_at, url)

    async def has_no_article(self, original: str, *, variant: str) -> bool:
        """Whether there is no article at `original`, so that its variant has to be recorded."""
        if await self._run(self.frontier.has_no_article, original):
            return True
        passed_over = await self.duplicates_of(variant)
        return leads(variant, original) and any(key(p.url) == key(original) for p in passed_over)

    async def last_end(self, url: str) -> str | None:
        """How this URL ended the last time: `article`, `links` or `miss`; None if it never did."""
        ended = await self._run(self.frontier.ended, [url])
        return ended[url][0] if url in ended else None

    async def learned(self, site: str) -> dict[str, bool]:
        """Of the site's shapes of URL, those that surely are of articles (True), or surely not."""
        return judged(await self._run(self.frontier.shapes, site))

    async def has_lists(self, source: str) -> bool:
        """Whether the source has a feed or sitemap that announced something, or may yet."""
        return await self._run(self.frontier.has_lists, source)

    async def articles_among(self, urls: Iterable[str]) -> set[str]:
        """Those of these URLs that ended as articles the last time."""
        ended = await self._run(self.frontier.ended, list(urls))
        return {url for url, (kind, *_) in ended.items() if kind == "article"}

    async def missed_for(
        self, cause: str, *, but: Callable[[DiscoveredUrl], bool]
    ) -> list[DiscoveredUrl]:
        """The URLs that ended for this cause, and for which `but` holds."""
        return await self._run(lambda: [u for u in self.frontier.missed_for(cause) if but(u)])

    async def missed_before(self, url: str) -> Missed | None:
        """How this URL ended the last time, if that was without an article."""
        ended = await self._run(self.frontier.ended, [url])
        kind, cause, detail = ended.get(url, (None, None, None))
        return Missed(cause, detail or "") if kind == "miss" and cause else None

    async def known(self, urls: Iterable[str]) -> dict[str, Lease]:
        """What is known of these URLs, by key."""
        return await self._run(self.frontier.known, urls)

    async def unread(self, count: int, after: str) -> list[Page]:
        """The next pages that an earlier crawl captured and left unread."""
        found = await self._run(lambda: self.frontier.unread(count, after=after))
        return [Page(url, capture) for url, capture in found]

    async def duplicates_of(self, url: str) -> list[Page]:
        """The captured pages that were passed over for the article at this URL."""
        found = await self._run(self.frontier.duplicates_of, url)
        return [Page(each, capture) for each, capture in found]

    def note(self, url: str, capture: Capture) -> None:
        """Remember a capture that nobody will read; it goes into the tables with the next commit.

        That of a page goes with its outcome: known before, it would not be read after a crash.
        """
        self._captures.append((url, capture))

    async def settle(
        self, url: str, source: str, outcome: Outcome, article: Article | None = None
    ) -> Entry:
        """Commit how a URL ended, and its article. On return it is safe.

        The entry that comes back has the article with its revision; or none, and an outcome that says
        why, where the archive has the same text already. Raises StorageError.
        """
        entry = Entry(url, source, outcome, article, asyncio.get_running_loop().create_future())
        self._pending.append(entry)
        if self._committing is None or self._committing.done():
            self._committing = asyncio.ensure_future(self._commit_all())
        assert entry.done is not None
        return await entry.done

    async def settle_files(self) -> None:
        """Note, when nothing is in hand, that this crawl's finished files are dealt with.

        The start after a crash reads what is not: the files of weeks, otherwise.
        """
        finished = {path.name for path in self._files() if path.suffix != ".open"}
        if finished <= self._settled:
            return
        self._settled |= finished
        captures, self._captures = self._captures, []
        await self._run(self.store.add_captures, captures)
        await self._run(self.store.mark_settled, finished)

    async def close(self, *, finished: bool) -> None:
        """Commit what is left and give back what was leased; `finished` when no capture is left over."""
        if self._committing is not None:
            await self._committing
        captures, self._captures = self._captures, []
        try:
            await self._recorder.sync()
            await self._run(self._close, captures, finished)
        finally:
            self._thread.shutdown()
            self.store.close()

    def _close(self, captures: list[tuple[str, Capture]], finished: bool) -> None:
        self.store.add_captures(captures)
        self.frontier.release([self._recorder.writer_id], now=self._now())
        if finished:
            mine = {path.name.removesuffix(".open") for path in self._files()}
            self.store.mark_settled(mine)

    def wrote(self, capture: Capture) -> bool:
        """Whether the capture lies in a file of this crawl."""
        return f"-{self._recorder.writer_id}-" in capture.warc

    def _files(self) -> Iterator[Path]:
        return self.layout.warcs.glob(f"*-{self._recorder.writer_id}-*")

    async def _commit_all(self) -> None:
        while self._pending:
            await self._until_next_commit()
            batch, self._pending = self._pending, []
            captures, self._captures = self._captures, []
            try:
                if self._sync:
                    await self._recorder.sync()
                gaps = {name: self._gap_of(name) for name in {host(e.url) for e in batch}}
                await self._run(self._commit, batch, captures, gaps)
            except Exception as error:
                for entry in batch:
                    if entry.done is not None and not entry.done.done():
                        entry.done.set_exception(error)
            else:
                for entry in batch:
                    if entry.done is not None and not entry.done.done():
                        entry.done.set_result(entry)

    async def _until_next_commit(self) -> None:
        """The first commit after a quiet time waits for nothing."""
        now = asyncio.get_running_loop().time()
        self._commit_at = max(now, self._commit_at + _BETWEEN)
        if self._commit_at > now:
            await asyncio.sleep(self._commit_at - now)

    def _commit(
        self, batch: list[Entry], captures: list[tuple[str, Capture]], gaps: dict[str, float]
    ) -> None:
        with_article = [entry for entry in batch if entry.article is not None]
        articles = [entry.article for entry in with_article if entry.article is not None]
        for entry, article in zip(with_article, self.store.next_revisions(articles), strict=True):
            if article is None:
                entry.outcome = replace(entry.outcome, detail="unchanged")
            entry.article = article
        new = [(e.source, e.article) for e in with_article if e.article is not None]
        by_file: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for _, article in new:
            assert article.capture is not None
            by_file[article.capture.warc].append(article.to_dict())
        for warc, records in by_file.items():
            record_files.append(self.layout.records_beside(warc), records, sync=self._sync)
        self.store.add_articles(new)
        read = [(e.url, e.outcome.capture) for e in batch if e.outcome.capture is not None]
        self.store.add_captures([*captures, *read])
        self.frontier.settle([(key(e.url), e.outcome) for e in batch], now=self._now(), gaps=gaps)

    def _original(self, url: str, digest: str | None) -> RefersTo | None:
        try:
            capture = self._here(url, digest)
        except DatabaseError as error:
            raise self._storage(error) from error
        return RefersTo(capture.record_id, url, capture.captured_at) if capture else None

    def _here(self, url: str, digest: str | None) -> Capture | None:
        # Another machine's archive may share the database: what it has cannot be read here.
        capture = self.store.original(url, digest)
        return capture if capture and self.layout.has(capture.warc) else None

    async def _run(self, call: Callable[..., T], *args: object) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, call, *args)
        except DatabaseError as error:
            raise self._storage(error) from error

    def _storage(self, error: DatabaseError) -> StorageError:
        return StorageError(f"{self.store.database}: {str(error.orig).partition(chr(10))[0]}")
