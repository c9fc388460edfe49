"""When is a URL due again? Sources have a policy; what was asked for by its URL is not due by itself."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from newscrawl.crawl.announcements import moment
from newscrawl.crawl.poll_rate import PublicationRate
from newscrawl.crawl.revisit_ages import next_revisit
from newscrawl.edits.observation import MIN_MISSING
from newscrawl.frontier import HUBS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.crawl.source_rules import SourceRules
    from newscrawl.discovery import Discovery, Link
    from newscrawl.frontier import Lease
    from newscrawl.sources import Source

#: The longest wait (seconds) between two polls of a sitemap that a sitemap names: most are of the past.
_CHILD_SITEMAP = 7 * 86_400.0
#: A page that cannot be had is looked for so long (seconds), once a day.
_GIVEN_UP, _DAY = 7 * 86_400.0, 86_400.0
#: Behind the least time for which a removed page is missing, so that clocks may differ a little.
_MINUTE = 60.0


class RecrawlPolicy:
    """When the URLs of these sources are fetched again."""

    def __init__(self, rules: SourceRules) -> None:
        self._rules = rules

    def applies_to(self, lease: Lease) -> bool:
        """Whether this URL is looked at again by itself."""
        return self._rules.scheduled_source_of(lease) is not None

    def after_article(self, lease: Lease, *, now: float) -> float | None:
        """When an article is seen again, by its age since it was first recorded."""
        source = self._rules.scheduled_source_of(lease)
        if source is None:
            return None
        if lease.kind in HUBS:  # it was taken for an article, rightly or not
            return now + _longest(lease, source)
        first_at = now if lease.first_at is None else lease.first_at
        return next_revisit(first_at, source.revisit, now=now)

    def after_poll(
        self, lease: Lease, found: Discovery, undated: int, *, max_age: float | None, now: float
    ) -> tuple[float | None, str | None]:
        """When a hub is polled again, and its rhythm to be kept.

        `undated` entries were new and said no time; `max_age` is for how many seconds the server calls the
        answer fresh. A sitemap whose index tells when it was modified is polled when the index says so, and
        a section when the home page that names it was polled.
        """
        source = self._rules.scheduled_source_of(lease)
        if source is None:
            return None, None
        times = _times(found.links)
        if lease.rhythm is None:
            rhythm = PublicationRate.first(times, now=now)
        else:
            rhythm = PublicationRate.from_json(lease.rhythm).then(times, undated, now=now)
        if _is_told(lease):
            return None, rhythm.to_json()
        at = rhythm.next_poll(
            now=now,
            shortest=source.poll.min,
            longest=_longest(lease, source),
            asked=max(max_age or 0.0, found.interval or 0.0),
        )
        return at, rhythm.to_json()

    def replanned(self, lease: Lease, source: Source, due_at: float, *, is_new: bool) -> float:
        """When a hub is polled that waits until `due_at`, by its source's bounds as they are now.

        With `is_new` bounds its rhythm is asked again; else it only waits no longer than they allow.
        """
        if _is_told(lease) or lease.settled_at is None:
            return due_at
        longest = _longest(lease, source)
        at = min(due_at, lease.settled_at + longest)
        if is_new and lease.rhythm is not None:
            rhythm = PublicationRate.from_json(lease.rhythm)
            soonest = rhythm.next_poll(
                now=lease.settled_at, shortest=source.poll.min, longest=longest
            )
            at = min(at, soonest)
        return at

    def after_missing(self, planned: float | None, lease: Lease, *, now: float) -> float | None:
        """When an article that was found missing is looked at once more, to tell a removal from a fault."""
        if self._rules.source_of(lease) is None:
            return planned
        confirming = now + MIN_MISSING + _MINUTE
        return confirming if planned is None else min(planned, confirming)

    def after_miss(self, lease: Lease, *, is_transient: bool, now: float) -> float | None:
        """When a URL that could not be had, after all its tries, is looked at once more.

        A page whose cause is transient is given another week.
        """
        source = self._rules.scheduled_source_of(lease)
        if source is None:
            return None
        if lease.kind in HUBS:
            return now + min(_longest(lease, source), _DAY if _is_told(lease) else inf)
        if lease.first_at is not None:
            return self.after_article(lease, now=now)
        is_new = now - (lease.added_at or 0.0) < _GIVEN_UP
        return now + _DAY if is_transient and is_new else None


def by_time(links: Sequence[Link]) -> tuple[list[Link], list[Link]]:
    """Hubs and pages of which it is said at what time they were published; and the other pages."""
    timed: list[Link] = []
    untimed: list[Link] = []
    for link in links:
        (untimed if link.kind not in HUBS and _time(link) is None else timed).append(link)
    return timed, untimed


def _times(links: Sequence[Link]) -> list[float]:
    times = (_time(link) for link in links if link.kind not in HUBS)
    return [time for time in times if time is not None]


def _time(link: Link) -> float | None:
    """The moment at which an entry was published; a bare day is none."""
    stated = link.published_at or link.modified_at or ""
    return moment(stated) if "T" in stated else None


def _is_told(lease: Lease) -> bool:
    is_dated = lease.kind == "sitemap" and lease.depth > 0 and lease.modified_at is not None
    return is_dated or lease.kind == "section"


def _longest(lease: Lease, source: Source) -> float:
    is_child = lease.kind == "sitemap" and lease.depth > 0
    return max(source.poll.max, _CHILD_SITEMAP) if is_child else source.poll.max
