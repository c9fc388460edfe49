"""Which requests are on the wire, and how a crawl that stops ends them."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import IgnoreRequest

from newscrawl.wire.per_crawler import once_per_crawler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.crawler import Crawler


class Stopped(IgnoreRequest):
    """A request that was not sent, or not answered to the end, because the crawl stops."""


class InFlight:
    """The requests of one crawler that have been handed to the wire, and those that wait for it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._tasks: set[asyncio.Task[Any]] = set()
        self._stopped = False

    @classmethod
    @once_per_crawler
    def for_crawler(cls, crawler: Crawler) -> InFlight:
        """The one register of this crawler."""
        return cls(crawler)

    def check(self) -> None:
        """Raise Stopped if nothing more is to be sent."""
        if self._stopped:
            raise Stopped("the crawl stops")

    @contextmanager
    def request(self) -> Iterator[None]:
        """While a request is on the wire. Raises Stopped if it was cut off."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            yield
        except asyncio.CancelledError as error:
            # Scrapy waits for a result or an exception of every request.
            raise Stopped("the crawl stops") from error
        finally:
            self._tasks.discard(task)

    def refuse_new(self) -> None:
        """Send nothing more: what waits for its host's turn ends as Stopped, now and from now on."""
        self._stopped = True
        engine = self._crawler.engine
        for slot in list(engine.downloader.slots.values()) if engine is not None else ():
            while slot.queue:
                _, waiting = slot.queue.popleft()
                waiting.errback(Stopped("the crawl stops"))

    def cancel_all(self) -> None:
        """End what is on the wire; the bytes that have come are kept, as a truncated capture."""
        for task in self._tasks:
            task.cancel()
