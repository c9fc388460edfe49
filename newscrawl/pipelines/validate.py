"""Third stage: what is no article, has its record elsewhere or is not asked for is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.assembly import session_of
from newscrawl.errors import Missed
from newscrawl.items import Article
from newscrawl.pipelines.misses import dropping
from newscrawl.processing.validate import check, variant_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from newscrawl.crawl.session import CrawlSession


class ValidatePipeline:
    """Drops pages that are not articles, variants of an article that has its own URL, and articles outside of
    the dates and sections of this crawl."""

    def __init__(self, session: CrawlSession) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(session_of(crawler))

    async def process_item(self, item: Any) -> Any:
        if not isinstance(item, Article):
            return item
        async with dropping(self._session, item.url or "", item.capture):
            check(item)
            original = variant_of(item)
            if original is not None and not await self._stands_alone(item, original):
                raise Missed("duplicate", target=original)
            if (left_out := self._session.exclusion_of(item)) is not None:
                raise left_out
        return item

    async def _stands_alone(self, article: Article, original: str) -> bool:
        """Whether a variant is recorded itself, since its original holds no article."""
        outcomes = self._session.outcomes
        return await outcomes.has_no_article(original, variant=article.url or "")
