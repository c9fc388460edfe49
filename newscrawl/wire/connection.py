"""A connection that captures every byte of both directions, and the pool that gives it out.

Private names that are used, each covered by the byte-for-byte tests (Scrapy 2.19, Twisted 26.10):
`_LenientHTTP11ClientProtocol` and its factory;
`HTTP11ClientProtocol._finishResponse(rest)`, which is called at the end of a response with the bytes behind
it; `Request.writeTo(transport)`; `HTTPConnectionPool._factory`;
`_RetryingHTTP11ClientProtocol._newConnection`; `HTTP11ClientProtocol._parser` with its `state`, and
LineReceiver's `MAX_LENGTH`.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from twisted.internet.defer import fail
from twisted.internet.protocol import connectionDone
from twisted.web._newclient import HEADER, STATUS
from twisted.web.client import HTTPConnectionPool, _RetryingHTTP11ClientProtocol

from newscrawl.addresses import AddressPolicy
from newscrawl.errors import Missed
from newscrawl.warc.exchange import Exchange
from newscrawl.wire.header_parser import HeaderParser

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from twisted.python.failure import Failure

    from newscrawl.wire.response_limits import Watchdog


@dataclass(slots=True)
class RequestCapture:
    """Every transmission of one request: Twisted sends it again if a kept-alive connection had died.

    With `public_only` it goes to nothing that is not allowed by `addresses`; `refused` is an address that
    was.
    """

    url: str
    now: Callable[[], datetime]
    to_proxy: bool = False
    public_only: bool = False
    metadata: tuple[tuple[str, str], ...] = ()
    check_duplicates: bool = True
    redacted_headers: frozenset[str] = frozenset()
    addresses: AddressPolicy = field(default_factory=AddressPolicy)
    refused: str | None = None
    watchdog: Watchdog | None = None
    longest_line: int = 0
    exchanges: list[Exchange] = field(default_factory=list)

    def may_reach(self, address: str | None) -> bool:
        """Whether this address is one that this request may be sent to."""
        if (
            not self.public_only
            or self.to_proxy
            or address is None
            or self.addresses.allows_address(address)
        ):
            return True
        self.refused = address
        return False

    def begin(self, transport: Any) -> Exchange:
        exchange = Exchange(
            url=self.url,
            started_at=self.now(),
            peer=getattr(transport.getPeer(), "host", None),
            to_proxy=self.to_proxy,
            metadata=self.metadata,
            check_duplicates=self.check_duplicates,
            redacted_headers=self.redacted_headers,
        )
        self.exchanges.append(exchange)
        return exchange

    def seal(self) -> None:
        for exchange in self.exchanges:
            exchange.seal()

    def close(self) -> None:
        for exchange in self.exchanges:
            exchange.close()


#: The request that is being sent. The handler sets it, the pool reads it in the same step of the loop.
current: ContextVar[RequestCapture | None] = ContextVar("current", default=None)


class _Tee:
    """A transport that captures what is written to it."""

    def __init__(self, transport: Any, exchange: Exchange) -> None:
        self._transport, self._exchange = transport, exchange

    def write(self, data: bytes) -> Any:
        self._exchange.add_sent(data)
        return self._transport.write(data)

    def writeSequence(self, data: list[bytes]) -> Any:  # noqa: N802 - Twisted's name
        return self.write(b"".join(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class CapturingProtocol(_LenientHTTP11ClientProtocol):
    """Captures each exchange in the `RequestCapture` that the pool has given it for the next request."""

    upcoming: RequestCapture | None = None
    _exchange: Exchange | None = None
    _watchdog: Watchdog | None = None

    def request(self, request: Any) -> Any:
        capture, self.upcoming = self.upcoming, None
        transport: Any = self.transport
        peer = getattr(transport.getPeer(), "host", None)
        if capture is not None and not capture.may_reach(peer):
            # A kept-alive connection that was opened for a request that may reach this address.
            transport.abortConnection()
            return fail(Missed("private-address", str(peer)))
        self._watchdog = capture.watchdog if capture is not None else None
        if capture is not None:
            exchange = self._exchange = capture.begin(self.transport)
            # On its retry Twisted passes the same request object, so always wrap the class's method.
            request.writeTo = lambda transport: type(request).writeTo(
                request, _Tee(transport, exchange)
            )
        answered = super().request(request)
        if self._parser is not None:
            self._parser.__class__ = HeaderParser
        if capture is not None and capture.longest_line and self._parser is not None:
            # The head as a whole is limited. Some security policies are longer than Twisted's lines may be.
            self._parser.MAX_LENGTH = capture.longest_line
        return answered

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        exchange = self._exchange
        if exchange is not None:
            if not exchange.received_length:
                # Before the first byte the handshake may not be over, and the cipher not known.
                exchange.tls = _tls(self.transport)
            exchange.add_received(data)
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if self._watchdog is not None and self._exchange is not None:
            state = getattr(self._parser, "state", None)
            self._watchdog.received(len(data), in_head=state in (STATUS, HEADER))

    def _finishResponse(self, rest: bytes) -> None:  # noqa: N802 - Twisted's name
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.finish(len(rest))
        super()._finishResponse(rest)

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802 - Twisted's name
        if self._exchange is not None:
            self._exchange.cut("disconnect")
        super().connectionLost(reason)  # type: ignore[no-untyped-call]
        self._exchange = None


class _CapturingFactory(_LenientHTTP11ClientFactory):
    noisy = False

    def buildProtocol(self, addr: Any) -> CapturingProtocol:  # noqa: N802, ARG002 - Twisted's name
        return CapturingProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class CapturingPool(HTTPConnectionPool):
    """A pool whose connections know the request that they carry."""

    _factory = _CapturingFactory

    def getConnection(self, key: Any, endpoint: Any) -> Any:  # noqa: N802 - Twisted's name
        capture = current.get()

        def tag(connection: Any) -> Any:
            if isinstance(connection, _RetryingHTTP11ClientProtocol):
                connection._clientProtocol.upcoming = capture
                fresh = connection._newConnection
                connection._newConnection = lambda: _connect_for(capture, fresh).addCallback(tag)
            else:
                connection.upcoming = capture
            return connection

        return super().getConnection(key, endpoint).addCallback(tag)


def _connect_for(capture: RequestCapture | None, connect: Callable[[], Any]) -> Any:
    """Connect for this request, so that the resolver knows which addresses it may reach."""
    before = current.set(capture)
    try:
        return connect()
    finally:
        current.reset(before)


def _tls(transport: Any) -> tuple[str, str] | None:
    """Protocol version and OpenSSL's cipher name of an encrypted connection."""
    handle = transport.getHandle()
    if not hasattr(handle, "get_cipher_name"):
        return None
    return handle.get_protocol_version_name(), handle.get_cipher_name()
