"""How did a URL answer that somebody wanted to look at? For looks at a few URLs, which keep no frontier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from newscrawl import urls
from newscrawl.crawl.announcements import moment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.discovery import Discovery, Link
    from newscrawl.errors import Missed
    from newscrawl.items import Article, Page


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of asking for a URL: `found`, or `missed`.

    `url` is where redirects led, `moved_to` where those led that say that they are for good.
    """

    asked: str
    url: str
    page: Page | None = None
    found: Discovery | None = None
    missed: Missed | None = None
    moved_to: str | None = None

    @property
    def is_html(self) -> bool:
        return self.found is not None and self.found.kind == "html"


class Asker(Protocol):
    """Asks for URLs within the rules of a crawl, and reads what was captured."""

    async def ask(self, url: str) -> Reply:
        """Fetch a URL, follow its redirects and read what it announces."""

    async def article(self, page: Page) -> Article | None:
        """The record of a captured page, or None if it is no article."""

    async def lacks_article(self, page: Page) -> bool:
        """Whether a captured page was read and holds no article: a script may make it."""

    async def feed_links(self, reply: Reply) -> list[str]:
        """The feeds that a captured page names, then those that it links to."""


def announced_articles(answers: Iterable[Reply]) -> list[str]:
    """The articles that these announce, each once: the latest first, then those without a time."""
    links = [link for a in answers if a.found for link in a.found.links if link.kind == "article"]
    links.sort(key=lambda link: moment(link.published_at) or 0.0, reverse=True)
    return list({urls.key(link.url): link.url for link in links}.values())


def links_of(answers: Iterable[Reply], kind: str) -> list[Link]:
    """The links of this kind that these announce, in their order."""
    return [link for a in answers if a.found for link in a.found.links if link.kind == kind]


def distinct(answers: Iterable[Reply], kind: str) -> list[Reply]:
    """Those of this kind that announce something; of several with the same links the first."""
    found: dict[tuple[str, ...], Reply] = {}
    for answer in answers:
        if answer.found is not None and answer.found.kind == kind and answer.found.links:
            links = tuple(sorted(urls.key(link.url) for link in answer.found.links))
            found.setdefault(links, answer)
    return list({urls.key(answer.url): answer for answer in found.values()}.values())
