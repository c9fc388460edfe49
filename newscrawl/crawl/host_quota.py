"""How much does a pass take on of one host? Calendars, facets and session ids have no end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from newscrawl.errors import Missed
from newscrawl.frontier import HUBS
from newscrawl.urls import host

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.frontier import DiscoveredUrl, Lease

#: Seconds after which a crawl that goes on for ever counts anew.
_DAY = 24 * 3600


class HostQuota:
    """Counts, by host, what one pass has taken on and fetched, or a day of a crawl without end.

    `queue` URLs of one host may become due by announcements, `pages` of it be fetched; feeds and
    sitemaps are not counted among these. 0: no limit. `now` are seconds since the epoch.
    """

    def __init__(self, *, queue: int = 0, pages: int = 0) -> None:
        self._queue, self._pages = queue, pages
        self._due: Counter[str] = Counter()
        self._fetched: Counter[str] = Counter()
        self._began: float | None = None

    def admit(
        self, new: Iterable[DiscoveredUrl], *, now: float
    ) -> dict[str, tuple[list[DiscoveredUrl], int]]:
        """By host: those for which there is room, and how many there is none for."""
        self._count_anew(now)
        by_host: dict[str, list[DiscoveredUrl]] = {}
        for each in new:
            by_host.setdefault(host(each.url), []).append(each)
        out = {}
        for name, urls in by_host.items():
            room = max(self._queue - self._due[name], 0) if self._queue else len(urls)
            out[name] = (urls[:room], len(urls[room:]))
        return out

    def add_due(self, name: str, due: int) -> None:
        """So many URLs of this host have become due."""
        self._due[name] += due

    def take(self, lease: Lease, *, now: float) -> Missed | None:
        """Count this URL as fetched; or say why it must not be fetched in this pass."""
        if lease.kind in HUBS:
            return None
        self._count_anew(now)
        name = host(lease.url)
        if self._pages and self._fetched[name] >= self._pages:
            return Missed("host-pages", f"{self._pages} pages of {name}")
        self._fetched[name] += 1
        return None

    def _count_anew(self, now: float) -> None:
        if self._began is None or now - self._began >= _DAY:
            self._began = now
            self._due.clear()
            self._fetched.clear()
