"""How often may each host be asked? As its source says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import NotConfigured

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler

    from newscrawl.spiders.papers import Papers


class PaceMiddleware:
    """Gives the hosts of sources with a `rate` a download slot of that pace.

    AutoThrottle, which would come down to the common delay wherever a server is quick, leaves those
    alone; a longer Crawl-delay of robots.txt is kept all the same.
    """

    def __init__(self, crawler: Crawler, papers: Papers) -> None:
        self._crawler, self._papers = crawler, papers

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        papers: Papers | None = getattr(crawler.spider, "papers", None)
        if papers is None or not papers.have_rates:
            raise NotConfigured
        return cls(crawler, papers)

    def process_request(self, request: Request) -> None:
        rate = self._papers.rate(request.url)
        engine = self._crawler.engine
        if rate is None or engine is None:
            return
        request.meta["autothrottle_dont_adjust_delay"] = True
        slot = engine.downloader.get_slot_key(request)
        # What the user's own DOWNLOAD_SLOTS say comes first.
        engine.downloader.per_slot_settings.setdefault(slot, {"delay": 1 / rate, "jitter": 0.0})
