"""Ends a crawl in which nothing moves any more, and says what it waited for."""

from __future__ import annotations

import asyncio
import logging
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured

from newscrawl.assembly import session_of
from newscrawl.printable import counted
from newscrawl.processing.workers import CLOCK_PER_CPU
from newscrawl.wire.extension import wire_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

#: Seconds between two looks, at most.
_LOOK = 5.0
#: URLs that are named.
_NAMED = 3
_MOVES = (
    signals.request_reached_downloader,
    signals.headers_received,
    signals.response_downloaded,
    signals.request_dropped,
    signals.item_scraped,
    signals.item_dropped,
    signals.item_error,
    signals.spider_error,
)


class StallWatchdog:
    """Closes the spider with the reason `stalled` once nothing has moved for `NEWSCRAWL_STALL_SECONDS`.

    Requests that are sent or answered move, as do items and URLs that end. What waits for its host's turn, or
    for a database, may take longer than that; a crawl that has nothing in hand is not stalled. If the spider
    does not close within `NEWSCRAWL_STOP_SECONDS`, since a component of the user's never ends, the archive is
    closed and the process's loop stopped.
    """

    def __init__(self, crawler: Crawler, *, seconds: float, grace: float) -> None:
        self._crawler, self._seconds, self._grace = crawler, seconds, grace
        self._moves, self._seen = 0, (0, 0, 0)
        self._moved_at = monotonic()
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        seconds = crawler.settings.getfloat("NEWSCRAWL_STALL_SECONDS")
        if seconds <= 0:
            raise NotConfigured
        grace = crawler.settings.getfloat("NEWSCRAWL_STOP_SECONDS")
        watchdog = cls(crawler, seconds=seconds, grace=grace)
        for signal in _MOVES:
            crawler.signals.connect(watchdog.moved, signal)
        crawler.signals.connect(watchdog.spider_opened, signals.spider_opened)
        crawler.signals.connect(watchdog.engine_stopped, signals.engine_stopped)
        return watchdog

    def moved(self) -> None:
        self._moves += 1

    def spider_opened(self) -> None:
        self._moved_at = monotonic()
        self._task = asyncio.ensure_future(self._watch())

    def engine_stopped(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _watch(self) -> None:
        engine = self._crawler.engine
        assert engine is not None
        while not self._is_stalled():
            await asyncio.sleep(min(_LOOK, self._seconds / 4))
        waited = "; ".join(self._in_hand())
        logger.error("nothing has moved for %g s: the crawl ends. It waited for %s",
                     self._seconds, waited)  # fmt: skip
        closing = asyncio.ensure_future(engine.close_spider_async(reason="stalled"))
        await asyncio.wait([closing], timeout=self._grace + self._seconds)
        if not closing.done():
            await self._abandon()

    def _is_stalled(self) -> bool:
        session = session_of(self._crawler)
        ends = session.outcomes.articles + session.outcomes.missed.total()
        seen = (self._moves, ends, len(session.leases))
        now = monotonic()
        if seen != self._seen or session.ledger.is_waiting or not any(self._in_hand()):
            self._seen, self._moved_at = seen, now
        return now - self._moved_at > self._bound()

    def _bound(self) -> float:
        """Seconds without a move that are too many.

        A request may wait for its host's turn and then for its answer, a page for its reader.
        """
        engine, settings = self._crawler.engine, self._crawler.settings
        slots = engine.downloader.slots.values() if engine is not None else ()
        turn = max((2 * slot.delay for slot in slots if slot.active), default=0.0)
        answer = settings.getfloat("DOWNLOAD_TIMEOUT") + self._grace
        page = CLOCK_PER_CPU * settings.getfloat("NEWSCRAWL_PAGE_SECONDS")
        return max(self._seconds, turn, answer, page)

    def _in_hand(self) -> Iterator[str]:
        """What this crawl waits for, in words; nothing if it is idle."""
        session, engine = session_of(self._crawler), self._crawler.engine
        assert engine is not None
        active = [request.url for request in engine.downloader.active]
        if active:
            yield f"{counted(len(active), 'answer')} ({_some(active)})"
        slot = engine.scraper.slot
        scraped = [request.url for request in slot.active] if slot is not None else []
        if scraped:
            yield f"{counted(len(scraped), 'page')} in spider or pipelines ({_some(scraped)})"
        others = [each.url for each in session.leases if each.url not in {*active, *scraped}]
        if others:
            yield f"{counted(len(others), 'URL')} that no component settled ({_some(others)})"
        leases = getattr(self._crawler.spider, "leases_urls", False)
        if leases and not session.backlog.is_empty:
            yield "pages of earlier crawls to be read"

    async def _abandon(self) -> None:
        logger.error("the spider does not close: a component does not end. The archive is closed")
        await session_of(self._crawler).close()
        await wire_of(self._crawler).recorder.close()
        # Not the reactor's own way to stop, which waits for the spider.
        asyncio.get_running_loop().stop()


def _some(urls: list[str]) -> str:
    named = ", ".join(urls[:_NAMED])
    return named + (", ..." if len(urls) > _NAMED else "")
