"""Who may ask, and what every answer says: an ASGI layer around both servers of the reader.

A page on the web may ask a server on loopback if its own name is made to lead there (DNS rebinding). So only
requests with a known Host are answered. Answers to GET and HEAD are all there are.
"""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Scope = dict[str, Any]
    Receive = Callable[[], Awaitable[Any]]
    Send = Callable[[Any], Awaitable[None]]
    App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
TOKEN = "token"  # noqa: S105 -- the name of a parameter and of a cookie
#: Of every answer of both servers.
COMMON_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, slots=True)
class Access:
    """Which host names are answered, any IP address if `is_open`; and the token, if one is asked for."""

    names: frozenset[str] = LOOPBACK_NAMES
    is_open: bool = False
    token: str | None = None

    def has(self, host: str) -> bool:
        """Whether a Host header is one of ours. An address cannot be rebound: it is what it names."""
        name = host.lower()
        if not name.endswith("]"):
            front, colon, port = name.rpartition(":")
            name = front if colon and port.isdigit() else name
        if name in self.names:
            return True
        if not self.is_open:
            return False
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True


class Guard:
    """Refuses what may not be asked, and adds headers to the answers of `app`."""

    def __init__(self, app: App, access: Access, headers: Mapping[str, str]) -> None:
        self._app, self._access = app, access
        both = {**COMMON_HEADERS, **headers}
        self._headers = [(k.lower().encode(), v.encode()) for k, v in both.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                added = [each for each in self._headers if each[0] not in own]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await _say(with_headers, scope, *refusal)
            return
        await self._app(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str, list[tuple[bytes, bytes]]] | None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or not self._access.has(hosts[0].decode("latin-1")):
            return 400, "This server does not answer to that host name.", []
        if scope["method"] not in ("GET", "HEAD"):
            return 405, "The reader only reads: GET and HEAD.", [(b"allow", b"GET, HEAD")]
        return self._unknown(scope) if self._access.token is not None else None

    def _unknown(self, scope: Scope) -> tuple[int, str, list[tuple[bytes, bytes]]] | None:
        """Why somebody without the token is refused; whoever brings it in an address is given a cookie."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        bearer = headers.get(b"authorization", "").removeprefix("Bearer ").strip()
        if self._is_token(bearer) or self._is_token(_cookie(headers.get(b"cookie", ""))):
            return None
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = [value for name, value in pairs if name == TOKEN]
        if given and self._is_token(given[-1]):
            rest = urlencode([pair for pair in pairs if pair[0] != TOKEN])
            where = scope["raw_path"].decode("latin-1").lstrip("/")
            location = f"/{where}?{rest}" if rest else f"/{where}"
            cookie = f"{TOKEN}={self._access.token}; HttpOnly; SameSite=Strict; Path=/"
            added = [(b"location", location.encode()), (b"set-cookie", cookie.encode())]
            return 303, "", added
        return 401, "The token is missing: open /?token=TOKEN.", [(b"www-authenticate", b"Bearer")]

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), (self._access.token or "").encode())


def _cookie(header: str) -> str:
    try:
        morsel = SimpleCookie(header).get(TOKEN)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


async def _say(
    send: Send, scope: Scope, status: int, text: str, headers: list[tuple[bytes, bytes]]
) -> None:
    body = f"{text}\n".encode() if text else b""
    more = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": [*more, *headers]})
    shown = b"" if scope["method"] == "HEAD" else body
    await send({"type": "http.response.body", "body": shown})
