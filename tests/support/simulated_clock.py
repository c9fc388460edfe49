"""A clock that jumps to the next thing that is due, for `NEWSCRAWL_CLOCK`.

`$SIMULATED` is "FILE BEGIN END": the file that always holds the time, so that servers can go by it, and
the first and the last moment, seconds since the epoch. At the end the crawl is stopped.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newscrawl.assembly import session_of
from newscrawl.wire.clock import Clock

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler


class SimulatedClock(Clock):
    def __init__(self, crawler: Crawler) -> None:
        file, begin, end = os.environ["SIMULATED"].split()
        self._crawler, self._file, self._end = crawler, Path(file), float(end)
        self._stopping: asyncio.Task[Any] | None = None
        self._set(float(begin))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def wall(self) -> float:
        return self.now()

    def now(self) -> float:
        return self._moment + time.monotonic() - self._set_at

    async def wait(self, until: float, sooner: asyncio.Event) -> None:
        session = session_of(self._crawler)
        if not session.is_idle or self._stopping:
            # Whatever ends sets the event; an idle crawl is looked for in between all the same.
            await super().wait(min(until, self.now() + 0.5), sooner)
            return
        # A crawl looks each minute whether others have added URLs. Here nobody has.
        due = await session.ledger.ask(session.next_due)
        self._set(max(until, self.now(), self._end if due is None else min(due, self._end)))
        if self._moment >= self._end:
            self._stopping = asyncio.ensure_future(self._crawler.stop_async())

    def _set(self, moment: float) -> None:
        self._moment, self._set_at = moment, time.monotonic()
        self._file.write_text(str(moment))
