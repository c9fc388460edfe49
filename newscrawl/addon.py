"""A Scrapy add-on: captures, records and more of newscrawl in a Scrapy project of the user's own.

ADDONS = {"newscrawl.NewscrawlAddon": 500}
NEWSCRAWL_ARCHIVE = "archives/mine"
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import NotConfigured

from newscrawl import settings as defaults
from newscrawl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.settings import BaseSettings

_CAPTURE = "newscrawl.wire.handler.CaptureHandler"
_ROBOTS = "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware"
_MIDDLEWARES = {
    path: order
    for path, order in defaults.DOWNLOADER_MIDDLEWARES_BASE.items()
    if path.startswith("newscrawl.")
}
#: What each part adds to the settings with components.
PARTS: dict[str, dict[str, Mapping[str, Any]]] = {
    "capture": {
        "DOWNLOAD_HANDLERS": {"http": _CAPTURE, "https": _CAPTURE},
        "EXTENSIONS": {
            "newscrawl.wire.extension.Wire": -20,
            "newscrawl.assembly.Assembly": -10,
            "newscrawl.extensions.outcomes.Outcomes": 0,
            "newscrawl.extensions.stopping.Stopping": 0,
            "newscrawl.extensions.metrics.CapturedBytes": 0,
        },
    },
    "records": {"ITEM_PIPELINES": defaults.ITEM_PIPELINES_BASE},
    "robots": {"DOWNLOADER_MIDDLEWARES": {_ROBOTS: None, **_MIDDLEWARES}},
    "watchdog": {"EXTENSIONS": {"newscrawl.extensions.stall.StallWatchdog": 0}},
    "metrics": {
        "EXTENSIONS": {
            "newscrawl.extensions.loop_lag.LoopLag": 0,
            "newscrawl.extensions.metrics.Metrics": 10,
        }
    },
}


class NewscrawlAddon:
    """Adds the parts that `NEWSCRAWL_COMPONENTS` names; without an archive in `NEWSCRAWL_ARCHIVE`, nothing.

    Settings of the project stay in force: what is added stands below them, and newscrawl's own settings have
    their defaults where the project does not state them.
    """

    def update_settings(self, settings: BaseSettings) -> None:
        """Raises NotConfigured without an archive, UsageError for a part that there is not."""
        archive = settings.get("NEWSCRAWL_ARCHIVE") or os.environ.get("NEWSCRAWL_ARCHIVE")
        if not archive:
            raise NotConfigured("NEWSCRAWL_ARCHIVE names no archive, so nothing is captured")
        settings.set("NEWSCRAWL_ARCHIVE", archive, priority="addon")
        parts = settings.getlist("NEWSCRAWL_COMPONENTS", defaults.NEWSCRAWL_COMPONENTS)
        if unknown := [part for part in parts if part not in PARTS]:
            raise UsageError(
                f"NEWSCRAWL_COMPONENTS: there is no {unknown[0]!r}: give some of {', '.join(PARTS)}"
            )
        # warcinfo says whether robots.txt is obeyed, whoever does it.
        obeys = "robots" in parts or settings.getbool("ROBOTSTXT_OBEY")
        settings.set("NEWSCRAWL_ROBOTS", obeys, priority="addon")
        if "records" in parts:
            settings.set("ITEM_PROCESSOR", defaults.ITEM_PROCESSOR, priority="addon")
        for part in dict.fromkeys(["capture", *parts]):
            for setting, components in PARTS[part].items():
                base = f"{setting}_BASE"
                settings.set(base, {**settings.getdict(base), **components}, priority="addon")
        for name, value in vars(defaults).items():
            if name.startswith("NEWSCRAWL_") and name not in settings:
                settings.set(name, value, priority="addon")
