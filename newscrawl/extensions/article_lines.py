"""Logs a line for each article that is recorded."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy import signals

from newscrawl.items import Article

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class ArticleLines:
    """At INFO, so that a watch shows it; `newscrawl crawl` prints a table at its end."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        lines = cls()
        crawler.signals.connect(lines.item_scraped, signals.item_scraped)
        return lines

    def item_scraped(self, item: Any) -> None:
        if not isinstance(item, Article):
            return
        kind = "article" if item.revision == 1 else f"revision {item.revision}"
        facts = {
            "event": "article", "id": item.id, "revision": item.revision, "source": item.source,
            "title": item.title, "url": item.url, "published_at": item.published_at,
        }  # fmt: skip
        said = (item.source, kind, item.title or "no title", item.url)
        logger.info("%s: %s: %s: %s", *said, extra={"facts": facts})
