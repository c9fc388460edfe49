"""What do feeds, sitemaps and front pages announce to the frontier?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from newscrawl.crawl import announcements
from newscrawl.crawl.announcements import MAX_SECTIONS
from newscrawl.crawl.recrawl import by_time
from newscrawl.discovery import judged
from newscrawl.errors import Missed
from newscrawl.frontier import Place, place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from newscrawl.causes import CauseName, ResponseKind
    from newscrawl.crawl.host_quota import HostQuota
    from newscrawl.crawl.ledger import Ledger
    from newscrawl.crawl.list_quota import ListQuota
    from newscrawl.crawl.outcomes import Outcomes
    from newscrawl.crawl.recrawl import RecrawlPolicy
    from newscrawl.crawl.url_filter import UrlFilter
    from newscrawl.discovery import Discovery, Link
    from newscrawl.frontier import Lease
    from newscrawl.items import Page

#: URLs that are left out, by cause and by what they are of.
LeftOut = Counter[tuple["CauseName", "Place"]]

#: Warnings about one list that its outcome quotes.
MAX_QUOTED = 3


class Lists:
    """Adds to the frontier what the lists of one pass announce, within the quotas of hosts and sources."""

    def __init__(
        self,
        ledger: Ledger,
        outcomes: Outcomes,
        *,
        recrawl: RecrawlPolicy,
        quota: HostQuota,
        list_quota: ListQuota,
        url_filter: UrlFilter,
        began: float,
        now: Callable[[], float],
    ) -> None:
        self._ledger, self._outcomes, self._recrawl, self._quota = ledger, outcomes, recrawl, quota
        self._list_quota, self._filter = list_quota, url_filter
        self._began, self._now = began, now
        #: URLs that have become due because they were announced.
        self.found = 0

    async def announce(
        self, links: Iterable[Link], lease: Lease, url: str, *, kind: ResponseKind
    ) -> tuple[int, LeftOut]:
        """Tell the frontier what the answer at `url`, which is of this kind, announces.

        Returns how many URLs became due, and how many are left out, by cause and kind.
        """
        now, not_before_due = self._now(), self._recrawl.applies_to(lease)
        new = announcements.announced(
            links,
            lease,
            url=url,
            kind=kind,
            now=now,
            again_before=now if not_before_due else self._began,
            not_before_due=not_before_due,
        )
        within, beyond = self._list_quota.admit(list(new), lease.source, now=now)
        due, left_out = 0, LeftOut(("list-quota", place_of(each.kind)) for each in beyond)
        for host, (admitted, others) in self._quota.admit(within, now=now).items():
            became = await self._ledger.ask(
                lambda admitted=admitted: self._ledger.frontier.add(admitted, now=self._now())  # type: ignore[misc]
            )
            self._quota.add_due(host, became)
            due += became
            self.found += became
            left_out["host-pages", "page"] += others
        return due, +left_out

    async def announce_all(
        self, lease: Lease, page: Page, found: Discovery, *, max_age: float | None
    ) -> None:
        """Announce what a feed, sitemap or front page links to, and commit that it was read.

        `max_age` is for how many seconds its server calls the answer fresh.
        """
        timed, untimed = by_time([link for link in found.links if link.kind != "section"])
        _, left_out = await self.announce(timed, lease, page.url, kind=found.kind)
        new, others = await self.announce(untimed, lease, page.url, kind=found.kind)
        if lease.kind == "seed" and self._filter.sections:
            sections = [link for link in found.links if link.kind == "section"]
            wanted = [link for link in sections if self._filter.is_section(link.url)]
            await self.announce(wanted[:MAX_SECTIONS], lease, page.url, kind=found.kind)
        elif lease.kind == "seed" and self._recrawl.applies_to(lease):
            await self._announce_sections(lease, page.url, found)
        left_out += others
        await self._leave_out(lease, page.url, found, left_out)
        if not found.links:
            await self._outcomes.miss(page.url, _no_links(found), page.capture)
            return
        again, rhythm = self._recrawl.after_poll(
            lease, found, new, max_age=max_age, now=self._now()
        )
        warnings = list(found.faults[:MAX_QUOTED])
        number = sum(left_out.values())
        if number:
            warnings.insert(0, f"{number} left out: more than is taken on")
        if found.unfetchable:
            warnings.insert(0, f"{len(found.unfetchable)} URLs that cannot be requested")
        outcome = self._outcomes.outcome(
            "links",
            capture=page.capture,
            detail="; ".join(warnings) or None,
            again_at=again,
            rhythm=rhythm,
        )
        await self._outcomes.settle(page.url, outcome)

    async def announce_robots(self, lease: Lease, url: str, found: Discovery) -> None:
        """Announce the sitemaps that the robots.txt at `url` names."""
        _, left_out = await self.announce(found.links, lease, url, kind="robots")
        await self._leave_out(lease, url, found, left_out)

    async def _leave_out(self, lease: Lease, url: str, found: Discovery, left_out: LeftOut) -> None:
        """Enter what the answer announces and cannot be requested, or is more than is taken on."""
        refused = list(announcements.unfetchable(found, lease, url=url))
        is_index = bool(found.links) and found.links[0].kind == "sitemap"
        for cause, number in found.left_out:
            left_out[cause, "list" if is_index else "page"] += number
        for (cause, _), number in left_out.items():
            self._outcomes.count_missed(cause, number)
        for each in found.unfetchable:
            self._outcomes.count_missed(each.cause, 1)
        frontier, now = self._ledger.frontier, self._now()
        if refused:
            await self._ledger.ask(lambda: frontier.add(refused, now=now))
        await self._ledger.ask(lambda: frontier.leave_out(url, lease.source, left_out, now=now))

    async def learned(self, site: str) -> dict[str, bool]:
        """Of the site's URL patterns, those that surely are of articles (True), or surely not."""
        return judged(await self._ledger.ask(lambda: self._ledger.frontier.shapes(site)))

    async def _announce_sections(self, lease: Lease, url: str, found: Discovery) -> None:
        """Follow the sections of a home page, where its source has no feed and no sitemap that helps."""
        sections = [link for link in found.links if link.kind == "section"]
        frontier = self._ledger.frontier
        if not sections or await self._ledger.ask(lambda: frontier.has_lists(lease.source)):
            return
        ended = await self._ledger.ask(lambda: frontier.ended(link.url for link in sections))
        articles = {url for url, outcome in ended.items() if outcome.kind == "article"}
        sections = [link for link in sections if link.url not in articles]
        await self.announce(sections[:MAX_SECTIONS], lease, url, kind=found.kind)


def _no_links(found: Discovery) -> Missed:
    detail = f"empty {found.kind}"
    if found.too_long:
        detail = f"{found.kind} of nothing but {found.too_long} URLs that are too long"
    return Missed("no-links", detail)
