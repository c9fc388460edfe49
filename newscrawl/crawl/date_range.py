"""Which articles are wanted, by the dates that their announcements and they themselves state?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newscrawl.crawl.announcements import moment
from newscrawl.errors import Missed
from newscrawl.frontier import HUBS
from newscrawl.text import timespec

if TYPE_CHECKING:
    from typing import Self

    from newscrawl.frontier import DiscoveredUrl, Lease
    from newscrawl.items import Article

_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class DateRange:
    """From `since` (inclusive) to `until` (exclusive), seconds since the epoch; None is open."""

    since: float | None = None
    until: float | None = None

    @classmethod
    def named(cls, since: str, until: str, *, now: datetime) -> Self:
        """From what a user wrote, as `timespec` reads it. Raises UsageError."""
        meant = timespec.span(since, until, now=now)
        return cls(
            meant.begin.timestamp() if meant.begin else None,
            meant.end.timestamp() if meant.end else None,
        )

    @property
    def is_given(self) -> bool:
        """Whether it leaves anything out."""
        return self.since is not None or self.until is not None

    def exclusion_of(self, article: Article) -> Missed | None:
        """Why an article is not wanted, by the date that it states itself; one without a date is.

        A date without a time is wanted if any moment of this day (UTC) is in the range.
        """
        stated = article.published_at
        begin = moment(stated)
        if stated is None or begin is None:
            return None
        end = begin if "T" in stated else begin + _DAY - 1
        if (self.since is None or end >= self.since) and (self.until is None or begin < self.until):
            return None
        return Missed("out-of-range", f"published {stated}", published_at=begin)

    def has(self, url: Lease | DiscoveredUrl) -> bool:
        """Whether this URL is wanted; one of which no date is known always is."""
        if url.kind in HUBS:
            # Of a sitemap that has not changed since, nothing can be newer.
            at, until = url.modified_at if url.kind == "sitemap" and url.depth else None, None
        else:
            at, until = url.published_at, self.until
        if at is None:
            return True
        return (self.since is None or at >= self.since) and (until is None or at < until)

    def exclusion(self, lease: Lease) -> Missed | None:
        """Why this URL is not fetched."""
        if self.has(lease):
            return None
        at = lease.published_at if lease.published_at is not None else lease.modified_at or 0.0
        said = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Missed("out-of-range", f"dated {said}")
