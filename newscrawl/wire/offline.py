"""Settings and network of a crawl whose network is an archive."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.errors import UsageError
from newscrawl.warc.cdxj import timestamp_prefix
from newscrawl.wire.archive_transport import ArchiveTransport, link_network, results_folder
from newscrawl.wire.per_crawler import once_per_crawler
from newscrawl.wire.recorder import Recorder

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

_HANDLER = "newscrawl.wire.recorded.RecordedHandler"
#: There is no server to be spared, and a second request has the same response.
_OFFLINE_SETTINGS = {
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "RETRY_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
}

#: Above the command line, whose settings Scrapy applies once more.
_ABOVE_COMMAND_LINE = 50


def is_offline(settings: BaseSettings) -> bool:
    """Whether the network of this crawl is an archive."""
    return bool(settings["NEWSCRAWL_NETWORK"])


def apply_offline_settings(settings: BaseSettings) -> None:
    """Change the settings of a crawl whose network is an archive. Raises UsageError."""
    if not is_offline(settings):
        return
    if settings.getbool("NEWSCRAWL_WATCH"):
        raise UsageError("NEWSCRAWL_NETWORK: nothing new comes from an archive; crawl it")
    for name, value in _OFFLINE_SETTINGS.items():
        settings.set(name, value, priority="spider")
    handlers = {**settings.getdict("DOWNLOAD_HANDLERS"), "http": _HANDLER, "https": _HANDLER}
    settings.set("DOWNLOAD_HANDLERS", handlers, priority=_ABOVE_COMMAND_LINE)
    archive, network = Path(settings["NEWSCRAWL_ARCHIVE"]), Path(settings["NEWSCRAWL_NETWORK"])
    place = results_folder(archive, network)
    if place != archive:
        logger.info("%s is the network: records go to %s", archive, place)
        settings.set("NEWSCRAWL_ARCHIVE", str(place), priority=_ABOVE_COMMAND_LINE)


class OfflineNetwork:
    """The network of one crawler, made from its settings on first use."""

    def __init__(self, transport: ArchiveTransport, files: list[str]) -> None:
        #: Gives the responses; and the names of the files in which they are.
        self.transport, self.files = transport, files

    @classmethod
    @once_per_crawler
    def for_crawler(cls, crawler: Crawler) -> OfflineNetwork:
        """The one of this crawler. Raises UsageError."""
        settings = crawler.settings
        layout = Recorder.for_crawler(crawler).layout
        network, at = Path(settings["NEWSCRAWL_NETWORK"]), settings["NEWSCRAWL_NETWORK_AT"]
        transport = ArchiveTransport(layout, at=_moment(at) if at else "", on_damage=_warn)
        return cls(transport, link_network(layout, network, on_damage=_warn))


def _moment(text: str) -> str:
    try:
        return timestamp_prefix(text)
    except ValueError:
        raise UsageError(
            f"NEWSCRAWL_NETWORK_AT: {text!r} is not an ISO 8601 time, day, month or year"
        ) from None


def _warn(error: Exception) -> None:
    logger.warning("%s", error)
