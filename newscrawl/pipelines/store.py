"""Last stage: the article gets its revision and is stored; only then its URL is settled."""

from __future__ import annotations

from typing import Any

from scrapy.exceptions import DropItem

from newscrawl.items import Article
from newscrawl.pipelines.session_pipeline import SessionPipeline


class StorePipeline(SessionPipeline):
    """Returns the article with its revision; drops one whose last revision says the same. Other items pass
    through."""

    async def process_item(self, item: Any) -> Any:
        if not isinstance(item, Article):
            return item
        session = self._session
        if item.url is not None and item.capture is not None:
            known = session.outcomes.known(item.url)
            await session.requisites.add_of(item.url, item.capture, known)
        stored = await session.outcomes.store(item)
        if stored is None:
            # Its URL is settled as an article that has not changed.
            raise DropItem("unchanged", log_level="DEBUG")
        return stored
