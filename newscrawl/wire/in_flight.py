"""The requests in flight, and how a crawl that stops ends them."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.crawler import Crawler


class Stopped(IgnoreRequest):
    """A request that was not sent, or whose response was cut off, because the crawl stops."""


class InFlight:
    """The requests of one crawler that are on the wire, and those that wait for a connection."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._tasks: set[asyncio.Task[Any]] = set()
        self._stopped = False

    def check(self) -> None:
        """Raise Stopped if nothing more is to be sent."""
        if self._stopped:
            raise Stopped("the crawl stops")

    @contextmanager
    def request(self) -> Iterator[None]:
        """The time during which a request is on the wire. Raises Stopped if it was cancelled."""
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
        """Send no more requests: those that wait for their host end as Stopped, and so do all later ones."""
        self._stopped = True
        engine = self._crawler.engine
        for slot in list(engine.downloader.slots.values()) if engine is not None else ():
            while slot.queue:
                _, waiting = slot.queue.popleft()
                waiting.errback(Stopped("the crawl stops"))

    def cancel_all(self) -> None:
        """Cancel all requests on the wire. The bytes that have come are written as truncated captures."""
        for task in self._tasks:
            task.cancel()
