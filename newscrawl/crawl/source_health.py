"""Does a source answer where its table says, and with what it says?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl import urls
from newscrawl.causes import CAUSES
from newscrawl.crawl.announcements import moment
from newscrawl.crawl.replies import Asker, Reply, announced_articles
from newscrawl.printable import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.sources import Source

#: Faults of a feed that are quoted, and articles of a source that are asked for at most.
_FAULTS, _ARTICLES = 3, 3


@dataclass(frozen=True, slots=True)
class UrlHealth:
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


async def health_of(source: Source, asker: Asker, *, has_browser: bool) -> list[UrlHealth]:
    """Ask every URL of a source, one after the other, and for articles until one has a text.

    With a browser pages that scripts make are drawn, and not looked at.
    """
    asked = [(kind, await asker.ask(url)) for kind, url in _named(source)]
    found = [health(source, kind, answer) for kind, answer in asked]
    if has_browser and source.render != "never":
        return found  # they are drawn
    return found + await _scripted(source, asked, asker)


async def _scripted(
    source: Source, asked: list[tuple[str, Reply]], asker: Asker
) -> list[UrlHealth]:
    """The article whose page has no text, where that is so of all that were looked at."""
    lists = [answer for kind, answer in asked if kind != "home"]
    wanted = announced_articles(lists) or announced_articles(answer for _, answer in asked)
    without: list[str] = []
    for url in wanted[:_ARTICLES]:
        answer = await asker.ask(url)
        if answer.page is None or answer.missed is not None:
            continue
        if not await asker.lacks_article(answer.page):
            return []
        without.append(answer.url)
    if not without:
        return []
    number = counted(len(without), "announced article")
    detail = f"no text in the pages of {number}: a browser has to draw them (NEWSCRAWL_BROWSER)"
    return [UrlHealth(source.name, "article", without[0], "scripted", detail)]


def _named(source: Source) -> Iterator[tuple[str, str]]:
    yield "home", source.home
    yield from (("feed", url) for url in source.feeds)
    yield from (("sitemap", url) for url in source.sitemaps)


def health(source: Source, kind: str, answer: Reply) -> UrlHealth:
    """What an answer says about the URL that was asked for."""
    state, detail = _state(kind, answer)
    links = answer.found.links if answer.found else ()
    stated = [time for link in links if (time := link.published_at or link.modified_at)]
    if answer.moved_to and state not in ("dead", "forbidden"):
        detail = f"to {answer.moved_to}" + (f"; {state}: {detail}" if state != "ok" else "")
        state = "moved"
    return UrlHealth(
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
