"""What do feeds, sitemaps and front pages announce to the frontier?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.crawl import announcements
from newscrawl.crawl.announcements import MAX_SECTIONS
from newscrawl.crawl.recrawl import by_time
from newscrawl.discovery import judged
from newscrawl.errors import Missed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from newscrawl.crawl.host_quota import HostQuota
    from newscrawl.crawl.ledger import Ledger
    from newscrawl.crawl.outcomes import Outcomes
    from newscrawl.crawl.recrawl import RecrawlPolicy
    from newscrawl.crawl.url_filter import UrlFilter
    from newscrawl.discovery import Discovery, Link
    from newscrawl.frontier import Lease
    from newscrawl.items import Page
    from newscrawl.outcome import ResponseKind

#: Warnings about one list that its outcome quotes.
MAX_QUOTED = 3


class Lists:
    """Adds to the frontier what the lists of one pass announce, within the quota of each host."""

    def __init__(
        self,
        ledger: Ledger,
        outcomes: Outcomes,
        *,
        recrawl: RecrawlPolicy,
        quota: HostQuota,
        url_filter: UrlFilter,
        began: float,
        now: Callable[[], float],
    ) -> None:
        self._ledger, self._outcomes, self._recrawl, self._quota = ledger, outcomes, recrawl, quota
        self._filter, self._began, self._now = url_filter, began, now

    async def announce(
        self, links: Iterable[Link], lease: Lease, url: str, *, kind: ResponseKind
    ) -> tuple[int, int]:
        """Tell the frontier what the answer at `url`, which is of this kind, announces.

        Returns how many URLs became due, and how many are left out because their host has too many.
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
        due = left_out = 0
        for host, (admitted, others) in self._quota.admit(new, now=now).items():
            became = await self._ledger.ask(
                lambda admitted=admitted: self._ledger.frontier.add(admitted, now=self._now())  # type: ignore[misc]
            )
            self._quota.add_due(host, became)
            due, left_out = due + became, left_out + others
        return due, left_out

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
        self._outcomes.count_missed("url-too-long", found.too_long)
        if not found.links:
            await self._outcomes.miss(page.url, _no_links(found), page.capture)
            return
        again, rhythm = self._recrawl.after_poll(
            lease, found, new, max_age=max_age, now=self._now()
        )
        warnings = list(found.faults[:MAX_QUOTED])
        if left_out + others:
            warnings.insert(0, f"{left_out + others} left out: too many of one host")
        outcome = self._outcomes.outcome(
            "links",
            capture=page.capture,
            detail="; ".join(warnings) or None,
            again_at=again,
            rhythm=rhythm,
        )
        await self._outcomes.settle(page.url, outcome)

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
