"""What can be found out about a paper, from its front page and the usual places?"""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from newscrawl import urls
from newscrawl.crawl.announcements import moment
from newscrawl.crawl.replies import Asker, Reply, distinct, links_of
from newscrawl.sources.feed_candidates import Findings, Sample, Surface

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newscrawl.crawl.robots_rules import RobotsRules
    from newscrawl.discovery import Link

_FEED_PATHS = (
    "/feed", "/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/feed.json", "/index.xml", "/feeds",
)  # fmt: skip
_SITEMAP_PATHS = ("/sitemap.xml", "/sitemap_index.xml")
_NEWS_PATHS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/googlenews.xml")

#: How much is asked for at most: links that may lead to feeds, on the front page and on pages that
#: list feeds; sitemaps that robots.txt names; sitemaps inside of those; articles.
_LIKELY_FEEDS, _LISTED_FEEDS, _SITEMAPS, _CHILDREN, _ARTICLES = 10, 40, 12, 3, 8
_SAMPLES = 3


class SourceSearch:
    """Asks for robots.txt, a front page, feeds, sitemaps and three articles of one paper.

    `robots` has the rules of each host that was asked, and grows while the search runs.
    """

    def __init__(self, asker: Asker, agent: str, robots: Mapping[str, RobotsRules]) -> None:
        self._asker, self._agent, self._robots = asker, agent, robots
        #: The front page as it answered; None as long as it has not.
        self.home: Reply | None = None
        #: Pages that were announced as articles, and in which none is read.
        self._without_text: list[str] = []

    async def look(self, url: str) -> Findings | None:
        """What is found from this URL; None if there is nothing to start from."""
        self.home = home = first = await self._asker.ask(url)
        if first.page is not None and not await self._is_front(first):
            self.home = home = await self._asker.ask(_home_of(first))
        if home.is_html:
            feeds, sitemaps = await asyncio.gather(self._feeds(home), self._sitemaps(home))
        elif first.found is not None and first.found.kind == "feed":
            # A front page that is refused or missing says nothing of what the feed announces.
            feeds, sitemaps = distinct([first], "feed"), await self._sitemaps(home)
        else:
            return None
        return await self._findings(home, feeds, sitemaps)

    async def _findings(self, home: Reply, feeds: list[Reply], sitemaps: list[Reply]) -> Findings:
        announced = [answer.found.links for answer in (*feeds, *sitemaps) if answer.found]
        rules = self._robots.get(urls.host(home.url))
        delay = rules.crawl_delay(self._agent) if rules else None
        samples = await self._samples(home, announced)
        described = home if home.is_html else feeds[0] if feeds else home
        return Findings(
            home.url,
            home_missed=str(home.missed) if home.missed else None,
            title=described.found.title if described.found else None,
            surfaces=tuple(_surface(answer) for answer in (*feeds, *sitemaps)),
            samples=samples,
            without_text=() if samples else tuple(self._without_text),
            robots=rules.rules_for(self._agent) if rules else (),
            crawl_delay=float(delay) if delay is not None else None,
        )

    async def _is_front(self, answer: Reply) -> bool:
        """Whether this may be a paper's front page; a feed or an article was named otherwise."""
        if urls.is_front(answer.url) or answer.page is None:
            return True
        return answer.is_html and await self._asker.article(answer.page) is None

    async def _feeds(self, home: Reply) -> list[Reply]:
        """The feeds that the front page names, then those it links to, then those in the usual places."""
        assert home.found is not None
        named = [link.url for link in home.found.links if link.kind == "feed"]
        linked = islice(await self._asker.feed_links(home), _LIKELY_FEEDS)
        usual = [urljoin(home.url, path) for path in _FEED_PATHS]
        first = await self._ask_all([*named, *linked, *usual])
        lists = [answer for answer in first if answer.is_html]
        listed = chain.from_iterable([await self._asker.feed_links(page) for page in lists])
        known = {urls.key(answer.asked) for answer in first}
        new = islice((url for url in listed if urls.key(url) not in known), _LISTED_FEEDS)
        second = await self._ask_all(new)
        return distinct([*first, *second], "feed")

    async def _sitemaps(self, home: Reply) -> list[Reply]:
        """The sitemaps that robots.txt names, or in the usual places; and news sitemaps inside of them."""
        robots_url = urljoin(home.url, "/robots.txt")
        rules = self._robots.get(urls.host(home.url))
        stated = rules.sitemaps if rules else ()
        named = [url for each in stated if (url := urls.fetchable(each, robots_url))]
        usual = [urljoin(home.url, path) for path in _SITEMAP_PATHS]
        found = await self._ask_all(named[:_SITEMAPS] or usual)
        inside = [link.url for link in links_of(found, "sitemap") if "news" in link.url.lower()]
        children = [a for a in await self._ask_all(inside[:_CHILDREN]) if _is_news(a)]
        found += children
        if not any(map(_is_news, found)):
            paths = [urljoin(home.url, path) for path in _NEWS_PATHS]
            found += [a for a in await self._ask_all(paths) if _is_news(a)]
        return distinct(found, "sitemap")

    async def _samples(
        self, home: Reply, announced: Iterable[Iterable[Link]]
    ) -> tuple[Sample, ...]:
        """Three articles, the latest first; front pages announce some where nothing else does."""
        links = [link for each in announced for link in each if link.kind == "article"]
        links.sort(key=lambda link: moment(link.published_at) or 0.0, reverse=True)
        links += links_of([home], "article")
        waiting = list({urls.key(link.url): link.url for link in links}.values())[:_ARTICLES]
        samples: list[Sample] = []
        while waiting and len(samples) < _SAMPLES:
            number = _SAMPLES - len(samples)
            some, waiting = waiting[:number], waiting[number:]
            samples += [s for a in await self._ask_all(some) if (s := await self._sample(a))]
        return tuple(samples)

    async def _sample(self, answer: Reply) -> Sample | None:
        if answer.page is None or answer.missed is not None:
            return None
        article = await self._asker.article(answer.page)
        if article is None:
            if await self._asker.lacks_article(answer.page):
                self._without_text.append(answer.url)
            return None
        said = (article.title, article.authors, article.published_at)
        return Sample(answer.url, *said, language=article.language, publisher=article.publisher)

    async def _ask_all(self, wanted: Iterable[str]) -> list[Reply]:
        """The answers in the order of the URLs, each asked for once."""
        once = {urls.key(url): url for url in reversed(list(wanted))}
        return await asyncio.gather(*map(self._asker.ask, reversed(once.values())))


def _home_of(answer: Reply) -> str:
    """The front page of the site of this page; of a feed, that of most of its articles."""
    origins = Counter(urljoin(link.url, "/") for link in links_of([answer], "article"))
    is_feed = answer.found is not None and answer.found.kind == "feed"
    [(origin, _)] = origins.most_common(1) or [(urljoin(answer.url, "/"), 0)]
    return origin if is_feed else urljoin(answer.url, "/")


def _is_news(answer: Reply) -> bool:
    found = answer.found
    return found is not None and found.kind == "sitemap" and bool(links_of([answer], "article"))


def _surface(answer: Reply) -> Surface:
    found = answer.found
    assert found is not None
    stated = [time for link in found.links if (time := link.published_at or link.modified_at)]
    return Surface(
        answer.url,
        found.kind,
        len(found.links),
        latest=max(stated, key=lambda time: moment(time) or 0.0, default=None),
        title=found.title,
        language=next((link.language for link in found.links if link.language), None),
        is_news=_is_news(answer),
        faults=found.faults,
    )
