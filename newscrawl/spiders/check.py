"""Do the sources answer where their tables say, and with what they say?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from newscrawl import urls
from newscrawl.crawl.source_health import UrlHealth, health_of
from newscrawl.crawl.source_rules import SourceRules
from newscrawl.spiders.asking import AskingSpider

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.crawl.request_options import SourceRequests
    from newscrawl.sources import Source


class CheckSpider(AskingSpider):
    """Asks every URL of the sources, one after the other of each, and for articles until one has a text;
    `health` is how they are."""

    def __init__(
        self, sources: Sequence[Source], requests: Sequence[SourceRequests] = (), **kwargs: Any
    ) -> None:
        super().__init__("check", **kwargs)
        self.sources = sources
        self.rules = SourceRules()
        self.rules.replace(sources, requests=requests)  # for their rates, headers and cookies
        self.named_hosts = {urls.host(url) for source in sources for url in source.urls}
        self.health: list[UrlHealth] = []

    async def look(self) -> None:
        at_once = asyncio.Semaphore(self.settings.getint("CONCURRENT_REQUESTS"))
        has_browser = bool(self.settings["NEWSCRAWL_BROWSER"])

        async def one(source: Source) -> list[UrlHealth]:
            async with at_once:
                return await health_of(source, self, has_browser=has_browser)

        found = await asyncio.gather(*map(one, self.sources))
        self.health = [each for of_source in found for each in of_source]
