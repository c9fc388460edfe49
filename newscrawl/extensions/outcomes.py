"""Settles the URLs of pages that the pipelines drop or stumble over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals

from newscrawl.errors import Missed, StorageError
from newscrawl.items import Page

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure


class Outcomes:
    """Hands every dropped page to the run; closes the spider when the archive cannot be written."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

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
            await self._stop("storage")
        else:
            await self._miss(spider, item, Missed("error", repr(failure.value)))

    async def spider_error(
        self, failure: Failure, response: Response | None, spider: Spider
    ) -> None:
        if isinstance(failure.value, StorageError):
            await self._stop("storage")
        elif response is not None and (capture := response.meta.get("capture")):
            missed = Missed("error", repr(failure.value))
            await self._miss(spider, Page(response.url, capture), missed)

    async def _miss(self, spider: Spider, page: Page, missed: Missed) -> None:
        await spider.run.miss(page.url, missed, page.capture)  # type: ignore[attr-defined]

    async def _stop(self, reason: str) -> None:
        if (engine := self._crawler.engine) is not None:
            await engine.close_spider_async(reason=reason)
