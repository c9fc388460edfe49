"""The download handler: no response leaves it before its bytes are in the WARC."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.utils.url import strip_url

from newscrawl.addresses import address_policy
from newscrawl.errors import Missed
from newscrawl.outcome import CAUSES
from newscrawl.warc.exchange import Failure
from newscrawl.wire.connection import CapturingPool, RequestCapture, current
from newscrawl.wire.extension import wire_of
from newscrawl.wire.in_flight import Stopped
from newscrawl.wire.limits import Limits, Watch

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

#: Why we ended an answer early, in the words of WARC 1.1, 5.13; a lost connection notes itself.
_TRUNCATED: tuple[tuple[type[Exception], str], ...] = (
    (DownloadTimeoutError, "time"),
    (DownloadCancelledError, "length"),
    (Stopped, "unspecified"),
)


class CaptureHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler with a note-taker on each connection.

    With `request.meta["public_only"]` nothing is sent to an address that is not public. The named fields
    in `request.meta["metadata"]`, and the word of robots.txt, go into a metadata record beside the answer.
    `request.meta["may_repeat"]`, if false, spares the search for an earlier capture with the same bytes.
    After a request `request.meta["capture"]` is the `Capture` of its last answer, or None if none came, and
    `request.meta["took"]` the seconds until the answer was there.
    When the archive cannot be written StorageError takes the response's place: what is not captured
    is not crawled.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor

        wire = wire_of(crawler)
        self._recorder = wire.recorder
        self._limits = Limits.of(crawler.settings)
        self._addresses = address_policy(crawler.settings.getlist("NEWSCRAWL_ALLOWED_NETWORKS"))
        self._obeys = crawler.settings.getbool("NEWSCRAWL_ROBOTS")
        self._now = wire.clock.utc
        self._in_flight = wire.in_flight
        self._pool = CapturingPool(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self._pool.maxPersistentPerHost = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")

    async def download_request(self, request: Request) -> Response:
        self._in_flight.check()
        url = strip_url(request.url, strip_default_port=False, strip_credentials=True)
        transmissions = RequestCapture(
            url,
            self._now,
            to_proxy=bool(request.meta.get("proxy")),
            public_only=bool(request.meta.get("public_only")),
            metadata=self._metadata(request),
            may_repeat=bool(request.meta.get("may_repeat", True)),
            addresses=self._addresses,
            longest_line=self._limits.header_bytes,
        )
        current.set(transmissions)
        failure, response, began = None, None, self._now()
        try:
            with self._in_flight.request():
                response = await self._download(request, transmissions)
        except Exception as error:
            failure = _failure(error, transmissions)
            raise
        finally:
            request.meta["took"] = (self._now() - began).total_seconds()
            await self._record(request, transmissions, failure)
        if request.meta["capture"] is None:
            # Twisted takes for an answer what no reader of WARCs would: a status of -1 for example.
            raise Missed("not-http", f"status {response.status}")
        return response

    async def _download(self, request: Request, transmissions: RequestCapture) -> Response:
        """The answer, within the limits. Raises Missed."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(None) as deadline:
                watch = Watch(self._limits, loop, lambda: deadline.reschedule(loop.time()))
                transmissions.watch = watch
                response = await super().download_request(request)
        except Exception as error:
            if watch.missed is not None:
                raise watch.missed from error
            if transmissions.refused and not transmissions.exchanges:
                raise Missed("private-address", transmissions.refused) from error
            raise
        finally:
            watch.close()
        if "download_stopped" in response.flags:
            # Whoever asked wanted no more of it.
            transmissions.exchanges[-1].cut("length")
        return response

    def _metadata(self, request: Request) -> tuple[tuple[str, str], ...]:
        known = tuple(request.meta.get("metadata", ()))
        robots = request.meta.get("robots")
        if robots is None and known and not self._obeys:
            robots = "ignored"
        return (*known, ("robots", robots)) if robots else known

    async def _record(
        self, request: Request, transmissions: RequestCapture, failure: Failure | None
    ) -> None:
        transmissions.seal()
        try:
            captures = await self._recorder.write(
                transmissions.exchanges, failure, transmissions.url
            )
        finally:
            transmissions.close()
        request.meta["capture"] = captures[-1] if captures else None


def _failure(error: Exception, transmissions: RequestCapture) -> Failure:
    for kind, reason in _TRUNCATED:
        if isinstance(error, kind) and transmissions.exchanges:
            transmissions.exchanges[-1].cut(reason)
    ended = CAUSES[error.cause].truncation if isinstance(error, Missed) else None
    if ended is not None and transmissions.exchanges:
        transmissions.exchanges[-1].cut(ended)
    name = type(error).__name__
    message = str(error) or str(error.__cause__ or "") or name
    return Failure(name, message, transmissions.metadata)
