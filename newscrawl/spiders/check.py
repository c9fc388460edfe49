"""Do the sources answer where their tables say, and with what they say?"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawl import urls
from newscrawl.causes import CAUSES
from newscrawl.crawl.announcements import moment
from newscrawl.crawl.source_rules import SourceRules
from newscrawl.printable import counted
from newscrawl.spiders.asking import AskingSpider, Reply, announced_articles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.crawl.request_options import SourceRequests
    from newscrawl.sources import Source

#: Faults of a feed that are quoted, and articles of a source that are asked for at most.
_FAULTS, _ARTICLES = 3, 3


@dataclass(frozen=True, slots=True)
class Health:
    """How one URL of a source is: `kind` is home, feed or sitemap.

    `state` is ok, moved (for good, to `moved_to`), empty, broken (faulty, or something else), dead (no
    answer, or an error), or forbidden (robots.txt). Articles (the kind `article`) are named only where their
    pages have no text: they are scripted.
    """

    source: str
    kind: str
    url: str
    state: str
    detail: str = ""
    moved_to: str | None = None
    entries: int | None = None
    latest: str | None = None

    @property
    def answers(self) -> bool:
        return self.state not in ("dead", "forbidden")


class CheckSpider(AskingSpider):
    """Asks every URL of the sources, one after the other of each, and for articles until one has a text;
    `health` is how they are."""

    def __init__(
        self, sources: Sequence[Source], requests: Sequence[SourceRequests] = (), **kwargs: Any
    ) -> None:
        super().__init__("check", **kwargs)
        self.sources = sources
        self.rules = SourceRules()
        self.rules.replace(sources, requests=requests)  # for their rates, headers and cookies
        self.named_hosts = {urls.host(url) for source in sources for url in source.urls}
        self.health: list[Health] = []

    async def look(self) -> None:
        at_once = asyncio.Semaphore(self.settings.getint("CONCURRENT_REQUESTS"))

        async def one(source: Source) -> list[Health]:
            async with at_once:
                asked = [(kind, await self.ask(url)) for kind, url in _named(source)]
                found = [health(source, kind, answer) for kind, answer in asked]
                return found + await self._scripted(source, asked)

        found = await asyncio.gather(*map(one, self.sources))
        self.health = [each for of_source in found for each in of_source]

    async def _scripted(self, source: Source, asked: list[tuple[str, Reply]]) -> list[Health]:
        """The article whose page has no text, where that is so of all that were looked at."""
        if self.settings["NEWSCRAWL_BROWSER"] and source.render != "never":
            return []  # they are drawn
        lists = [answer for kind, answer in asked if kind != "home"]
        wanted = announced_articles(lists) or announced_articles(answer for _, answer in asked)
        without: list[str] = []
        for url in wanted[:_ARTICLES]:
            answer = await self.ask(url)
            if answer.page is None or answer.missed is not None:
                continue
            if not await self.lacks_article(answer.page):
                return []
            without.append(answer.url)
        if not without:
            return []
        number = counted(len(without), "announced article")
        detail = f"no text in the pages of {number}: a browser has to draw them (NEWSCRAWL_BROWSER)"
        return [Health(source.name, "article", without[0], "scripted", detail)]


def _named(source: Source) -> Iterator[tuple[str, str]]:
    yield "home", source.home
    yield from (("feed", url) for url in source.feeds)
    yield from (("sitemap", url) for url in source.sitemaps)


def health(source: Source, kind: str, answer: Reply) -> Health:
    """What an answer says about the URL that was asked for."""
    state, detail = _state(kind, answer)
    links = answer.found.links if answer.found else ()
    stated = [time for link in links if (time := link.published_at or link.modified_at)]
    if answer.moved_to and state not in ("dead", "forbidden"):
        detail = f"to {answer.moved_to}" + (f"; {state}: {detail}" if state != "ok" else "")
        state = "moved"
    return Health(
        source.name,
        kind,
        answer.asked,
        state,
        detail,
        moved_to=answer.moved_to,
        entries=len(links) if kind != "home" and answer.found else None,
        latest=max(stated, key=lambda time: moment(time) or 0.0, default=None),
    )


def _state(kind: str, answer: Reply) -> tuple[str, str]:
    if answer.missed is not None:
        what = "forbidden" if CAUSES[answer.missed.cause].unasked else "dead"
        where = f" at {answer.url}" if urls.key(answer.url) != urls.key(answer.asked) else ""
        return what, f"{answer.missed}{where}"
    found = answer.found
    assert found is not None
    if kind == "home":
        return "ok", ""
    if found.kind != kind:
        return "broken", f"{found.kind} where a {kind} should be"
    if not found.links:
        return "empty", f"a {kind} that announces nothing"
    entries = counted(len(found.links), "entry", "entries")
    if found.faults:
        return "broken", f"{entries}; " + "; ".join(found.faults[:_FAULTS])
    return "ok", entries
