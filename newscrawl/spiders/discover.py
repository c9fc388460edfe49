"""What can be found out about a paper, from its front page and the usual places?"""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from scrapy import signals

from newscrawl import urls
from newscrawl.crawl.announcements import moment
from newscrawl.errors import Missed, TooLarge
from newscrawl.processing.feed_links import feed_links
from newscrawl.sources.feed_candidates import Findings, Sample, Surface
from newscrawl.spiders.asking import AskingSpider, Reply

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler

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


class DiscoverSpider(AskingSpider):
    """Asks for robots.txt, a front page, feeds, sitemaps and three articles; `findings` is what they say."""

    findings: Findings | None = None
    #: The front page as it answered.
    home: Reply

    def __init__(self, url: str, **kwargs: Any) -> None:
        super().__init__("discover", **kwargs)
        self.url = urls.named(url)
        self.named_hosts = {urls.host(self.url)}
        self._robots: dict[str, RobotsRules] = {}
        #: Pages that were announced as articles, and in which none is read.
        self._without_text: list[str] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.robots_parsed, signals.robots_parsed)
        return spider

    def robots_parsed(self, robotparser: RobotsRules, request: Request) -> None:
        self._robots[urls.host(request.url)] = robotparser

    async def look(self) -> None:
        self.home = first = await self.ask(self.url)
        if first.page is not None and not await self._is_front(first):
            self.home = await self.ask(_home_of(first))
        if self.home.is_html:
            feeds, sitemaps = await asyncio.gather(self._feeds(), self._sitemaps())
        elif first.found is not None and first.found.kind == "feed":
            # A front page that is refused or missing says nothing of what the feed announces.
            feeds, sitemaps = _distinct([first], "feed"), await self._sitemaps()
        else:
            return
        self.findings = await self._findings(feeds, sitemaps)

    async def _findings(self, feeds: list[Reply], sitemaps: list[Reply]) -> Findings:
        announced = [answer.found.links for answer in (*feeds, *sitemaps) if answer.found]
        agent = self.settings["USER_AGENT"]
        rules = self._robots.get(urls.host(self.home.url))
        delay = rules.crawl_delay(agent) if rules else None
        samples = await self._samples(announced)
        described = self.home if self.home.is_html else feeds[0] if feeds else self.home
        return Findings(
            self.home.url,
            home_missed=str(self.home.missed) if self.home.missed else None,
            title=described.found.title if described.found else None,
            surfaces=tuple(_surface(answer) for answer in (*feeds, *sitemaps)),
            samples=samples,
            without_text=() if samples else tuple(self._without_text),
            robots=rules.rules_for(agent) if rules else (),
            crawl_delay=float(delay) if delay is not None else None,
        )

    async def _is_front(self, answer: Reply) -> bool:
        """Whether this may be a paper's front page; a feed or an article was named otherwise."""
        if urls.is_front(answer.url) or answer.page is None:
            return True
        return answer.is_html and await self.article(answer.page) is None

    async def _feeds(self) -> list[Reply]:
        """The feeds that the front page names, then those it links to, then those in the usual places."""
        assert self.home.found is not None
        named = [link.url for link in self.home.found.links if link.kind == "feed"]
        linked = islice(await self._feed_links(self.home), _LIKELY_FEEDS)
        usual = [urljoin(self.home.url, path) for path in _FEED_PATHS]
        first = await self._ask_all([*named, *linked, *usual])
        lists = [answer for answer in first if answer.is_html]
        listed = chain.from_iterable([await self._feed_links(page) for page in lists])
        known = {urls.key(answer.asked) for answer in first}
        new = islice((url for url in listed if urls.key(url) not in known), _LISTED_FEEDS)
        second = await self._ask_all(new)
        return _distinct([*first, *second], "feed")

    async def _sitemaps(self) -> list[Reply]:
        """The sitemaps that robots.txt names, or in the usual places; and news sitemaps inside of them."""
        robots_url = urljoin(self.home.url, "/robots.txt")
        rules = self._robots.get(urls.host(self.home.url))
        stated = rules.sitemaps if rules else ()
        named = [url for each in stated if (url := urls.fetchable(each, robots_url))]
        usual = [urljoin(self.home.url, path) for path in _SITEMAP_PATHS]
        found = await self._ask_all(named[:_SITEMAPS] or usual)
        inside = [link.url for link in _links(found, "sitemap") if "news" in link.url.lower()]
        children = [a for a in await self._ask_all(inside[:_CHILDREN]) if _is_news(a)]
        found += children
        if not any(map(_is_news, found)):
            paths = [urljoin(self.home.url, path) for path in _NEWS_PATHS]
            found += [a for a in await self._ask_all(paths) if _is_news(a)]
        return _distinct(found, "sitemap")

    async def _samples(self, announced: Iterable[Iterable[Link]]) -> tuple[Sample, ...]:
        """Three articles, the latest first; front pages announce some where nothing else does."""
        links = [link for each in announced for link in each if link.kind == "article"]
        links.sort(key=lambda link: moment(link.published_at) or 0.0, reverse=True)
        links += _links([self.home], "article")
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
        article = await self.article(answer.page)
        if article is None:
            if await self.lacks_article(answer.page):
                self._without_text.append(answer.url)
            return None
        said = (article.title, article.authors, article.published_at)
        return Sample(answer.url, *said, language=article.language, publisher=article.publisher)

    async def _feed_links(self, answer: Reply) -> list[str]:
        assert answer.page is not None and answer.found is not None
        named = [link.url for link in answer.found.links if link.kind == "feed"]
        try:
            return named + await self.workers.run(feed_links, self.warc(answer.page), answer.page)
        except (Missed, TooLarge):
            return named

    async def _ask_all(self, wanted: Iterable[str]) -> list[Reply]:
        """The answers in the order of the URLs, each asked for once."""
        once = {urls.key(url): url for url in reversed(list(wanted))}
        return await asyncio.gather(*map(self.ask, reversed(once.values())))


def _home_of(answer: Reply) -> str:
    """The front page of the site of this page; of a feed, that of most of its articles."""
    origins = Counter(urljoin(link.url, "/") for link in _links([answer], "article"))
    is_feed = answer.found is not None and answer.found.kind == "feed"
    [(origin, _)] = origins.most_common(1) or [(urljoin(answer.url, "/"), 0)]
    return origin if is_feed else urljoin(answer.url, "/")


def _distinct(answers: Iterable[Reply], kind: str) -> list[Reply]:
    """Those of this kind that announce something; of several with the same links the first."""
    found: dict[tuple[str, ...], Reply] = {}
    for answer in answers:
        if answer.found is not None and answer.found.kind == kind and answer.found.links:
            links = tuple(sorted(urls.key(link.url) for link in answer.found.links))
            found.setdefault(links, answer)
    return list({urls.key(answer.url): answer for answer in found.values()}.values())


def _links(answers: Iterable[Reply], kind: str) -> list[Link]:
    return [link for a in answers if a.found for link in a.found.links if link.kind == kind]


def _is_news(answer: Reply) -> bool:
    found = answer.found
    return found is not None and found.kind == "sitemap" and bool(_links([answer], "article"))


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
