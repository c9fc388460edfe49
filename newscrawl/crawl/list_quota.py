"""How many feeds and sitemaps does a pass read of one source? Indexes that fan out have no end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawl.errors import Missed

if TYPE_CHECKING:
    from newscrawl.causes import UrlKind
    from newscrawl.frontier import DiscoveredUrl, Lease

#: Kinds that are counted; sections have a bound of their own.
LISTS: tuple[UrlKind, ...] = ("feed", "sitemap")
#: For each list that may be fetched so many are kept in the frontier; those beyond are counted.
MAX_KNOWN = 10
#: Seconds after which a crawl that goes on for ever counts anew.
_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class ListBounds:
    """What the lists of one source may cost one pass, or a day of a crawl without end. 0: no limit.

    So many `files` are fetched, `depth` of them one named by the other, `size` bytes and `seconds` of
    answers; so many `entries` of them are taken on.
    """

    files: int = 300
    depth: int = 4
    entries: int = 1_000_000
    size: int = 2 << 30
    seconds: float = 600.0


@dataclass(slots=True)
class _Count:
    files: int = 0
    known: int = 0
    entries: int = 0
    size: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class ListQuota:
    """Counts, by source, what the lists of one pass have cost. `now` are seconds since the epoch.

    What a user or a file of sources names is fetched whatever there was before.
    """

    bounds: ListBounds = field(default_factory=ListBounds)
    _counts: dict[str, _Count] = field(default_factory=dict)
    _began: float | None = None

    def take(self, lease: Lease, *, now: float) -> Missed | None:
        """Count this list as fetched; or say why it must not be fetched in this pass."""
        if lease.kind not in LISTS:
            return None
        count, bounds = self._of(lease.source, now), self.bounds
        if lease.depth:
            spent = [
                (count.files, bounds.files, "lists"),
                (count.size, bounds.size, "bytes of lists"),
                (count.seconds, bounds.seconds, "seconds of lists"),
            ]
            for used, most, what in spent:
                if most and used >= most:
                    return Missed("list-quota", f"{most:g} {what} of {lease.source}")
            if bounds.depth and lease.depth > bounds.depth:
                return Missed("list-quota", f"behind {lease.depth} other lists")
        count.files += 1
        return None

    def add(self, lease: Lease, *, size: int, seconds: float, now: float) -> None:
        """Count what the answer of a list cost, whatever it was."""
        if lease.kind in LISTS:
            count = self._of(lease.source, now)
            count.size += size
            count.seconds += seconds

    def admit(
        self, new: list[DiscoveredUrl], source: str, *, now: float
    ) -> tuple[list[DiscoveredUrl], list[DiscoveredUrl]]:
        """Those of the URLs of this source for which there is room, the newest first; and the others."""
        count, bounds = self._of(source, now), self.bounds
        lists = [each for each in new if each.kind in LISTS]
        pages = [each for each in new if each.kind not in LISTS]
        lists.sort(key=lambda each: -each.rank)
        pages.sort(key=lambda each: -each.rank)
        to_lists = max(bounds.files * MAX_KNOWN - count.known, 0) if bounds.files else len(lists)
        to_pages = max(bounds.entries - count.entries, 0) if bounds.entries else len(pages)
        count.known += min(len(lists), to_lists)
        count.entries += min(len(pages), to_pages)
        return lists[:to_lists] + pages[:to_pages], lists[to_lists:] + pages[to_pages:]

    def _of(self, source: str, now: float) -> _Count:
        if self._began is None or now - self._began >= _DAY:
            self._began = now
            self._counts.clear()
        return self._counts.setdefault(source, _Count())
