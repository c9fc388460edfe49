"""Last stage: the article gets its revision and is stored; only then its URL is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.errors import Missed
from newscrawl.pipelines.dropped import Dropped

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from newscrawl.crawl.session import Run
    from newscrawl.items import Article


class StorePipeline:
    """Returns the article with its revision; drops one whose last revision says the same."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.spider.run)  # type: ignore[union-attr]

    async def process_item(self, item: Article) -> Article:
        entry = await self._run.ends.store(item)
        if entry is None or entry.article is None:
            raise Dropped(Missed("unchanged"))
        return entry.article
