"""The download handler: no response leaves it before its bytes are in the WARC."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.utils.url import strip_url

from newscrawl.addresses import address_policy
from newscrawl.causes import CAUSES
from newscrawl.errors import Missed
from newscrawl.warc.exchange import Failure
from newscrawl.wire.connection import CapturingPool, RequestCapture, current
from newscrawl.wire.extension import wire_of
from newscrawl.wire.in_flight import Stopped
from newscrawl.wire.response_limits import ResponseLimits, Watchdog

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

#: WARC-Truncated (WARC 1.1, 5.13) of responses that we ended early. A lost connection sets its own.
_TRUNCATED_BY_ERROR: tuple[tuple[type[Exception], str], ...] = (
    (DownloadTimeoutError, "time"),
    (DownloadCancelledError, "length"),
    (Stopped, "unspecified"),
)


#: Where a request that has it gets the bytes of its last answer, as they came.
RAW = "raw_answer"


class CaptureHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler, whose connections capture all bytes.

    With `request.meta["public_only"]` nothing is sent to an address that is not public. The named fields
    in `request.meta["metadata"]`, and what robots.txt says, go into a metadata record beside the response.
    If `request.meta["check_duplicates"]` is false, no earlier capture with the same bytes is looked for.
    The values of the headers in `request.meta["redacted_headers"]` (lower case) are not written.
    After a request `request.meta["capture"]` is the `Capture` of its last response, or None without one, and
    `request.meta["raw_answer"]`, if it is there, is set to the bytes of the last answer.
    `request.meta["took"]` are the seconds until the response was complete.
    If the archive cannot be written StorageError is raised instead: what is not captured is not crawled.
    """

    lazy = True
    #: Nothing else may download for an archive.
    captures = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor

        wire = wire_of(crawler)
        self._recorder = wire.recorder
        self._limits = ResponseLimits.of(crawler.settings)
        self._addresses = address_policy(crawler.settings.getlist("NEWSCRAWL_ALLOWED_NETWORKS"))
        self._obeys = crawler.settings.getbool("NEWSCRAWL_ROBOTS")
        self._now = wire.clock.utc
        self._in_flight = wire.in_flight
        self._pool = CapturingPool(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self._pool.maxPersistentPerHost = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")

    async def download_request(self, request: Request) -> Response:
        self._in_flight.check()
        url = strip_url(request.url, strip_default_port=False, strip_credentials=True)
        request_capture = RequestCapture(
            url,
            self._now,
            to_proxy=bool(request.meta.get("proxy")),
            public_only=bool(request.meta.get("public_only")),
            metadata=self._metadata(request),
            check_duplicates=bool(request.meta.get("check_duplicates", True)),
            redacted_headers=frozenset(request.meta.get("redacted_headers", ())),
            addresses=self._addresses,
            longest_line=self._limits.header_bytes,
        )
        current.set(request_capture)
        failure, response, began = None, None, self._now()
        try:
            with self._in_flight.request():
                response = await self._download(request, request_capture)
        except Exception as error:
            failure = _failure(error, request_capture)
            raise
        finally:
            request.meta["took"] = (self._now() - began).total_seconds()
            await self._record(request, request_capture, failure)
        if request.meta["capture"] is None:
            # Twisted accepts responses that no reader of WARCs does, with a status of -1 for example.
            raise Missed("not-http", f"status {response.status}")
        return response

    async def _download(self, request: Request, request_capture: RequestCapture) -> Response:
        """The response, within the limits. Raises Missed."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(None) as deadline:
                watchdog = Watchdog(self._limits, loop, lambda: deadline.reschedule(loop.time()))
                request_capture.watchdog = watchdog
                response = await super().download_request(request)
        except Exception as error:
            if watchdog.missed is not None:
                raise watchdog.missed from error
            if request_capture.refused and not request_capture.exchanges:
                raise Missed("private-address", request_capture.refused) from error
            raise
        finally:
            watchdog.close()
        if "download_stopped" in response.flags:
            # A signal handler stopped the download.
            request_capture.exchanges[-1].cut("length")
        return response

    def _metadata(self, request: Request) -> tuple[tuple[str, str], ...]:
        known = tuple(request.meta.get("metadata", ()))
        robots = request.meta.get("robots")
        if robots is None and known and not self._obeys:
            robots = "ignored"
        return (*known, ("robots", robots)) if robots else known

    async def _record(
        self, request: Request, request_capture: RequestCapture, failure: Failure | None
    ) -> None:
        request_capture.seal()
        if RAW in request.meta and request_capture.exchanges:
            request.meta[RAW] = request_capture.exchanges[-1].response().read(sys.maxsize)
        try:
            captures = await self._recorder.write(
                request_capture.exchanges, failure, request_capture.url
            )
        finally:
            request_capture.close()
        request.meta["capture"] = captures[-1] if captures else None


def _failure(error: Exception, request_capture: RequestCapture) -> Failure:
    for kind, reason in _TRUNCATED_BY_ERROR:
        if isinstance(error, kind) and request_capture.exchanges:
            request_capture.exchanges[-1].cut(reason)
    ended = CAUSES[error.cause].truncation if isinstance(error, Missed) else None
    if ended is not None and request_capture.exchanges:
        request_capture.exchanges[-1].cut(ended)
    name = type(error).__name__
    message = str(error) or str(error.__cause__ or "") or name
    return Failure(name, message, request_capture.metadata)
