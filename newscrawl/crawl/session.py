"""One pass over what is due: leases URLs, waits for what is in flight, and ends.

A crawl's spider asks the session what to fetch next and hands every answer to it; the pipelines hand it
what the pages turned out to be. It knows neither Scrapy nor a setting.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import TYPE_CHECKING

from newscrawl import urls
from newscrawl.collection.recovery import recover
from newscrawl.crawl.answers import Answers
from newscrawl.crawl.backlog import Backlog
from newscrawl.crawl.host_quota import HostQuota
from newscrawl.crawl.leases import Leases
from newscrawl.crawl.list_quota import ListQuota
from newscrawl.crawl.lists import Lists
from newscrawl.crawl.outcomes import OutcomePolicy, Outcomes
from newscrawl.crawl.page_reader import PageReader
from newscrawl.crawl.recent_captures import RecentCaptures
from newscrawl.crawl.recrawl import RecrawlPolicy
from newscrawl.crawl.requisites import RequisiteClock, RequisiteQueue
from newscrawl.crawl.retry import Retries
from newscrawl.crawl.selection import Selection
from newscrawl.errors import Missed, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from newscrawl.crawl.ledger import Ledger
    from newscrawl.crawl.ports import Clock, Recorder
    from newscrawl.crawl.renderings import Renderings
    from newscrawl.crawl.selection import Scope
    from newscrawl.crawl.source_rules import SourceRules
    from newscrawl.crawl.sources_file import SourcesFile
    from newscrawl.frontier import Lease
    from newscrawl.items import Article
    from newscrawl.processing.workers import Workers

logger = logging.getLogger(__name__)

#: Seconds that a pass with nothing else to do waits for a host, and for others' URLs, at most and at least.
MAX_REST, MIN_REST = 60.0, 0.5
#: Seconds between two notes of the frontier in the WARC of a watch.
NOTE_INTERVAL = 3600.0
#: Keys of named URLs that one statement asks for.
MAX_NAMED = 500


@dataclass(frozen=True, slots=True)
class Pacing:
    """How much is in flight, for how long, and how often it is tried.

    At most `urls` are leased at a time, `per_host` of one host, for `lease_seconds`. A URL that could not
    be had is tried `attempts` times, the first again after `retry_seconds`.
    """

    urls: int = 32
    per_host: int = 8
    lease_seconds: float = 3600.0
    retry_seconds: float = 300.0
    attempts: int = 3


class CrawlSession:
    """One pass. `count(name, number)` adds to a statistic."""

    def __init__(
        self,
        ledger: Ledger,
        recorder: Recorder,
        workers: Workers,
        *,
        clock: Clock,
        rules: SourceRules,
        pacing: Pacing,
        scope: Scope,
        count: Callable[[str, int], None],
    ) -> None:
        self.ledger, self.rules, self.scope = ledger, rules, scope
        self.began = clock.now()
        self.is_closed = False
        #: What ended this pass before its time.
        self.fault: StorageError | None = None
        #: Records with a higher running number are of this pass, or of one beside it.
        self.first_number = ledger.store.last_number()
        self._recorder, self._clock, self._now = recorder, clock, clock.now
        self._pacing = pacing
        self._renewed_at = self.began
        self._quota = HostQuota(queue=scope.queue, pages=scope.pages)
        self.list_quota = ListQuota(scope.lists)
        self._recrawl = RecrawlPolicy(rules)
        self.backlog = Backlog(ledger, reads=scope.reads)
        self.selection = Selection(
            ledger, rules, scope, self._recrawl, self.backlog, began=self.began, now=clock.now
        )
        self._retries = Retries(first_wait=pacing.retry_seconds, attempts=pacing.attempts)
        self.leases = Leases()
        self.captures = RecentCaptures()
        self.pages = PageReader(
            ledger,
            workers,
            limits=scope.limits,
            max_age=scope.max_age,
            rules_file=scope.site_rules,
        )
        self.outcomes = Outcomes(
            ledger,
            self.leases,
            self.backlog,
            self.pages,
            OutcomePolicy(self._retries, self._recrawl, scope.redirects),
            began=self.began,
            now=clock.now,
            count=count,
        )
        self.lists = Lists(
            ledger,
            self.outcomes,
            recrawl=self._recrawl,
            quota=self._quota,
            list_quota=self.list_quota,
            url_filter=scope.filter,
            began=self.began,
            now=clock.now,
        )
        self.answers = Answers(self.pages, self.lists, self.outcomes, redirects=scope.redirects)
        self.requisites = RequisiteQueue(
            ledger,
            self.pages,
            rules,
            self.selection,
            scope.requisites,
            addresses=scope.addresses,
            clock=RequisiteClock(clock.now, self.leases.changed.set, count),
        )

        #: Has pages drawn by a browser; None without one. Set by whoever has the network.
        self.renderings: Renderings | None = None

    async def recover(self) -> None:
        """Put in order what dead crawls left, and show that this one is alive before it leases anything."""
        recovery = await self.ledger.ask(
            lambda: recover(
                self.ledger.collection,
                now=self._now(),
                due_again=lambda lease: self._recrawl.after_article(lease, now=self._now()),
            )
        )
        await self._recorder.open()
        for line in recovery.lines():
            logger.warning("%s", line)
        self.backlog.recover(recovery.pages)

    async def read_sources(self, file: SourcesFile | None, *, crawls: bool = True) -> bool:
        """Take over what the file and the register of sources say by now; return whether that is new.

        `crawls` is whether the sources of the file are crawled, or only their rules hold.
        """
        return await self.selection.read_sources(file, crawls=crawls)

    async def open(self, named: list[str]) -> None:
        """Make due what was named by URL; of sources, or if nothing was named, what has no time at which it
        is due."""
        await self.selection.open(named)
        self.outcomes.asked_for = self.selection.named_keys

    async def open_sources(self) -> None:
        """Make due what the sources name, and what their patterns and dates left out and no longer do."""
        await self.selection.open_sources()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is in flight."""
        is_free = not (self.leases or self.outcomes.is_settling) and self.requisites.is_idle
        return is_free and self.backlog.is_empty

    async def lease(self, wanted: int | None) -> list[Lease]:
        """More URLs to fetch, at most `wanted`; those that must not be fetched end here as misses."""
        while not self.backlog.is_in_progress:
            room = self._pacing.urls - len(self.leases)
            count = room if wanted is None else min(room, wanted)
            await self._renew()
            leases = self.leases.add(await self._lease(count)) if count > 0 else []
            refused = {each.key: (each.url, why) for each in leases if (why := self._refusal(each))}
            # All at once, so that they share one commit: patterns may leave out most of a sitemap.
            await asyncio.gather(
                *(self.outcomes.miss(url, why, None) for url, why in refused.values())
            )
            # Where none of them may be fetched, the next ones perhaps may.
            if not leases or len(refused) < len(leases):
                return [lease for lease in leases if lease.key not in refused]
        return []

    def exclusion_of(self, article: Article) -> Missed | None:
        """Why an article that was read is not wanted, by the date and section that it states."""
        known = self.outcomes.known(article.url or "")
        if known is not None and known.key in self.selection.named_keys:
            return None
        by_date = self.scope.dates.exclusion_of(article)
        return by_date or self.scope.filter.exclusion_of(article, known)

    def may_be_private(self, url: str) -> bool:
        """Whether the host was named by the user, and so may have any address."""
        return urls.host(url) in self.selection.named_hosts

    async def hold(self, url: str, until: float) -> None:
        """Ask nothing more of the URL's host until then."""
        host = urls.host(url)
        self._retries.hold(host, until)
        await self.ledger.ask(lambda: self.ledger.frontier.hold(host, until=until))

    async def wait_for_host(self, wanted: int | None) -> bool:
        """Wait for a host that another crawl has or had; False if none is free again soon."""
        if self.is_closed or (wanted is not None and wanted <= 0):
            return False
        frontier, now = self.ledger.frontier, self._now()
        owner, keys = self.ledger.writer_id, await self._named_and_left()
        ends = []
        if keys:
            ends.append(
                await self.ledger.ask(partial(frontier.free_at, owner=owner, now=now, keys=keys))
            )
        if not self.scope.only_named:
            of = self.selection.sources
            ends.append(
                await self.ledger.ask(partial(frontier.free_at, owner=owner, now=now, sources=of))
            )
        at = min((end for end in ends if end is not None), default=None)
        if at is None or at > now + MAX_REST:
            return False
        with suppress(TimeoutError):
            await asyncio.wait_for(self.leases.change(), max(at - now, 0.05))
        return True

    async def wait_until_due(self) -> bool:
        """Wait until some URL has ended, or is due; False after a minute: others add URLs, too."""
        now = self._now()
        if self.is_idle:
            await self.ledger.finish_files()
        await self.ledger.note_frontier(interval=NOTE_INTERVAL)
        has_room = len(self.leases) < self._pacing.urls and not self.backlog.is_in_progress
        due = await self._next_due() if has_room else None
        until = min(due if due is not None else inf, now + MAX_REST)
        # What is due now and was not leased is another crawl's, or waits behind what is in flight.
        await self._clock.wait(max(until, now + MIN_REST), self.leases.changed)
        has_changed = self.leases.changed.is_set()
        self.leases.changed.clear()
        return has_changed or until == due

    def next_due(self) -> float | None:
        """When something of this pass is due, once it has ended; None if nothing waits."""
        return self.ledger.frontier.next_due(now=self._now(), sources=self.selection.sources)

    def stop(self, error: StorageError) -> None:
        """Note, and say once, that the archive cannot be written; the caller closes the spider."""
        if self.fault is None:
            self.fault = error
            logger.error("%s", error)

    async def close(self) -> None:
        """Give back what is leased and commit what is left."""
        if self.is_closed:
            return
        self.is_closed = True
        self.pages.close()
        try:
            finished = self.is_idle
            if self.renderings is not None:
                await self.renderings.close()
            await self.requisites.close()
            await self.ledger.close(finished=finished)
        except StorageError as error:
            self.stop(error)

    def _refusal(self, lease: Lease) -> Missed | None:
        """Why this URL must not be fetched."""
        if not (self.scope.addresses.allows_url(lease.url) or self.may_be_private(lease.url)):
            return Missed("private-address", urls.host(lease.url))
        now, excluded = self._now(), None
        if lease.key not in self.selection.named_keys:
            excluded = self.rules.exclusion(lease) or self.scope.filter.exclusion(lease)
            excluded = excluded or self.scope.dates.exclusion(lease)
        return excluded or self.list_quota.take(lease, now=now) or self._quota.take(lease, now=now)

    async def _lease(self, count: int) -> list[Lease]:
        """Of the named articles first, wherever they belong to; then of the sources of this pass."""
        keys = await self._named_and_left()
        if not keys and self.scope.only_named and self.is_idle and await self.selection.follow():
            keys = await self._named_and_left()
        leases = await self._lease_of(count, None, keys) if keys else []
        if len(leases) == count or self.scope.only_named:
            return leases
        return leases + await self._lease_of(count - len(leases), self.selection.sources, None)

    async def _lease_of(
        self, count: int, sources: Collection[str] | None, keys: Collection[str] | None
    ) -> list[Lease]:
        return await self.ledger.ask(
            lambda: self.ledger.frontier.lease(
                owner=self.ledger.writer_id,
                now=self._now(),
                count=count,
                seconds=self._pacing.lease_seconds,
                sources=sources,
                keys=keys,
                per_host=self._pacing.per_host,
            )
        )

    async def _named_and_left(self) -> list[str]:
        """The keys of named articles that have not ended in this pass, not too many of them at once."""
        left = sorted(self.selection.named_keys - self.outcomes.ended_seeds)
        return left[:MAX_NAMED]

    async def _renew(self) -> None:
        """Keep what is leased: a slow host may take longer than a lease lasts."""
        now, seconds = self._now(), self._pacing.lease_seconds
        if now - self._renewed_at > seconds / 3:
            self._renewed_at = now
            frontier, writer_id = self.ledger.frontier, self.ledger.writer_id
            await self.ledger.ask(lambda: frontier.renew(writer_id, until=now + seconds))

    async def _next_due(self) -> float | None:
        frontier, now = self.ledger.frontier, self._now()
        return await self.ledger.ask(
            lambda: frontier.next_due(
                owner=self.ledger.writer_id, now=now, sources=self.selection.sources
            )
        )
