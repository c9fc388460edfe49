"""Third stage: what is no article, or has its record elsewhere, is dropped."""

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
    """Drops pages that are not articles, and variants of an article that has its own URL."""

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
        return item

    async def _stands_alone(self, article: Article, original: str) -> bool:
        """Whether a variant is recorded itself, since its original holds no article."""
        outcomes = self._session.outcomes
        return await outcomes.has_no_article(original, variant=article.url or "")
