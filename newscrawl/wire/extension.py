"""What all connections of one crawler share, as a Scrapy extension: clock, recorder, requests in flight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.errors import UsageError
from newscrawl.wire.clock import clock_of
from newscrawl.wire.in_flight import InFlight
from newscrawl.wire.offline import OfflineNetwork, is_offline
from newscrawl.wire.recorder import Recorder

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from newscrawl.wire.clock import Clock


class Wire:
    """The one clock, recorder and register of requests of a crawler; `offline` is the archive that answers,
    if any.

    Scrapy makes a download handler for each scheme, and all of them must write to one file.
    """

    def __init__(
        self,
        clock: Clock,
        recorder: Recorder,
        in_flight: InFlight,
        offline: OfflineNetwork | None = None,
    ) -> None:
        self.clock, self.recorder, self.in_flight = clock, recorder, in_flight
        self.offline = offline

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises UsageError, NotAnArchive and StorageError where the archive cannot be written to."""
        clock = clock_of(crawler)
        recorder = Recorder.from_crawler(crawler, clock)
        offline = (
            OfflineNetwork.from_settings(crawler.settings, recorder.layout, now=clock.utc())
            if is_offline(crawler.settings)
            else None
        )
        return cls(clock, recorder, InFlight(crawler), offline)


def wire_of(crawler: Crawler) -> Wire:
    """The wire of this crawler. Raises UsageError where its settings have switched it off."""
    wire = crawler.get_extension(Wire)
    if wire is None:
        raise UsageError("EXTENSIONS_BASE: newscrawl.wire.extension.Wire may not be left out")
    return wire
