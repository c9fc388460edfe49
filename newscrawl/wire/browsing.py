"""Sends the requests of a browser as every other request of a crawl: robots.txt, pace, addresses and limits
hold, and each exchange is captured before the browser has its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from newscrawl.browser.proxy import SentAnswer
from newscrawl.causes import REQUISITE
from newscrawl.errors import Missed
from newscrawl.wire.failures import missed
from newscrawl.wire.handler import RAW

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from newscrawl.browser.proxy import ProxiedRequest

#: Who asks, and how it may be coded, is one for all requests of a crawl: readers of WARCs stumble over br.
_OURS = frozenset({"user-agent", "accept-encoding"})


class EngineSender:
    """Sends the requests of one page, or of a user's tools, through Scrapy's engine.

    `metadata` is written beside each capture; `public_only(url)` says whether the request must not go to an
    address that is not public; `on_answer` is called with each request and its response.
    """

    def __init__(
        self,
        crawler: Crawler,
        *,
        metadata: tuple[tuple[str, str], ...],
        public_only: Callable[[str], bool],
        on_answer: Callable[[Request, Response], None] | None = None,
    ) -> None:
        self._crawler, self._metadata, self._public_only = crawler, metadata, public_only
        self._on_answer = on_answer

    async def send(self, request: ProxiedRequest) -> SentAnswer:
        """The answer, or why there is none."""
        headers: dict[str, list[str]] = {}
        for name, value in request.headers:
            if name.lower() not in _OURS:
                headers.setdefault(name, []).append(value)
        headers["Accept-Encoding"] = ["gzip, deflate"]
        meta = {
            RAW: b"",
            REQUISITE: True,
            "public_only": self._public_only(request.url),
            "metadata": self._metadata,
            "dont_retry": True,
            "handle_httpstatus_all": True,
        }
        asked = Request(
            request.url,
            method=request.method,
            headers=headers,
            body=request.body,
            callback=NO_CALLBACK,
            dont_filter=True,
            meta=meta,
        )
        engine = self._crawler.engine
        assert engine is not None
        try:
            response = await engine.download_async(asked)
        except Exception as error:
            why = missed(error) or Missed("error", repr(error))
            return SentAnswer(asked.meta[RAW], f"{why.cause}: {why.detail}", is_whole=False)
        if self._on_answer is not None:
            self._on_answer(asked, response)
        return SentAnswer(asked.meta[RAW])
