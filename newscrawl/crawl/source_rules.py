"""What do the sources of this run say about a URL: to be asked for, left out, how often?"""

from __future__ import annotations

from dataclasses import replace as changed
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawl import urls
from newscrawl.crawl.announcements import asked_for
from newscrawl.errors import Missed
from newscrawl.frontier import HUBS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from newscrawl.causes import UrlKind
    from newscrawl.crawl.request_options import SourceRequests
    from newscrawl.frontier import DiscoveredUrl, Lease
    from newscrawl.sources import Source


class SourceRules:
    """The sources that a crawl was started with, or has by now; none is a crawl of URLs.

    `others` are sources that are not crawled as such, but whose patterns and rates hold for what is fetched
    of them. Nothing is fetched of the names and sites in `blocked`.
    """

    def __init__(self, sources: Sequence[Source] = ()) -> None:
        self.replace(sources)
        self.are_given = bool(sources)

    def replace(
        self,
        sources: Sequence[Source],
        *,
        others: Sequence[Source] = (),
        blocked: Collection[str] = (),
        are_given: bool = True,
        requests: Sequence[SourceRequests] = (),
    ) -> None:
        """Take these sources; none is a file of which no source is in force, if they are given."""
        self.are_given = are_given
        self.sources, self.others = tuple(sources), tuple(others)
        self.blocked = frozenset(blocked)
        self._requests = tuple(requests)
        self._of_site = _by_site(self.sources)
        # What was asked for by its URL before there was a file of sources goes by its site.
        by_site = {site: found[0] for site, found in self._of_site.items()}
        self._by_label = by_site | {source.name: source for source in self.sources}
        self._other_names = {source.name: source for source in self.others}
        other_sites = {site: found[0] for site, found in _by_site(self.others).items()}
        self._others = other_sites | self._other_names
        self._rates: dict[str, float] = {}
        for source in (*self.sources, *self.others):
            for place in {urls.site(source.home), *map(_hostname, source.urls)}:
                if source.rate is not None:
                    self._rates[place] = min(source.rate, self._rates.get(place, source.rate))

    def source_of(self, url: Lease | DiscoveredUrl) -> Source | None:
        """The source that a URL belongs to, if one is known."""
        return self._by_label.get(url.source) or self._others.get(url.source)

    def scheduled_source_of(self, url: Lease) -> Source | None:
        """The source by whose plan a URL is fetched again; none for one asked for by its URL alone."""
        return self._by_label.get(url.source) or self._other_names.get(url.source)

    def is_blocked(self, url: str, label: str | None = None) -> bool:
        """Whether nothing may be fetched of the source of this label, or of the URL's site."""
        return (label or urls.site(url)) in self.blocked

    @property
    def labels(self) -> set[str]:
        """Under which names the frontier knows what belongs to these sources."""
        return set(self._by_label)

    @property
    def urls(self) -> list[str]:
        return [url for source in self.sources for url in source.urls]

    def seeds(self, *, now: float, not_before_due: bool) -> list[DiscoveredUrl]:
        """What the tables name: due, or with `not_before_due` only what has no time at which it is due."""
        return [
            asked_for(url, kind, source.name, now=now, not_before_due=not_before_due)
            for source in self.sources
            for kind, url in _named(source)
        ]

    def readmitted(self, left_out: Iterable[DiscoveredUrl], *, now: float) -> list[DiscoveredUrl]:
        """Those of the URLs that patterns left out which they no longer do, as they were announced."""
        found = []
        for url in left_out:
            named = [source for source in self.sources if source.name == url.source]
            # Under a name of before, any source of the site may have left it out: none of them may.
            sources = named or self._of_site.get(urls.site(url.url), [])
            mine = [changed(url, source=source.name, again_before=now) for source in sources]
            if mine and not any(map(self.exclusion, mine)):
                found.append(mine[0])
        return found

    def exclusion(self, url: Lease | DiscoveredUrl) -> Missed | None:
        """Why an announced URL is not fetched; what was asked for by name always is."""
        source = self.source_of(url)
        if source is None or url.depth == 0:
            return None
        why = source.why_left_out(url.url, announces=url.kind in HUBS)
        return Missed("excluded", why) if why else None

    def requests_of(self, url: str, label: str | None = None) -> SourceRequests | None:
        """What a request to this URL carries: of the source of this label, or the first of its domain."""
        found = [each for each in self._requests if each.is_for(url)]
        mine = [each for each in found if each.name == label]
        return next(iter(mine or found), None)

    def rate(self, url: str) -> float | None:
        """Requests a second for the URL's host: as stated for it, or for the site it belongs to."""
        return self._rates.get(_hostname(url)) or self._rates.get(urls.site(url))


def _by_site(sources: Iterable[Source]) -> dict[str, list[Source]]:
    found: dict[str, list[Source]] = {}
    for source in sources:
        found.setdefault(urls.site(source.home), []).append(source)
    return found


def _hostname(url: str) -> str:
    """The host as Scrapy's download slots know it: without its port."""
    return urlsplit(url).hostname or ""


def _named(source: Source) -> Iterator[tuple[UrlKind, str]]:
    yield "seed", source.home
    yield from (("feed", url) for url in source.feeds)
    yield from (("sitemap", url) for url in source.sitemaps)
