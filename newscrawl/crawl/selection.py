"""What does a pass take: what was named, what its sources name, what earlier crawls left out?"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from newscrawl import urls
from newscrawl.causes import names_with
from newscrawl.crawl import announcements
from newscrawl.crawl.list_quota import LISTS, ListBounds
from newscrawl.crawl.requisite_policy import RequisitePolicy
from newscrawl.crawl.rules_file import RulesFile
from newscrawl.crawl.source_control import SourceControl
from newscrawl.crawl.url_filter import NO_FILTER
from newscrawl.items import Page
from newscrawl.processing.limits import LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from newscrawl.addresses import AddressPolicy
    from newscrawl.causes import CauseName
    from newscrawl.crawl.backlog import Backlog
    from newscrawl.crawl.date_range import DateRange
    from newscrawl.crawl.ledger import Ledger
    from newscrawl.crawl.recrawl import RecrawlPolicy
    from newscrawl.crawl.source_rules import SourceRules
    from newscrawl.crawl.sources_file import SourcesFile
    from newscrawl.crawl.url_filter import UrlFilter
    from newscrawl.frontier import DiscoveredUrl, Lease
    from newscrawl.sources import Poll

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a pass may fetch, and what of it is read.

    `dates` and `filter` leave out what was announced. With `only_named` nothing but the named URLs is
    fetched, and what they redirect to.
    With `poll_all` feeds that are not due are polled, too. `queue` and `pages` bound what it takes on of
    one host (0: no limit), `redirects` how many URLs may stand in one's place. Without `reads` pages are
    captured for a later crawl. An answer that is younger than `max_age` seconds is asked after with its
    validators. `lists` bounds what the lists of one source may cost. By `site_rules` pages are read.
    `requisites` bounds what is fetched of what articles need.
    """

    dates: DateRange
    addresses: AddressPolicy
    filter: UrlFilter = NO_FILTER
    poll_all: bool = False
    only_named: bool = False
    queue: int = 0
    pages: int = 0
    redirects: int = 10
    reads: bool = True
    max_age: float = 86_400.0
    limits: Limits = LIMITS
    lists: ListBounds = field(default_factory=ListBounds)
    site_rules: RulesFile = field(default_factory=RulesFile)
    requisites: RequisitePolicy = field(default_factory=RequisitePolicy)


