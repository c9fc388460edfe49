"""What can be found out about a paper, from its front page and the usual places?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import signals

from newscrawl import urls
from newscrawl.crawl.source_search import SourceSearch
from newscrawl.spiders.asking import AskingSpider

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler

    from newscrawl.crawl.replies import Reply
    from newscrawl.crawl.robots_rules import RobotsRules
    from newscrawl.sources.feed_candidates import Findings


class DiscoverSpider(AskingSpider):
    """Asks for robots.txt, a front page, feeds, sitemaps and three articles; `findings` is what they say."""

    findings: Findings | None = None

    def __init__(self, url: str, **kwargs: Any) -> None:
        super().__init__("discover", **kwargs)
        self.url = urls.named(url)
        self.named_hosts = {urls.host(self.url)}
        self._search: SourceSearch | None = None
        self._robots: dict[str, RobotsRules] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.robots_parsed, signals.robots_parsed)
        return spider

    @property
    def home(self) -> Reply | None:
        """The front page as it answered; None as long as it has not."""
        return self._search.home if self._search is not None else None

    def robots_parsed(self, robotparser: RobotsRules, request: Request) -> None:
        self._robots[urls.host(request.url)] = robotparser

    async def look(self) -> None:
        self._search = SourceSearch(self, self.settings["USER_AGENT"], self._robots)
        self.findings = await self._search.look(self.url)
