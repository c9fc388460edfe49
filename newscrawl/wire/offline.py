"""Settings and network of a crawl whose network is an archive."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.errors import UsageError
from newscrawl.text import timespec
from newscrawl.wire.archive_transport import ArchiveTransport, link_network, results_folder

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Self

    from scrapy.settings import BaseSettings

    from newscrawl.archive.layout import Layout

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
    """The archive that stands for the network of one crawler."""

    def __init__(self, transport: ArchiveTransport, files: list[str]) -> None:
        #: Gives the responses; and the names of the files in which they are.
        self.transport, self.files = transport, files

    @classmethod
    def from_settings(cls, settings: BaseSettings, layout: Layout, *, now: datetime) -> Self:
        """The archive that `NEWSCRAWL_NETWORK` names, pointed at from `layout`. Raises UsageError."""
        network, at = Path(settings["NEWSCRAWL_NETWORK"]), settings["NEWSCRAWL_NETWORK_AT"]
        transport = ArchiveTransport(
            layout, at=_last_second(at, now) if at else "", on_damage=_warn
        )
        return cls(transport, link_network(layout, network, on_damage=_warn))


def _last_second(text: str, now: datetime) -> str:
    """The last second (14 digits) of the time that NEWSCRAWL_NETWORK_AT names. Raises UsageError."""
    end = timespec.interval(text, "NEWSCRAWL_NETWORK_AT", now=now).end
    return (end - timedelta(seconds=1)).strftime("%Y%m%d%H%M%S")


def _warn(error: Exception) -> None:
    logger.warning("%s", error)
