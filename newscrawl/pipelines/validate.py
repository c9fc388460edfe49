"""Third stage: what is no article, has its record elsewhere or is not asked for is dropped."""

from __future__ import annotations

from typing import Any

from newscrawl.discovery import told_apart_by_query
from newscrawl.errors import Missed
from newscrawl.items import Article
from newscrawl.pipelines.session_pipeline import SessionPipeline
from newscrawl.processing.record_rules import check, variant_of


class ValidatePipeline(SessionPipeline):
    """Drops pages that are not articles, variants of an article that has its own URL, and articles outside of
    the dates and sections of this crawl."""

    async def process_item(self, item: Any) -> Any:
        if not isinstance(item, Article):
            return item
        async with self._dropping(item.url or "", item.capture):
            check(item)
            original = variant_of(item)
            if original is not None and not await self._stands_alone(item, original):
                raise Missed("duplicate", target=original)
            if (left_out := self._session.exclusion_of(item)) is not None:
                raise left_out
        return item

    async def _stands_alone(self, article: Article, original: str) -> bool:
        """Whether a variant is recorded itself, since its original holds no article, or another one."""
        outcomes, url = self._session.outcomes, article.url or ""
        if await outcomes.has_no_article(original, variant=url):
            return True
        return told_apart_by_query(url, original) and await outcomes.has_other_text(
            original, article
        )
