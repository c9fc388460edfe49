"""Settles the URLs of pages that other pipelines drop, or on which a component fails."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from scrapy import signals

from newscrawl.assembly import session_of
from newscrawl.errors import Missed, StorageError
from newscrawl.items import Page

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from newscrawl.items import Capture


class Outcomes:
    """Ends each page as a miss that nothing else has ended; closes the spider when the archive cannot be
    written.

    A page that a pipeline behind newscrawl's drops, or fails on, is stored by then, and stays so.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        outcomes = cls(crawler)
        for handler, signal in (
            (outcomes.item_dropped, signals.item_dropped),
            (outcomes.item_error, signals.item_error),
            (outcomes.spider_error, signals.spider_error),
        ):
            crawler.signals.connect(handler, signal)
        return outcomes

    async def item_dropped(self, item: Any, exception: Exception) -> None:
        if isinstance(item, Page):
            await self._miss(item.url, Missed("dropped", str(exception)), item.capture)

    async def item_error(self, item: Any, failure: Failure) -> None:
        if isinstance(failure.value, StorageError):
            self._stop(failure.value)
        elif isinstance(item, Page):
            await self._miss(item.url, Missed("error", repr(failure.value)), item.capture)

    def spider_error(self, failure: Failure, response: Response | Failure | None) -> None:
        # Where an errback has failed, Scrapy gives the failure that it was called with.
        request: Request | None = getattr(response, "request", None)
        if isinstance(failure.value, StorageError):
            self._stop(failure.value)
        elif request is not None and "lease" in request.meta:
            missed, capture = Missed("error", repr(failure.value)), request.meta.get("capture")
            # Scrapy does not wait for handlers of this signal.
            self._begin(self._miss(request.url, missed, capture))

    async def _miss(self, url: str, missed: Missed, capture: Capture | None) -> None:
        try:
            await session_of(self._crawler).outcomes.miss(url, missed, capture)
        except StorageError as error:
            self._stop(error)

    def _stop(self, error: StorageError) -> None:
        session_of(self._crawler).stop(error)
        if (engine := self._crawler.engine) is not None:
            # Not awaited: the spider closes when all pages have ended, and this one is just ending.
            self._begin(engine.close_spider_async(reason="storage"))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
