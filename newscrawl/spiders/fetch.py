"""Fetches one page and keeps where it was captured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl import urls
from newscrawl.spiders.asking import AskingSpider

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from newscrawl.errors import Missed
    from newscrawl.items import Page


class FetchSpider(AskingSpider):
    """Asks for `url`, which the user has named, and follows its redirects."""

    def __init__(self, url: str, **kwargs: Any) -> None:
        super().__init__("fetch", **kwargs)
        self.url = url
        self.named_hosts = {urls.host(url)}
        #: What was captured; None with the reason in `missed`.
        self.page: Page | None = None
        self.missed: Missed | None = None

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        # A second one may still be starting when the page is read, and would then end with a traceback.
        settings.set("NEWSCRAWL_WORKERS", 1, priority="spider")

    async def look(self) -> None:
        reply = await self.ask(self.url)
        self.missed = reply.missed
        # A page without links is no list, and may be an article all the same.
        if reply.page is not None and reply.page.capture.status == 200:
            self.page = reply.page
