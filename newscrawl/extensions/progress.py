"""Shows how the crawl is doing: a live display on a terminal, elsewhere a line if something has changed."""

from __future__ import annotations

import asyncio
import logging
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

logger = logging.getLogger(__name__)

#: Seconds between two updates, by style.
_INTERVALS = {"live": 0.5, "lines": 10.0, "log": 60.0}


class Progress:
    """`NEWSCRAWL_PROGRESS` is `live`, `lines`, `log`, or empty. Writes to stderr, or to the log."""

    def __init__(self, crawler: Crawler, *, style: str) -> None:
        self._crawler, self._style = crawler, style
        self._interval = _INTERVALS[style]
        #: When it was last said how far it was, and what: answers, articles, misses.
        self._said_at, self._said = monotonic(), (0, 0, 0)
        self._task = BackgroundTask()
        self._display: Live | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        style = crawler.settings["NEWSCRAWL_PROGRESS"]
        if style not in _INTERVALS:
            raise NotConfigured
        progress = cls(crawler, style=style)
        crawler.signals.connect(progress.spider_opened, signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signals.spider_closed)
        return progress

    def spider_opened(self) -> None:
        if self._style == "live":
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
            await asyncio.sleep(self._interval)
            session = session_of(self._crawler)
            if self._display is not None:
                text = Text(printable(self._line(session)), no_wrap=True, overflow="ellipsis")
                self._display.update(text, refresh=True)
            elif self._numbers(session) != self._said:
                self._say(self._line(session), session)

    def _say(self, line: str, session: CrawlSession) -> None:
        if self._style == "log":
            fetched, articles, missed = self._numbers(session)
            facts = {
                "event": "progress",
                "fetched": fetched,
                "articles": articles,
                "missed": missed,
            }
            logger.info("%s", line, extra={"facts": facts})
        else:
            print(printable(line), file=sys.stderr)  # noqa: T201 - this is the output
        self._said_at, self._said = monotonic(), self._numbers(session)

    def _numbers(self, session: CrawlSession) -> tuple[int, int, int]:
        """Answers, articles and misses by now."""
        fetched = self._crawler.stats.get_value("response_received_count", 0)
        return fetched, session.outcomes.articles, session.outcomes.missed.total()

    def _line(self, session: CrawlSession) -> str:
        fetched, articles, _ = self._numbers(session)
        # Since it was last said; on a terminal, where nothing stays, since the begin.
        rate = (fetched - self._said[0]) / max(monotonic() - self._said_at, 0.001)
        parts = [f"{fetched} fetched", counted(articles, "article"), f"{rate:.1f} pages/s"]
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
