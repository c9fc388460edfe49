"""How often may each host be asked? As its source or its robots.txt says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import NotConfigured

from newscrawl.assembly import sources_changed
from newscrawl.causes import REQUISITE
from newscrawl.wire.offline import is_offline

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler

    from newscrawl.crawl.robots_rules import RobotsRules
    from newscrawl.crawl.source_rules import SourceRules


class PaceMiddleware:
    """Keeps a stated pace, the `rate` of a source or a Crawl-delay, to the letter.

    AutoThrottle would come down from it to the common delay wherever a server is quick, and the random
    part of Scrapy's delay would halve it now and then: hosts with a stated pace have neither.
    Stands behind the robots middleware, so that what robots.txt says is known.
    """

    def __init__(
        self, crawler: Crawler, rules: SourceRules | None, *, longest_delay: float
    ) -> None:
        self._crawler, self._rules, self._longest_delay = crawler, rules, longest_delay
        self._requisite_delay = crawler.settings.getfloat("NEWSCRAWL_REQUISITE_DELAY")
        self._agent: str = crawler.settings["USER_AGENT"]
        #: Seconds between two requests, by download slot: by its source's rate, and by its robots.txt.
        self._by_rate: dict[str, float] = {}
        self._by_robots: dict[str, float] = {}
        #: What the user's own DOWNLOAD_SLOTS say of a slot.
        self._stated: dict[str, dict[str, Any]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if is_offline(crawler.settings):
            raise NotConfigured  # nobody is spared
        rules: SourceRules | None = getattr(crawler.spider, "rules", None)
        longest = crawler.settings.getfloat("NEWSCRAWL_LONGEST_CRAWL_DELAY")
        pace = cls(crawler, rules, longest_delay=longest)
        crawler.signals.connect(pace.robots_parsed, signals.robots_parsed)
        crawler.signals.connect(pace.sources_changed, sources_changed)
        return pace

    def sources_changed(self, rules: SourceRules) -> None:
        """Let a new rate hold for the requests that wait, too, and not from the next one on."""
        downloader = self._downloader
        for name, slot in list(downloader.slots.items()):
            rate = rules.rate(f"http://{name}/")
            if self._set(self._by_rate, name, 1 / rate if rate is not None else None):
                # The next request may be planned for a moment that the old delay gave.
                slot.close()
                downloader._process_queue(slot)

    def process_request(self, request: Request) -> None:
        rate = self._rules.rate(request.url) if self._rules is not None else None
        slot = self._slot(request)
        self._set(self._by_rate, slot, 1 / rate if rate is not None else None)
        if slot in self._by_rate or slot in self._by_robots:
            request.meta["autothrottle_dont_adjust_delay"] = True
        elif REQUISITE in request.meta:
            self._set_apart(request, slot)

    def _set_apart(self, request: Request, slot: str) -> None:
        """Give a requisite of a host that states no pace a slot of its own, so that no page waits for it."""
        own = f"{slot} ({REQUISITE})"
        settings = self._downloader.per_slot_settings
        settings.setdefault(own, {"delay": self._requisite_delay, "jitter": 0.0})
        request.meta["download_slot"] = own
        request.meta["autothrottle_dont_adjust_delay"] = True

    def robots_parsed(self, robotparser: RobotsRules, request: Request) -> None:
        delay = robotparser.crawl_delay(self._agent)
        asked = min(float(delay), self._longest_delay) if delay else None
        self._set(self._by_robots, self._slot(request), asked)

    def _set(self, delays: dict[str, float], slot: str, delay: float | None) -> bool:
        """Note what one of the two says of a slot, and have it kept if it is new: rates may be raised,
        too. Returns whether it was."""
        if delays.get(slot) == delay:
            return False
        if delay is None:
            del delays[slot]
        else:
            delays[slot] = delay
        self._keep(slot)
        return True

    def _keep(self, slot: str) -> None:
        """Let no two requests of this slot be closer than the slowest of what is stated for it."""
        downloader = self._downloader
        stated = self._stated.setdefault(slot, downloader.per_slot_settings.get(slot, {}))
        delays = [each[slot] for each in (self._by_rate, self._by_robots) if slot in each]
        if not delays:
            downloader.per_slot_settings[slot] = stated
            return
        delay = max([*delays, stated.get("delay", 0.0)])
        # Scrapy forgets the slots of hosts that rest for a while, and makes them anew from this.
        downloader.per_slot_settings[slot] = {**stated, "delay": delay, "jitter": 0.0}
        if (used := downloader.slots.get(slot)) is not None:
            used.delay, used.jitter = delay, 0.0

    def _slot(self, request: Request) -> str:
        slot: str = self._downloader.get_slot_key(request)
        return slot

    @property
    def _downloader(self) -> Any:
        assert self._crawler.engine is not None
        return self._crawler.engine.downloader
