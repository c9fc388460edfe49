"""One pass over what is due: leases URLs, waits for what is in flight, and ends.

A crawl's spider asks the session what to fetch next and hands every answer to it; the pipelines hand it
what the pages turned out to be. It knows neither Scrapy nor a setting.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field, replace
from math import inf
from typing import TYPE_CHECKING

from newscrawl import urls
from newscrawl.causes import names_with
from newscrawl.collection.recovery import recover
from newscrawl.crawl import announcements
from newscrawl.crawl.backlog import Backlog
from newscrawl.crawl.host_quota import HostQuota
from newscrawl.crawl.leases import Leases
from newscrawl.crawl.list_quota import LISTS, ListBounds, ListQuota
from newscrawl.crawl.lists import Lists
from newscrawl.crawl.outcomes import OutcomePolicy, Outcomes
from newscrawl.crawl.page_reader import PageReader
from newscrawl.crawl.recent_captures import RecentCaptures
from newscrawl.crawl.recrawl import RecrawlPolicy
from newscrawl.crawl.retry import Retries
from newscrawl.crawl.url_filter import NO_FILTER
from newscrawl.errors import Missed, StorageError
from newscrawl.items import Page
from newscrawl.processing.limits import LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from newscrawl.addresses import AddressPolicy
    from newscrawl.causes import CauseName
    from newscrawl.crawl.date_range import DateRange
    from newscrawl.crawl.ledger import Ledger
    from newscrawl.crawl.ports import Clock, Recorder
    from newscrawl.crawl.source_rules import SourceRules
    from newscrawl.crawl.url_filter import UrlFilter
    from newscrawl.frontier import DiscoveredUrl, Lease
    from newscrawl.items import Article
    from newscrawl.processing.workers import Workers

logger = logging.getLogger(__name__)

#: Seconds that a pass with nothing else to do waits for a host, and for others' URLs, at most and at least.
MAX_REST, MIN_REST = 60.0, 0.5


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


@dataclass(frozen=True, slots=True)
class Scope:
    """What a pass may fetch, and what of it is read.

    `dates` and `filter` leave out what was announced.
    With `poll_all` feeds that are not due are polled, too. `queue` and `pages` bound what it takes on of
    one host (0: no limit), `redirects` how many URLs may stand in one's place. Without `reads` pages are
    captured for a later crawl. An answer that is younger than `max_age` seconds is asked after with its
    validators. `lists` bounds what the lists of one source may cost.
    """

    dates: DateRange
    addresses: AddressPolicy
    filter: UrlFilter = NO_FILTER
    poll_all: bool = False
    queue: int = 0
    pages: int = 0
    redirects: int = 10
    reads: bool = True
    max_age: float = 86_400.0
    limits: Limits = LIMITS
    lists: ListBounds = field(default_factory=ListBounds)


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
        #: The URLs that were asked for.
        self.asked_for: list[str] = []
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
        self._retries = Retries(first_wait=pacing.retry_seconds, attempts=pacing.attempts)
        self._sources: Collection[str] | None = None
        self._named_hosts: set[str] = set()
        self._named_sites: set[str] = set()
        self.leases = Leases()
        self.captures = RecentCaptures()
        self.backlog = Backlog(ledger, reads=scope.reads)
        self.pages = PageReader(ledger, workers, limits=scope.limits, max_age=scope.max_age)
        self.outcomes = Outcomes(
            ledger,
            self.leases,
            self.backlog,
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

    async def open(self, named: list[str]) -> None:
        """Make due what was named by URL; of sources, or if nothing was named, what has no time at which it
        is due."""
        known = await self.ledger.ask(self.ledger.frontier.seeds)
        self._named_hosts = {urls.host(url) for url in (*known, *named)}
        self._named_sites = {urls.site(url) for url in named}
        self.asked_for = named if named or self.rules.are_given else known
        await self._add(
            announcements.seeds(
                self.asked_for,
                now=self.began,
                not_before_due=not (named or self.scope.poll_all),
            )
        )
        await self.open_sources()

    async def open_sources(self) -> None:
        """Make due what the sources name, and what their patterns and dates left out and no longer do."""
        rules, now = self.rules, self._now()
        self._named_hosts |= {urls.host(url) for url in rules.urls}
        labels = self._named_sites | rules.labels
        # All of them, if nothing was asked for; not if no source is in force today.
        self._sources = labels if labels or rules.are_given else None
        await self._add(rules.seeds(now=now, not_before_due=not self.scope.poll_all))
        if rules.sources:
            # Patterns change, and feeds that have not changed announce nothing.
            await self._add(rules.readmitted(await self._missed_for("excluded"), now=now))
        # Another archive may have it, or the network itself.
        absent = await self._missed_for("not-in-archive")
        await self._add([replace(url, again_before=now) for url in absent])
        lists = [url for url in await self._missed_for("list-quota") if url.kind in LISTS]
        await self._add([announcements.unread(url, now=now) for url in lists])
        for cause in names_with("by_options"):
            await self._take_again(cause, await self._missed_for(cause))

    async def _take_again(self, cause: CauseName, left_out: list[DiscoveredUrl]) -> None:
        """Take what earlier crawls left out by their options, and this one does not: pages that were captured
        are read from there."""
        frontier, dates, now = self.ledger.frontier, self.scope.dates, self._now()
        captures = await self.ledger.ask(lambda: frontier.captures_of(u.url for u in left_out))
        by_section = set(captures) if cause == "not-selected" else set()
        wanted = [
            url
            for url in left_out
            if dates.has(url)
            and self.scope.filter.takes_again(url, by_section=urls.key(url.url) in by_section)
        ]
        if self.scope.reads:
            self.backlog.read_again(
                Page(url.url, capture)
                for url in wanted
                if self._sources is None or url.source in self._sources
                if (capture := captures.get(urls.key(url.url)))
            )
        new = [url for url in wanted if urls.key(url.url) not in captures]
        await self._add([replace(url, again_before=now) for url in new])

    @property
    def is_idle(self) -> bool:
        """Whether nothing is in flight."""
        return not (self.leases or self.outcomes.is_settling) and self.backlog.is_empty

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
        by_date = self.scope.dates.exclusion_of(article)
        return by_date or self.scope.filter.exclusion_of(article, known)

    def may_be_private(self, url: str) -> bool:
        """Whether the host was named by the user, and so may have any address."""
        return urls.host(url) in self._named_hosts

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
        at = await self.ledger.ask(
            lambda: frontier.free_at(owner=self.ledger.writer_id, now=now, sources=self._sources)
        )
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
        return self.ledger.frontier.next_due(now=self._now(), sources=self._sources)

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
            await self.ledger.close(finished=self.is_idle)
        except StorageError as error:
            self.stop(error)

    def _refusal(self, lease: Lease) -> Missed | None:
        """Why this URL must not be fetched."""
        if not (self.scope.addresses.allows_url(lease.url) or self.may_be_private(lease.url)):
            return Missed("private-address", urls.host(lease.url))
        now = self._now()
        excluded = self.rules.exclusion(lease) or self.scope.filter.exclusion(lease)
        excluded = excluded or self.scope.dates.exclusion(lease)
        return excluded or self.list_quota.take(lease, now=now) or self._quota.take(lease, now=now)

    async def _add(self, new: Iterable[DiscoveredUrl]) -> None:
        await self.ledger.ask(lambda: self.ledger.frontier.add(new, now=self._now()))

    async def _missed_for(self, cause: str) -> list[DiscoveredUrl]:
        return await self.ledger.ask(lambda: list(self.ledger.frontier.missed_for(cause)))

    async def _lease(self, count: int) -> list[Lease]:
        return await self.ledger.ask(
            lambda: self.ledger.frontier.lease(
                owner=self.ledger.writer_id,
                now=self._now(),
                count=count,
                seconds=self._pacing.lease_seconds,
                sources=self._sources,
                per_host=self._pacing.per_host,
            )
        )

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
            lambda: frontier.next_due(owner=self.ledger.writer_id, now=now, sources=self._sources)
        )
