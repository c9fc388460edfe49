"""The clock of a crawler. A simulation can use its own."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy.utils.misc import build_from_crawler, load_object

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Clock:
    """The clock of the machine. If that is set back, `now` goes on from its last value.

    `now` is for comparing times, as of what is due. `utc`, for dates of captures, is what the machine says.
    """

    _ahead = _last = 0.0

    def wall(self) -> float:
        """Seconds since the epoch by the clock of the machine."""
        return time.time()

    def now(self) -> float:
        """Seconds since the epoch, never less than before."""
        moment = self.wall()
        self._ahead = max(self._ahead, self._last - moment)
        self._last = moment + self._ahead
        return self._last

    def utc(self) -> datetime:
        return datetime.fromtimestamp(self.wall(), UTC)

    async def wait(self, until: float, sooner: asyncio.Event) -> None:
        """Wait until that time, or until the event is set."""
        with suppress(TimeoutError):
            await asyncio.wait_for(sooner.wait(), max(until - self.now(), 0.0))


def clock_of(crawler: Crawler) -> Clock:
    """A clock of the class that `NEWSCRAWL_CLOCK` names."""
    kind: type[Clock] = load_object(crawler.settings["NEWSCRAWL_CLOCK"])
    return build_from_crawler(kind, crawler)
