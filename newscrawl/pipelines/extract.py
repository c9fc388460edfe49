"""First stage: a captured page is read, in a worker process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.errors import Missed
from newscrawl.items import UNREAD
from newscrawl.pipelines.dropped import Dropped, dropping
from newscrawl.processing.pages import read_article

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from newscrawl.crawl.session import Run
    from newscrawl.items import Article, Page


class ExtractPipeline:
    """Turns a Page into an Article; drops what cannot be read, or what is to be read by a later crawl."""

    def __init__(self, run: Run, *, reads: bool = True) -> None:
        self._run, self._reads = run, reads

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        reads = crawler.settings.getbool("NEWSCRAWL_EXTRACT")
        return cls(crawler.spider.run, reads=reads)  # type: ignore[union-attr]

    async def process_item(self, item: Page) -> Article:
        if not self._reads:
            raise Dropped(Missed(UNREAD))
        with dropping():
            return await self._run.read(read_article, item)
