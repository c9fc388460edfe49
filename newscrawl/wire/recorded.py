"""Connections that give captured bytes to Scrapy's own handler and parser, without a socket.

Private names that are used, besides those of `newscrawl.wire.connection`: the transport's methods that
`_ScrapyAgent`, `_ResponseReader` and `HTTP11ClientProtocol` call.
"""

from __future__ import annotations

import asyncio
import re
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientProtocol,
)
from scrapy.utils.url import strip_url
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import succeed
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure
from twisted.web.client import HTTPConnectionPool

from newscrawl.addresses import is_address
from newscrawl.errors import Missed
from newscrawl.warc import http
from newscrawl.warc.chunked import begins_with_chunk
from newscrawl.wire.extension import wire_of
from newscrawl.wire.header_parser import HeaderParser
from newscrawl.wire.response_limits import ResponseLimits

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from newscrawl.wire.archive_transport import ReplayedResponse

_DELIVERY_BYTES = 64 * 1024
#: Scrapy wants one; RFC 5737 has it for documentation.
_NO_ADDRESS = "192.0.2.0"
_SHORT_VERSION = re.compile(rb"HTTP/\d+[ \t]+")


@dataclass(frozen=True, slots=True)
class _Recorded:
    """The bytes that the next connection gives, its address, and the longest line of its head."""

    data: bytes
    address: str
    longest_line: int


#: The response to the request that is being sent. The handler sets it, the pool reads it in the same step.
_answer: ContextVar[_Recorded] = ContextVar("answer")


class RecordedHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler, whose connections give what was captured.

    After a request `request.meta["capture"]` is the capture of its response. A request that is not a GET of a
    captured URL is a miss with the cause `not-in-archive`.
    """

    lazy = True
    #: What it gives was captured before.
    captures = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor

        wire = wire_of(crawler)
        assert wire.offline is not None
        self._transport = wire.offline.transport
        self._limits = ResponseLimits.of(crawler.settings)
        self._in_flight = wire.in_flight
        self._pool = _RecordedPool(reactor, persistent=False)  # type: ignore[no-untyped-call]

    async def download_request(self, request: Request) -> Response:
        self._in_flight.check()
        request.meta["capture"] = None
        with self._in_flight.request():
            captured = await self._captured(request)
            request.meta["capture"] = captured.capture
            # Some tools store a decoded body with the old Content-Length: it is whole all the same.
            request.meta["download_fail_on_dataloss"] = not captured.is_whole
            _answer.set(await asyncio.to_thread(_recorded, captured, self._limits))
            return await super().download_request(request)

    async def _captured(self, request: Request) -> ReplayedResponse:
        if request.method != "GET":
            raise Missed("not-in-archive", f"{request.method} is not answered from an archive")
        url = strip_url(request.url, strip_default_port=False, strip_credentials=True)
        captured = await asyncio.to_thread(self._transport.find_response, url)
        if captured is None:
            raise Missed("not-in-archive")
        return captured


def _recorded(captured: ReplayedResponse, limits: ResponseLimits) -> _Recorded:
    """The response as it comes over the connection. Raises Missed."""
    record, most = captured.record, limits.body_bytes
    if most and record.size > most + limits.header_bytes:
        raise Missed("too-large", f"more than {most} bytes")
    address = record.get("WARC-IP-Address") or ""
    known = address if is_address(address) else _NO_ADDRESS
    return _Recorded(as_sent(b"".join(record.message())), known, limits.header_bytes)


def as_sent(block: bytes) -> bytes:
    """The block of a response as a server could have sent it in HTTP/1.1.

    Some tools store the body without chunks and keep the header, or write another version of HTTP.
    """
    head, _ = http.read_message([block])
    start = http.interim_length(block)
    body = start + head.length
    if head.chunked and not begins_with_chunk(block[body:]):
        chunk = b"%x\r\n%b\r\n" % (len(block) - body, block[body:]) if len(block) > body else b""
        block = block[:body] + chunk + b"0\r\n\r\n"
    if other := _SHORT_VERSION.match(block, start):
        block = block[:start] + b"HTTP/1.1 " + block[other.end() :]
    return block


class _RecordedPool(HTTPConnectionPool):
    """Gives out connections that were never opened."""

    def getConnection(self, key: Any, endpoint: Any) -> Any:  # noqa: N802, ARG002 - Twisted's name
        protocol = _RecordedProtocol(lambda _: None)  # type: ignore[no-untyped-call]
        protocol.recorded = _answer.get()
        protocol.makeConnection(_RecordedTransport(protocol))  # type: ignore[no-untyped-call]
        return succeed(protocol)


class _RecordedProtocol(_LenientHTTP11ClientProtocol):
    recorded: _Recorded

    def request(self, request: Any) -> Any:
        answered = super().request(request)
        if self._parser is not None:
            self._parser.__class__ = HeaderParser
            self._parser.MAX_LENGTH = self.recorded.longest_line
        return answered


class _RecordedTransport:
    """Takes a request and gives back what was captured, then closes the connection."""

    disconnecting = False

    def __init__(self, protocol: _RecordedProtocol) -> None:
        self._protocol = protocol
        self._is_asked = self._is_closed = False

    def write(self, data: bytes) -> None:  # noqa: ARG002 - what is asked was looked up before
        if not self._is_asked:
            self._is_asked = True
            asyncio.get_running_loop().call_soon(self._deliver)

    def writeSequence(self, data: list[bytes]) -> None:  # noqa: N802 - Twisted's name
        self.write(b"".join(data))

    def _deliver(self) -> None:
        data = self._protocol.recorded.data
        for at in range(0, len(data), _DELIVERY_BYTES):
            if self._is_closed:
                return
            self._protocol.dataReceived(data[at : at + _DELIVERY_BYTES])  # type: ignore[no-untyped-call]
        self.loseConnection()

    def loseConnection(self) -> None:  # noqa: N802 - Twisted's name
        if not self._is_closed:
            self._is_closed = True
            reason = Failure(ConnectionDone())  # type: ignore[no-untyped-call]
            asyncio.get_running_loop().call_soon(self._protocol.connectionLost, reason)

    abortConnection = loseConnection  # noqa: N815 - Twisted's name

    def getPeer(self) -> IPv4Address | IPv6Address:  # noqa: N802 - Twisted's name
        address = self._protocol.recorded.address
        kind = IPv6Address if ":" in address else IPv4Address
        return kind("TCP", address, 0)

    getHost = getPeer  # noqa: N815 - Twisted's name

    def stopProducing(self) -> None:  # noqa: N802 - Twisted's name
        self.loseConnection()

    def _nothing(self, *_: Any) -> None:
        """Captured bytes come at once, whatever flow control is asked for."""

    pauseProducing = resumeProducing = _nothing  # noqa: N815 - Twisted's names
    registerProducer = unregisterProducer = _nothing  # noqa: N815 - Twisted's names
