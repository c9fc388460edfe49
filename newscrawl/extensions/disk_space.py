"""Says that the disk of the archive is nearly full, and ends the crawl before it is."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from scrapy import signals

from newscrawl.assembly import session_of
from newscrawl.errors import StorageError
from newscrawl.extensions.background_task import BackgroundTask
from newscrawl.storage.disk_space import bound_in_bytes, free_bytes
from newscrawl.wire.extension import wire_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

#: Seconds between two looks.
_LOOK = 10.0


class DiskSpace:
    """Warns once below `warn` free bytes, and ends the crawl below `stop`; 0 is never."""

    def __init__(self, crawler: Crawler, *, warn: int, stop: int) -> None:
        self._crawler, self._warn, self._stop = crawler, warn, stop
        self._task = BackgroundTask()
        self._has_warned = False
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        warn, stop = (
            bound_in_bytes(name, crawler.settings[name])
            for name in ("NEWSCRAWL_DISK_WARN_BYTES", "NEWSCRAWL_DISK_STOP_BYTES")
        )
        space = cls(crawler, warn=warn, stop=stop)
        crawler.signals.connect(space.spider_opened, signals.spider_opened)
        crawler.signals.connect(space.spider_closed, signals.spider_closed)
        return space

    def spider_opened(self) -> None:
        self._task.start(self._watch())

    def spider_closed(self) -> None:
        self._task.cancel()

    async def _watch(self) -> None:
        while self._look():
            await asyncio.sleep(_LOOK)
        engine = self._crawler.engine
        assert engine is not None
        # In a task of its own: this one ends with the spider.
        self._closing = asyncio.ensure_future(engine.close_spider_async(reason="disk-space"))

    def _look(self) -> bool:
        """Whether the crawl may go on."""
        root = wire_of(self._crawler).recorder.layout.root
        free = free_bytes(root)
        if free < self._stop:
            session_of(self._crawler).stop(
                StorageError(
                    f"{root}: {free:,} bytes are free on the disk, fewer than"
                    f" NEWSCRAWL_DISK_STOP_BYTES ({self._stop:,}): nothing more is fetched"
                )
            )
            return False
        if free < self._warn and not self._has_warned:
            self._has_warned = True
            logger.warning(
                "%s: %s bytes are free on the disk, fewer than NEWSCRAWL_DISK_WARN_BYTES (%s)",
                root, f"{free:,}", f"{self._warn:,}",
            )  # fmt: skip
        return True
