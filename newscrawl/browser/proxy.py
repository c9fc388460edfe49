"""A proxy on this machine whose requests are sent by somebody else: so each is captured, or refused.

It takes what a browser asks, plain or encrypted, hands it to a Sender, and gives the bytes of the answer back
as they came. WebSockets and media are refused.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from newscrawl.warc import http

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping

    from newscrawl.browser.authority import Authority
    from newscrawl.warc.http import Head

#: Longest head and body of a request.
MAX_HEAD_BYTES, MAX_BODY_BYTES = 256 * 1024, 10 * 1024 * 1024
#: What of a request is not passed on: it is between the browser and this proxy.
_HOP_BY_HOP = frozenset(
    {"proxy-connection", "proxy-authorization", "connection", "keep-alive", "te", "upgrade",
     "content-length", "transfer-encoding", "host"}
)  # fmt: skip
_MEDIA = frozenset({"audio", "video", "track"})
_BODILESS = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class ProxiedRequest:
    """What a browser asks; `headers` in their order, without those of the connection."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class SentAnswer:
    """The bytes of an answer as they came, head and body; without any, `error` says why: cause and detail."""

    raw: bytes = b""
    error: str = ""
    is_whole: bool = True


class Sender(Protocol):
    """Sends the requests of a browser, and captures them."""

    async def send(self, request: ProxiedRequest) -> SentAnswer: ...


@dataclass(frozen=True, slots=True)
class ProxyLimits:
    """How many requests and bytes of answers one page may have; 0: any number."""

    requests: int = 300
    size: int = 50_000_000


@dataclass(slots=True)
class Asked:
    """One request of a page, and what became of it."""

    method: str
    url: str
    kind: str
    status: int | None = None
    media_type: str = ""
    error: str = ""


@dataclass(slots=True)
class CaptureProxy:
    """The proxy of one page, or of a user's tools. `given` are answers that are there already, by URL."""

    authority: Authority
    sender: Sender
    limits: ProxyLimits = field(default_factory=ProxyLimits)
    given: Mapping[str, bytes] = field(default_factory=dict)
    refuses_media: bool = True
    asked: list[Asked] = field(default_factory=list)
    on_answer: Callable[[Asked], None] | None = None
    port: int = 0
    _size: int = 0
    _in_flight: int = 0
    _active_at: float = field(default_factory=monotonic)
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self, listening: socket.socket | None = None) -> None:
        """Listen at this socket, or at any free port of 127.0.0.1."""
        place = {"sock": listening} if listening is not None else {"host": "127.0.0.1", "port": 0}
        self._server = await asyncio.start_server(self._accept, **place, limit=2 * MAX_HEAD_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """End all connections."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def quiet_for(self) -> float:
        """Seconds since something was last in flight; 0 while it is."""
        return 0.0 if self._in_flight else monotonic() - self._active_at

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        # A browser closes connections as it likes, and at any moment.
        ends = (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError)
        try:
            with suppress(*ends, ssl.SSLError, asyncio.CancelledError):
                await self._serve(reader, writer, None)
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, origin: str | None
    ) -> None:
        while True:
            head = http.read_head(await reader.readuntil(b"\r\n\r\n"))
            words = head.start_line.split(b" ") if head is not None else []
            if head is None or len(words) != 3:
                await _say(writer, 400, "not an HTTP request")
                return
            method, target = words[0].decode("latin-1"), words[1].decode("latin-1")
            if method == "CONNECT" and origin is None:
                await self._serve_encrypted(reader, writer, target)
                return
            url = target if origin is None else origin + target
            if not url.startswith(("http://", "https://")):
                await _say(writer, 400, "this is a proxy")
                return
            body = await _body(reader, head)
            if body is None:
                await _say(writer, 413, "a body of unknown or too great length")
                return
            headers = tuple(pair for pair in head.headers if pair[0].lower() not in _HOP_BY_HOP)
            if not await self._answer(ProxiedRequest(method, url, headers, body), head, writer):
                return

    async def _serve_encrypted(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str
    ) -> None:
        host, _, port = target.rpartition(":")
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        await writer.start_tls(self.authority.context(host.strip("[]").lower()))
        origin = f"https://{host}" if port == "443" else f"https://{target}"
        await self._serve(reader, writer, origin)

    async def _answer(
        self, request: ProxiedRequest, head: Head, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer one request; whether the connection goes on."""
        kind = (head.get("sec-fetch-dest") or "").lower()
        asked = Asked(request.method, request.url, kind)
        self.asked.append(asked)
        self._in_flight += 1
        try:
            if asked_for := self._refusal(head, kind):
                asked.error = asked_for
                answer = SentAnswer(error=asked_for)
            elif request.method == "GET" and request.url in self.given:
                answer = SentAnswer(self.given[request.url])
            else:
                answer = await self.sender.send(request)
            return await self._give(answer, asked, writer)
        finally:
            self._in_flight -= 1
            self._active_at = monotonic()
            if self.on_answer is not None:
                self.on_answer(asked)

    def _refusal(self, head: Head, kind: str) -> str:
        if (head.get("upgrade") or "").lower() == "websocket":
            return "refused: a WebSocket"
        if self.refuses_media and kind in _MEDIA:
            return f"refused: {kind}"
        if self.limits.requests and len(self.asked) > self.limits.requests:
            return f"refused: more than {self.limits.requests} requests"
        if self.limits.size and self._size > self.limits.size:
            return f"refused: more than {self.limits.size} bytes"
        return ""

    async def _give(self, answer: SentAnswer, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        head = http.read_head(answer.raw, http.interim_length(answer.raw)) if answer.raw else None
        if head is None or head.status is None:
            asked.error = answer.error or "no answer"
            await _say(writer, 502, asked.error)
            return True
        self._size += len(answer.raw)
        asked.status, asked.media_type, asked.error = head.status, head.media_type, answer.error
        writer.write(answer.raw)
        await writer.drain()
        return answer.is_whole and _keeps_connection(head, asked.method)


def _keeps_connection(head: Head, method: str) -> bool:
    """Whether the end of the answer shows without the end of its connection."""
    if head.start_line.startswith(b"HTTP/1.0") or "close" in (head.get("connection") or "").lower():
        return False
    has_end = head.chunked or head.get("content-length") is not None
    return has_end or method == "HEAD" or head.status in _BODILESS


async def _body(reader: asyncio.StreamReader, head: Head) -> bytes | None:
    """The body of a request; None for one that is too long, or says no length."""
    if head.get("transfer-encoding") is not None:
        return None
    length = head.get("content-length") or "0"
    if not (length.isascii() and length.isdigit()) or int(length[:12]) > MAX_BODY_BYTES:
        return None
    return await reader.readexactly(int(length))


async def _say(writer: asyncio.StreamWriter, status: int, reason: str) -> None:
    """An answer of the proxy itself, which is in no archive."""
    body = f"newscrawl: {reason}\n".encode("utf-8", "replace")
    head = f"HTTP/1.1 {status} {'Refused' if status == 502 else 'Bad Request'}\r\n"
    head += f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode("ascii") + body)
    await writer.drain()
