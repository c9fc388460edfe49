"""Third stage: what is no article, or has its record elsewhere, is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.errors import Missed
from newscrawl.pipelines.dropped import dropping
from newscrawl.processing.validate import check, variant_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from newscrawl.crawl.session import Run
    from newscrawl.items import Article


class ValidatePipeline:
    """Drops pages that are not articles, and variants of an article that has its own URL."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.spider.run)  # type: ignore[union-attr]

    async def process_item(self, item: Article) -> Article:
        with dropping():
            check(item)
            original = variant_of(item)
            if original is not None and not await self._run.stands_alone(item, original):
                raise Missed("duplicate", original)
        return item
