"""Puts finished files of the archive into an object store, as they are finished and at the end of a pass."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured

from newscrawl.archive import archive_lock
from newscrawl.archive.object_store import StorePolicy, is_due, upload
from newscrawl.errors import NewscrawlError
from newscrawl.extensions.background_task import BackgroundTask
from newscrawl.wire.extension import wire_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

#: Seconds between two looks for WARCs that are finished or old enough.
_LOOK = 10.0


class ObjectStore:
    """Uploads to `NEWSCRAWL_STORE`. A store that fails ends no crawl: the files stay, and are tried again."""

    def __init__(self, crawler: Crawler, policy: StorePolicy) -> None:
        self._crawler, self._policy = crawler, policy
        self._task = BackgroundTask()
        self._said = ""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises UsageError for a store or a policy that is none."""
        settings = crawler.settings
        if not (store := settings["NEWSCRAWL_STORE"]) or settings["NEWSCRAWL_NETWORK"]:
            raise NotConfigured
        extension = cls(crawler, StorePolicy.named(store, settings["NEWSCRAWL_STORE_KEEP"]))
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def spider_opened(self) -> None:
        self._task.start(self._watch())

    def spider_closed(self) -> None:
        self._task.cancel()

    async def engine_stopped(self) -> None:
        """The last WARC of this pass is finished before, or by this call."""
        await wire_of(self._crawler).recorder.close()
        await asyncio.to_thread(self._upload)

    async def _watch(self) -> None:
        wire = wire_of(self._crawler)
        while True:
            await asyncio.sleep(_LOOK)
            if is_due(wire.recorder.layout, self._policy, now=wire.clock.now()):
                await asyncio.to_thread(self._upload)

    def _upload(self) -> None:
        wire = wire_of(self._crawler)
        layout = wire.recorder.layout
        try:
            with archive_lock.shared(layout):
                done = upload(layout, self._policy, now=wire.clock.now())
        except NewscrawlError as error:
            self._crawler.stats.inc_value("newscrawl/store_failures")
            if str(error) != self._said:
                logger.warning("%s: it is tried again; the files stay here", error)
            self._said = str(error)
        else:
            self._said = ""
            if done.files or done.deleted:
                logger.info("%s: %s", self._policy.url, done)
