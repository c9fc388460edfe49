"""Settles the URLs of pages that the pipelines drop or stumble over."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from scrapy import signals

from newscrawl.errors import Missed, StorageError

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Self

    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from newscrawl.crawl.session import Run
    from newscrawl.items import Capture, Page


class Outcomes:
    """Hands every dropped page to the run; closes the spider when the archive cannot be written."""

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

    async def item_dropped(self, item: Page, exception: Exception, spider: Spider) -> None:
        missed = getattr(exception, "missed", None) or Missed("error", str(exception))
        await self._miss(spider, item, missed)

    async def item_error(self, item: Page, failure: Failure, spider: Spider) -> None:
        if isinstance(failure.value, StorageError):
            self._stop(spider, failure.value)
        else:
            await self._miss(spider, item, Missed("error", repr(failure.value)))

    def spider_error(
        self, failure: Failure, response: Response | Failure | None, spider: Spider
    ) -> None:
        # Where an errback has failed, Scrapy gives the failure that it was called with.
        request: Request | None = getattr(response, "request", None)
        if isinstance(failure.value, StorageError):
            self._stop(spider, failure.value)
        elif request is not None:
            missed, capture = Missed("error", repr(failure.value)), request.meta.get("capture")
            # Scrapy does not wait for handlers of this signal.
            self._begin(self._end(spider, request.url, missed, capture))

    async def _miss(self, spider: Spider, page: Page, missed: Missed) -> None:
        await self._end(spider, page.url, missed, page.capture)

    async def _end(self, spider: Spider, url: str, missed: Missed, capture: Capture | None) -> None:
        try:
            await _run(spider).ends.miss(url, missed, capture)
        except StorageError as error:
            self._stop(spider, error)

    def _stop(self, spider: Spider, error: StorageError) -> None:
        _run(spider).stop(error)
        if (engine := self._crawler.engine) is not None:
            # Not awaited: the spider closes when all pages have ended, and this one is just ending.
            self._begin(engine.close_spider_async(reason="storage"))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _run(spider: Spider) -> Run:
    run: Run = spider.run  # type: ignore[attr-defined]
    return run
