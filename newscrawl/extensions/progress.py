"""Shows how the crawl is doing: a live display on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import asyncio
import sys
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured

from newscrawl.assembly import session_of
from newscrawl.extensions.background_task import BackgroundTask
from newscrawl.printable import counted, printable

if TYPE_CHECKING:
    from typing import Self

    from rich.live import Live
    from scrapy.crawler import Crawler

    from newscrawl.crawl.session import CrawlSession

#: Seconds between two updates of the live display, and between two plain lines.
_LIVE, _LINES = 0.5, 10.0


class Progress:
    """`NEWSCRAWL_PROGRESS` is `live`, `lines`, or empty for nothing. Writes to stderr."""

    def __init__(self, crawler: Crawler, *, live: bool) -> None:
        self._crawler, self._is_live = crawler, live
        self._began = monotonic()
        self._task = BackgroundTask()
        self._display: Live | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        style = crawler.settings["NEWSCRAWL_PROGRESS"]
        if style not in ("live", "lines"):
            raise NotConfigured
        progress = cls(crawler, live=style == "live")
        crawler.signals.connect(progress.spider_opened, signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signals.spider_closed)
        return progress

    def spider_opened(self) -> None:
        if self._is_live:
            from rich.console import Console
            from rich.live import Live

            console = Console(stderr=True, markup=False, emoji=False, highlight=False)
            self._display = Live("starting", console=console, transient=True, auto_refresh=False)
            self._display.start()
        self._task.start(self._update())

    def spider_closed(self) -> None:
        self._task.cancel()
        if self._display is not None:
            self._display.stop()

    async def _update(self) -> None:
        from rich.text import Text

        while True:
            await asyncio.sleep(_LIVE if self._display is not None else _LINES)
            line = self._line(session_of(self._crawler))
            if self._display is not None:
                self._display.update(
                    Text(printable(line), no_wrap=True, overflow="ellipsis"), refresh=True
                )
            else:
                print(printable(line), file=sys.stderr)  # noqa: T201 - this is the output

    def _line(self, session: CrawlSession) -> str:
        fetched = self._crawler.stats.get_value("response_received_count", 0)
        rate = fetched / max(monotonic() - self._began, 0.001)
        parts = [
            f"{fetched} fetched",
            counted(session.outcomes.articles, "article"),
            f"{rate:.1f} pages/s",
        ]
        if missed := [f"{n} {cause}" for cause, n in session.outcomes.missed.most_common(5) if n]:
            parts.append(", ".join(missed))
        if waiting := self._waiting_for():
            parts.append(f"waiting for {waiting}")
        return " | ".join(parts)

    def _waiting_for(self) -> str | None:
        """The host with the longest queue, and how long that is."""
        engine = self._crawler.engine
        slots = engine.downloader.slots if engine is not None else {}
        host, slot = max(slots.items(), key=lambda item: len(item[1].active), default=(None, None))
        return f"{host} ({len(slot.active)})" if slot is not None and slot.active else None
