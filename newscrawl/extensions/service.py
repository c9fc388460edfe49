"""Tells systemd how the crawl is doing, where it runs as a service of `Type=notify` (sd_notify(3))."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured

from newscrawl.assembly import session_of
from newscrawl.extensions.background_task import BackgroundTask
from newscrawl.printable import counted

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

#: Seconds between two lines of status, where systemd wants no sign of life more often.
_STATUS = 30.0


class Service:
    """Sends READY, STATUS, WATCHDOG and STOPPING to `$NOTIFY_SOCKET`; disabled without one."""

    def __init__(self, crawler: Crawler, address: str, *, interval: float) -> None:
        self._crawler, self._interval = crawler, interval
        # A name that begins with @ is in Linux' abstract name space.
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._task = BackgroundTask()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        address = os.environ.get("NOTIFY_SOCKET", "")
        if not address:
            raise NotConfigured
        asked = os.environ.get("WATCHDOG_USEC", "")
        interval = min(_STATUS, int(asked) / 2e6) if asked.isdigit() and int(asked) else _STATUS
        service = cls(crawler, address, interval=interval)
        crawler.signals.connect(service.spider_opened, signals.spider_opened)
        crawler.signals.connect(service.spider_closed, signals.spider_closed)
        return service

    def spider_opened(self) -> None:
        self._say("READY=1")
        self._task.start(self._report())

    def spider_closed(self) -> None:
        self._say("STOPPING=1")
        self._task.cancel()

    async def _report(self) -> None:
        while True:
            fetched = self._crawler.stats.get_value("response_received_count", 0)
            articles = counted(session_of(self._crawler).outcomes.articles, "article")
            line = f"{fetched} fetched, {articles}"
            self._say(f"WATCHDOG=1\nSTATUS={line}")
            await asyncio.sleep(self._interval)

    def _say(self, text: str) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            try:
                notify.sendto(text.encode(), self._address)
            except OSError as error:
                # Whoever listens may go away before us, and that is no reason to stop.
                self._crawler.stats.set_value("newscrawl/notify_failed", str(error))
