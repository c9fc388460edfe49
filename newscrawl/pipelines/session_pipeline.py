"""What the pipelines share: the session of their crawl, and how a miss leaves them.

The URL of a miss is settled, then Scrapy's DropItem ends the item.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from newscrawl.assembly import session_of
from newscrawl.errors import Missed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import NoReturn, Self

    from scrapy.crawler import Crawler

    from newscrawl.crawl.session import CrawlSession
    from newscrawl.items import Capture


class SessionPipeline:
    """A pipeline that hands what it finds to the session of its crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises the errors of an archive that cannot be opened."""
        pipeline = cls(crawler)
        if crawler.spider is not None:  # `scrapy shell` has none until it fetches
            session_of(crawler)
        return pipeline

    @property
    def _session(self) -> CrawlSession:
        return session_of(self._crawler)

    async def _drop(self, missed: Missed, url: str, capture: Capture | None) -> NoReturn:
        """Settle this URL as missed and raise DropItem.

        It is logged at DEBUG: misses are counted and listed, not shouted. Raises StorageError.
        """
        await self._session.outcomes.miss(url, missed, capture)
        raise DropItem(str(missed), log_level="DEBUG")

    @asynccontextmanager
    async def _dropping(self, url: str, capture: Capture | None) -> AsyncIterator[None]:
        """Turn a Missed that is raised inside into a settled URL and DropItem."""
        try:
            yield
        except Missed as missed:
            await self._drop(missed, url, capture)
