"""How often may each host be asked? As its source or its robots.txt says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import NotConfigured

from newscrawl.wire.offline import is_offline

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler

    from newscrawl.crawl.source_rules import SourceRules
    from newscrawl.middlewares.robots import Rules


class PaceMiddleware:
    """Keeps a stated pace, the `rate` of a source or a Crawl-delay, to the letter.

    AutoThrottle would come down from it to the common delay wherever a server is quick, and the random
    part of Scrapy's delay would halve it now and then: hosts with a stated pace have neither.
    Stands behind the robots middleware, so that what robots.txt says is known.
    """

    def __init__(
        self, crawler: Crawler, papers: SourceRules | None, *, longest_delay: float
    ) -> None:
        self._crawler, self._papers, self._longest_delay = crawler, papers, longest_delay
        self._agent: str = crawler.settings["USER_AGENT"]
        #: Seconds between two requests, by download slot.
        self._delays: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if is_offline(crawler.settings):
            raise NotConfigured  # nobody is spared
        papers: SourceRules | None = getattr(crawler.spider, "papers", None)
        longest = crawler.settings.getfloat("NEWSCRAWL_LONGEST_CRAWL_DELAY")
        pace = cls(crawler, papers, longest_delay=longest)
        crawler.signals.connect(pace.robots_parsed, signals.robots_parsed)
        return pace

    def process_request(self, request: Request) -> None:
        rate = self._papers.rate(request.url) if self._papers is not None else None
        if rate is not None:
            self._keep(request, 1 / rate)
        if self._slot(request) in self._delays:
            request.meta["autothrottle_dont_adjust_delay"] = True

    def robots_parsed(self, robotparser: Rules, request: Request) -> None:
        delay = robotparser.crawl_delay(self._agent)
        if delay:
            self._keep(request, min(float(delay), self._longest_delay))

    def _keep(self, request: Request, delay: float) -> None:
        """Let no two requests to this host be closer than that."""
        slot, downloader = self._slot(request), self._downloader
        # What the user's own DOWNLOAD_SLOTS say of it comes first, if it is slower.
        stated: dict[str, Any] = downloader.per_slot_settings.get(slot, {})
        delay = max(delay, self._delays.get(slot, 0.0), stated.get("delay", 0.0))
        self._delays[slot] = delay
        # Scrapy forgets the slots of hosts that rest for a while, and makes them anew from this.
        downloader.per_slot_settings[slot] = {**stated, "delay": delay, "jitter": 0.0}
        if (used := downloader.slots.get(slot)) is not None:
            used.delay, used.jitter = max(used.delay, delay), 0.0

    def _slot(self, request: Request) -> str:
        slot: str = self._downloader.get_slot_key(request)
        return slot

    @property
    def _downloader(self) -> Any:
        assert self._crawler.engine is not None
        return self._crawler.engine.downloader
