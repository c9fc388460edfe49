"""How long do things wait for the event loop? Measured all through a crawl, for the stats and the metrics."""

from __future__ import annotations

import asyncio
from itertools import accumulate
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import signals

from newscrawl.extensions.background_task import BackgroundTask

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

#: Upper bounds of what is counted together, in seconds.
BOUNDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
#: Seconds between two looks.
_EVERY = 0.1


class LoopLag:
    """Asks to be woken and sees how late that is. `counts` has one number more than BOUNDS: what is above."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self.counts = [0] * (len(BOUNDS) + 1)
        self.total = self.longest = 0.0
        self._task = BackgroundTask()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        lag = cls(crawler)
        crawler.signals.connect(lag.spider_opened, signals.spider_opened)
        crawler.signals.connect(lag.spider_closed, signals.spider_closed)
        return lag

    def note(self, seconds: float) -> None:
        """Count one wait."""
        above = next((n for n, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))
        self.counts[above] += 1
        self.total += seconds
        self.longest = max(self.longest, seconds)

    def below(self, share: float) -> float | None:
        """The bound that this share of the waits does not exceed, or the longest wait."""
        number = sum(self.counts)
        if not number:
            return None
        for bound, so_far in zip(BOUNDS, accumulate(self.counts), strict=False):
            if so_far >= share * number:
                return min(bound, self.longest)
        return self.longest

    def spider_opened(self) -> None:
        self._task.start(self._watch())

    def spider_closed(self) -> None:
        self._task.cancel()
        stats, p95 = self._crawler.stats, self.below(0.95)
        assert stats is not None
        if p95 is not None:
            stats.set_value("newscrawl/loop_lag/p95", round(p95, 4))
            stats.set_value("newscrawl/loop_lag/max", round(self.longest, 4))

    async def _watch(self) -> None:
        while True:
            began = monotonic()
            await asyncio.sleep(_EVERY)
            self.note(max(monotonic() - began - _EVERY, 0.0))
