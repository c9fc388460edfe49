"""Captures what a browser or a tool of the user's asks for, through a proxy on this machine."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scrapy import Spider

from newscrawl import urls
from newscrawl.assembly import session_of
from newscrawl.browser.authority import Authority
from newscrawl.browser.proxy import CaptureProxy, ProxyLimits
from newscrawl.items import Page
from newscrawl.spiders.news import NewsSpider
from newscrawl.wire.browsing import EngineSender
from newscrawl.wire.extension import wire_of

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Callable

    from scrapy import Request
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from newscrawl.browser.proxy import Asked

logger = logging.getLogger(__name__)

#: The folder of an archive in which the key and the certificate of its proxy lie.
FOLDER = "proxy"
#: Pages that wait to be read.
_MAX_PAGES = 10_000
#: Requests without an answer, of each cause, that are logged as warnings.
MAX_TOLD = 5
#: Seconds between two looks at whether the engine still runs: Scrapy has no signal that it stops.
_LOOK = 0.25
_HTML = ("text/html", "application/xhtml+xml")


class ProxySpider(Spider):
    """Serves at the socket `listening` until it is stopped; once it does, `on_ready(port, certificate)` is
    called.

    Each page that passes goes through the pipelines, as those of any spider.
    """

    name = "proxy"

    def __init__(
        self, on_ready: Callable[[int, str], None], listening: socket.socket, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._on_ready, self._listening = on_ready, listening
        #: How many requests got no answer, by cause.
        self.unanswered: Counter[str] = Counter()
        self._pages: asyncio.Queue[Page] = asyncio.Queue(_MAX_PAGES)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        NewsSpider.update_settings(settings)
        super().update_settings(settings)
        # It waits for its user.
        settings.set("NEWSCRAWL_STALL_SECONDS", 0, priority="spider")

    @property
    def summary(self) -> str:
        """What this pass was told to fetch, in one line."""
        return "proxy"

    async def start(self) -> AsyncIterator[Any]:
        """The pages that pass, as they come."""
        wire, session = wire_of(self.crawler), session_of(self.crawler)
        if session.fault is not None:
            raise session.fault
        folder = wire.recorder.layout.root / FOLDER
        authority = Authority.kept_in(folder, now=wire.clock.utc())
        sender = EngineSender(
            self.crawler,
            metadata=(),
            public_only=lambda asked: not session.may_be_private(asked),
            on_answer=self._take,
        )
        proxy = CaptureProxy(
            authority, sender, ProxyLimits(0, 0), refuses_media=False, on_answer=self._tell
        )
        await proxy.start(self._listening)
        self._on_ready(proxy.port, str(folder / Authority.CERTIFICATE))
        try:
            while self.crawler.engine is not None and self.crawler.engine.running:
                with suppress(TimeoutError):
                    yield await asyncio.wait_for(self._pages.get(), _LOOK)
        finally:
            await proxy.close()

    def _tell(self, asked: Asked) -> None:
        """Log what became of a request; of those that got no answer a few by cause, unless all are logged."""
        request = f"{asked.method} {asked.url}"
        if asked.status is not None:
            logger.info(
                "%s: status %d%s", request, asked.status, asked.error and f", {asked.error}"
            )
            return
        if not asked.error:
            logger.info("%s: its client has gone", request)
            return
        cause = asked.error.partition(":")[0]
        self.unanswered[cause] += 1
        if self.unanswered[cause] <= MAX_TOLD:
            logger.warning("no answer to %s: %s", request, asked.error)
        else:
            logger.info("no answer to %s: %s", request, asked.error)

    def _take(self, request: Request, response: Response) -> None:
        kind = (response.headers.get("Content-Type") or b"").split(b";")[0].strip().lower()
        capture = request.meta.get("capture")
        is_page = (
            request.method == "GET" and response.status == 200 and kind.decode("latin-1") in _HTML
        )
        is_part = request.headers.get("Sec-Fetch-Dest", b"document") not in (b"document", b"")
        url = urls.fetchable(response.url)
        if capture is not None and url is not None and is_page and not is_part:
            self._pages.put_nowait(Page(url, capture))