class Selection:
    """The URLs of one pass: `sources` are the labels of which URLs are leased, None for all.

    `named_keys` are those of named URLs that are known as articles, and stay with their source; what is on
    `named_hosts` may have any address.
    """

    def __init__(
        self,
        ledger: Ledger,
        rules: SourceRules,
        scope: Scope,
        recrawl: RecrawlPolicy,
        backlog: Backlog,
        *,
        began: float,
        now: Callable[[], float],
    ) -> None:
        self._ledger, self._rules, self._scope = ledger, rules, scope
        self._recrawl, self._backlog = recrawl, backlog
        self._began, self._now = began, now
        self.control = SourceControl(rules, ledger, now=now)
        self.sources: Collection[str] | None = None
        #: The URLs that were asked for, less those of which nothing may be fetched.
        self.asked_for: list[str] = []
        self.named_keys: set[str] = set()
        self.named_hosts: set[str] = set()
        self._named_sites: set[str] = set()
        #: The named URLs, or those that they redirect to, of which it is not known yet where they lead.
        self._followed: list[str] = []
        self._is_bare = True

    async def read_sources(self, file: SourcesFile | None, *, crawls: bool = True) -> bool:
        """Take over what the file and the register of sources say by now; return whether that is new.

        `crawls` is whether the sources of the file are crawled, or only their rules hold.
        """
        before = (self._rules.sources, self._rules.others, self._rules.blocked)
        polls = await self.control.refresh(file, crawls=crawls)
        await self._replan(polls)
        return before != (self._rules.sources, self._rules.others, self._rules.blocked)

    async def _replan(self, before: Mapping[str, Poll | None]) -> None:
        """Let the hubs of sources whose bounds of polling were others, or are not known, wait no longer than
        these allow."""
        frontier = self._ledger.frontier
        due_at: dict[str, float] = {}
        for source in (*self._rules.sources, *self._rules.others):
            if source.name in before:
                is_new = before[source.name] is not None
                waiting = await self._ledger.ask(partial(frontier.scheduled, source.name))
                for lease, at in waiting:
                    sooner = self._recrawl.replanned(lease, source, at, is_new=is_new)
                    if sooner < at:
                        due_at[lease.key] = max(sooner, self._now())
        if due_at:
            await self._ledger.ask(lambda: frontier.reschedule(due_at))

    async def open(self, named: list[str]) -> None:
        """Make due what was named by URL; of sources, or if nothing was named, what has no time at which it
        is due."""
        seeds = await self._ledger.ask(self._ledger.frontier.seeds)
        self.named_hosts = {urls.host(url) for url in (*seeds, *named)}
        self._is_bare = not named
        wanted = named if named or self._rules.are_given else seeds
        known = await self._ledger.ask(lambda: self._ledger.frontier.known(wanted))
        self.asked_for = [url for url in wanted if not self._is_blocked(url, known)]
        self._followed = list(self.asked_for)
        self._named_sites = {urls.site(url) for url in named} - self._rules.blocked
        new = announcements.seeds(
            self.asked_for,
            now=self._began,
            not_before_due=not (named or self._scope.poll_all),
            known=known,
            stay=self._scope.only_named,
        )
        if named:
            self.named_keys = {e.key for e in new if e.depth or self._scope.only_named}
        await self._add(new)
        await self.open_sources()

    def _is_blocked(self, url: str, known: Mapping[str, Lease]) -> bool:
        """Whether nothing may be fetched of the URL's source; that of a named URL is said."""
        lease = known.get(urls.key(url))
        is_blocked = self._rules.is_blocked(url) or (
            lease is not None and self._rules.is_blocked(url, lease.source)
        )
        if is_blocked and not self._is_bare:
            logger.warning("%s: not fetched: its source is paused, disabled or has ended", url)
        return is_blocked

    async def open_sources(self) -> None:
        """Make due what the sources name, and what their patterns and dates left out and no longer do."""
        rules, now = self._rules, self._now()
        self.named_hosts |= {urls.host(url) for url in rules.urls}
        self.sources = await self._labels()
        await self._add(rules.seeds(now=now, not_before_due=not self._scope.poll_all))
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

    async def _labels(self) -> Collection[str] | None:
        """Of which sources URLs are leased; None for all, if nothing was asked for and nothing is blocked."""
        rules = self._rules
        if not self._is_bare or rules.are_given:
            return set() if self._scope.only_named else self._named_sites | rules.labels
        if not rules.blocked:
            return None
        return await self._ledger.ask(self._ledger.frontier.sources) - rules.blocked

    async def follow(self) -> bool:
        """Take up the URLs to which named ones redirect; whether there are any new ones."""
        ended = await self._ledger.ask(lambda: self._ledger.frontier.ended(self._followed))
        targets = {
            urls.key(end.target): end.target
            for end in ended.values()
            if end.cause in names_with("placed") and end.target is not None
        }
        self._followed = [url for key, url in targets.items() if key not in self.named_keys]
        self.named_keys |= targets.keys()
        return bool(self._followed)

    async def _take_again(self, cause: CauseName, left_out: list[DiscoveredUrl]) -> None:
        """Take what earlier crawls left out by their options, and this one does not: pages that were captured
        are read from there."""
        frontier, dates, now = self._ledger.frontier, self._scope.dates, self._now()
        captures = await self._ledger.ask(lambda: frontier.captures_of(u.url for u in left_out))
        by_section = set(captures) if cause == "not-selected" else set()
        wanted = [
            url
            for url in left_out
            if dates.has(url)
            and self._scope.filter.takes_again(url, by_section=urls.key(url.url) in by_section)
        ]
        if self._scope.reads:
            self._backlog.read_again(
                Page(url.url, capture)
                for url in wanted
                if self.sources is None or url.source in self.sources
                if (capture := captures.get(urls.key(url.url)))
            )
        new = [url for url in wanted if urls.key(url.url) not in captures]
        await self._add([replace(url, again_before=now) for url in new])

    async def _add(self, new: Iterable[DiscoveredUrl]) -> None:
        await self._ledger.ask(lambda: self._ledger.frontier.add(new, now=self._now()))

    async def _missed_for(self, cause: str) -> list[DiscoveredUrl]:
        return await self._ledger.ask(lambda: list(self._ledger.frontier.missed_for(cause)))
