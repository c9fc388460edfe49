"""First stage: a captured page is read, in a worker process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.pipelines.dropped import dropping
from newscrawl.reading.pages import read_article

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from newscrawl.items import Article, Page
    from newscrawl.spiders.run import Run


class ExtractPipeline:
    """Turns a Page into an Article; drops what cannot be read."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.spider.run)  # type: ignore[union-attr]

    async def process_item(self, item: Page) -> Article:
        with dropping():
            return await self._run.read(read_article, item)
