"""Last stage: the article gets its revision and is stored; only then its URL is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem

from newscrawl.assembly import session_of
from newscrawl.items import Article

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from newscrawl.crawl.session import CrawlSession


class StorePipeline:
    """Returns the article with its revision; drops one whose last revision says the same. Other items pass
    through."""

    def __init__(self, session: CrawlSession) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(session_of(crawler))

    async def process_item(self, item: Any) -> Any:
        if not isinstance(item, Article):
            return item
        stored = await self._session.outcomes.store(item)
        if stored is None:
            # Its URL is settled as an article that has not changed.
            raise DropItem("unchanged", log_level="DEBUG")
        return stored
