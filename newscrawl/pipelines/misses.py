"""How a miss leaves the pipelines: its URL is settled, then Scrapy's DropItem ends the item."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NoReturn

from scrapy.exceptions import DropItem

from newscrawl.errors import Missed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from newscrawl.crawl.session import CrawlSession
    from newscrawl.items import Capture


async def drop(
    session: CrawlSession, missed: Missed, url: str, capture: Capture | None
) -> NoReturn:
    """Settle this URL as missed and raise DropItem.

    It is logged at DEBUG: misses are counted and listed, not shouted. Raises StorageError.
    """
    await session.outcomes.miss(url, missed, capture)
    raise DropItem(str(missed), log_level="DEBUG")


@asynccontextmanager
async def dropping(session: CrawlSession, url: str, capture: Capture | None) -> AsyncIterator[None]:
    """Turn a Missed that is raised inside into a settled URL and DropItem."""
    try:
        yield
    except Missed as missed:
        await drop(session, missed, url, capture)
