"""Which articles are wanted, by the date that their announcements state?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newscrawl.errors import Missed, UsageError
from newscrawl.frontier import HUBS

if TYPE_CHECKING:
    from typing import Self

    from newscrawl.frontier import DiscoveredUrl, Lease

_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class DateRange:
    """From `since` (inclusive) to `until` (exclusive), seconds since the epoch; None is open."""

    since: float | None = None
    until: float | None = None

    @classmethod
    def named(cls, since: str, until: str) -> Self:
        """From what a user wrote, ISO 8601; a bare day is meant from its begin to its end, in UTC."""
        return cls(_moment(since, "since"), _moment(until, "until", days=1))

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


def _moment(text: str, name: str, *, days: int = 0) -> float | None:
    if not text:
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--{name} {text}: not a date or time in ISO 8601") from None
    moment = (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
    return moment + days * _DAY if "T" not in text and " " not in text else moment
