"""Ends a crawl that was told to stop in good time, whatever its hosts are doing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrapy import signals

from newscrawl.extensions.background_task import BackgroundTask
from newscrawl.wire.extension import wire_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

#: Seconds between two looks at whether the engine still runs: Scrapy has no signal that it stops.
_LOOK = 0.25


class Stopping:
    """Once the engine stops, nothing more is sent; what is on the wire has `NEWSCRAWL_STOP_SECONDS`.

    What is given up is due again: its leases are given back.
    """

    def __init__(self, crawler: Crawler, *, seconds: float) -> None:
        self._crawler, self._seconds = crawler, seconds
        self._task = BackgroundTask()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        stopping = cls(crawler, seconds=crawler.settings.getfloat("NEWSCRAWL_STOP_SECONDS"))
        crawler.signals.connect(stopping.engine_started, signals.engine_started)
        crawler.signals.connect(stopping.engine_stopped, signals.engine_stopped)
        return stopping

    def engine_started(self) -> None:
        self._task.start(self._watch())

    def engine_stopped(self) -> None:
        self._task.cancel()

    async def _watch(self) -> None:
        engine, in_flight = self._crawler.engine, wire_of(self._crawler).in_flight
        assert engine is not None
        # It runs from the end of this signal on; whoever does not run after the first look has stopped.
        await asyncio.sleep(_LOOK)
        while engine.running:
            await asyncio.sleep(_LOOK)
        waited = 0.0
        while True:
            in_flight.refuse_new()
            if waited >= self._seconds:
                in_flight.cancel_all()
            self._notice_end_of_items()
            await asyncio.sleep(_LOOK)
            waited += _LOOK

    def _notice_end_of_items(self) -> None:
        """Let the scraper close once it is idle: Scrapy 2.19 does not look after items of `Spider.start`."""
        assert self._crawler.engine is not None
        slot = self._crawler.engine.scraper.slot
        closing = slot.closing if slot is not None else None
        if slot is not None and closing is not None and not closing.called and slot.is_idle():
            assert self._crawler.spider is not None
            closing.callback(self._crawler.spider)
