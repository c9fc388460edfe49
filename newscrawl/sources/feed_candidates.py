"""What was found out about one paper, and the table that follows from it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawl.printable import counted
from newscrawl.sources.source import Source
from newscrawl.sources.values import RATE_MAX
from newscrawl.sources.zone import countries_of, likely_zones
from newscrawl.text import language_tags

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Lines of robots.txt that are shown.
_ROBOTS_MAX = 20


@dataclass(frozen=True, slots=True)
class Surface:
    """A feed or sitemap that answers: how many articles or sitemaps it announces, and the latest of them."""

    url: str
    kind: str
    entries: int
    latest: str | None = None
    title: str | None = None
    language: str | None = None
    is_news: bool = False
    faults: tuple[str, ...] = ()

    def summary(self) -> str:
        what = "news sitemap" if self.is_news else self.kind
        said = f"{what}, {counted(self.entries, 'entry', 'entries')}"
        said += f", the latest of {self.latest}" if self.latest else ""
        return said + (f"; {self.faults[0]}" if self.faults else "")


@dataclass(frozen=True, slots=True)
class Sample:
    """What a crawl would record of one article."""

    url: str
    title: str | None
    authors: tuple[str, ...] = ()
    published_at: str | None = None
    language: str | None = None
    publisher: str | None = None

    def summary(self) -> str:
        byline = ", ".join(self.authors) or "no byline"
        return f"{self.title or 'no title'} | {byline} | {self.published_at or 'no time'}"


@dataclass(frozen=True, slots=True)
class Findings:
    """`robots` are the lines of robots.txt that hold for this crawler, `crawl_delay` is in seconds.

    `home_missed` says why the front page was not read; then all of this is from a feed. `without_text` are
    announced articles in whose pages no article is read, where that is so of all that were looked at.
    """

    home: str
    title: str | None = None
    surfaces: tuple[Surface, ...] = ()
    samples: tuple[Sample, ...] = ()
    robots: tuple[str, ...] = ()
    crawl_delay: float | None = None
    home_missed: str | None = None
    without_text: tuple[str, ...] = ()

    def source(self) -> Source:
        """The paper's table as far as it can be told."""
        tags, zones = self._languages(), self._zones()
        return Source(
            self._name(),
            self.home,
            feeds=tuple(s.url for s in self.surfaces if s.kind == "feed"),
            sitemaps=tuple(s.url for s in self.surfaces if s.kind == "sitemap"),
            language=tags[0] if tags else None,
            zone=zones[0] if len(zones) == 1 else None,
            rate=min(float(f"{1 / self.crawl_delay:.3g}"), RATE_MAX) if self.crawl_delay else None,
            render="empty" if self.without_text else None,
        )

    def notes(self) -> dict[str, list[str]]:
        """Comments for `newscrawl.sources.table`: on what the table rests."""
        notes = {surface.url: [surface.summary()] for surface in self.surfaces}
        notes[""] = ["What a crawl would record of three of its articles:"] if self.samples else []
        notes[""] += [line for s in self.samples for line in (f"  {s.summary()}", f"    {s.url}")]
        if self.home_missed:
            notes["home"] = [f"From the feed: the front page was not read ({self.home_missed})."]
        if self.robots:
            notes[""] += ["robots.txt says:", *(f"  {line}" for line in self.robots[:_ROBOTS_MAX])]
        if len(self.robots) > _ROBOTS_MAX:
            notes[""].append(f"  ... and {len(self.robots) - _ROBOTS_MAX} more lines")
        if offsets := sorted({moment.strftime("%z") for moment in self._moments()}):
            zones = self._zones()
            which = f" The zone may be {' or '.join(zones)}." if len(zones) > 1 else ""
            place = "zone" if len(zones) == 1 else ""
            notes.setdefault(place, []).append(
                f"Times are stated with {', '.join(offsets)}.{which}"
            )
        if self.without_text:
            notes["render"] = [
                f"{self.why_browser()}: a browser has to draw them (NEWSCRAWL_BROWSER).",
                f"One of them is {self.without_text[0]}",
            ]
        if self.crawl_delay:
            notes["rate"] = [f"robots.txt asks for a Crawl-delay of {self.crawl_delay:g} s."]
        return notes

    def why_browser(self) -> str:
        """Why the paper needs a browser."""
        number = counted(len(self.without_text), "announced article")
        return f"The pages of {number} have no text, which a script may fetch"

    def _name(self) -> str:
        publishers = Counter(s.publisher for s in self.samples if s.publisher)
        host = (urlsplit(self.home).hostname or "").removeprefix("www.")
        stated = publishers.most_common(1)[0][0] if publishers else self.title or host
        return " ".join("".join(c for c in stated if c.isprintable()).split()) or host

    def _languages(self) -> list[str]:
        """What most of the samples, then most of the feeds are written in."""
        stated = [s.language for s in self.samples] + [s.language for s in self.surfaces]
        tags = Counter(tag for text in stated if text and (tag := language_tags.tag(text)))
        return [tag for tag, _ in tags.most_common()]

    def _moments(self) -> list[datetime]:
        """The times of the records; those of feeds, which machines write, if records have no zone."""
        of_records = [s.published_at for s in self.samples]
        return _with_zone(of_records) or _with_zone([s.latest for s in self.surfaces])

    def _zones(self) -> list[str]:
        countries = countries_of(self.home, self._languages())
        return likely_zones(self._moments(), countries=countries)


def _with_zone(stated: Iterable[str | None]) -> list[datetime]:
    moments = [datetime.fromisoformat(text) for text in stated if text and "T" in text]
    return [moment for moment in moments if moment.tzinfo is not None]
