"""Shows captured pages as they were, without scripts: an application of its own, for a port of its own.

A captured page has an origin that is none of the reader's (another port), and is sandboxed: it has no origin
to act with at all. Its images and style sheets come from the archive, everything else from nowhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from newscrawl.errors import ArchiveError, NewscrawlError, TooLarge
from newscrawl.printable import printable
from newscrawl.processing.limits import LIMITS
from newscrawl.processing.markup_limits import markup_excess
from newscrawl.reader.exchange import read_exchange
from newscrawl.reader.guard import Access, Guard
from newscrawl.reader.templating import IN_PATH
from newscrawl.text.charset import decode

if TYPE_CHECKING:
    from starlette.requests import Request

    from newscrawl.items import Page
    from newscrawl.reader.library import Library

#: Bytes of a body that is shown.
MAX_BODY_BYTES = 20_000_000
_HTML = ("text/html", "application/xhtml+xml")
#: Types that are sent as they were captured; all others are sent as text.
_AS_THEY_ARE = re.compile(
    r"(?:image|font|audio|video)/[\w.+-]+|application/(?:font-woff2?|x-font-\w+)"
)


def make_capture_app(library: Library, access: Access) -> Guard:
    """The application; who has no `prefix` of the library's links is answered nothing."""

    def show(request: Request) -> Response:
        return _Shown(library, request).response()

    def failed(_: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        return PlainTextResponse(f"{printable(str(error)) or 'not here'}\n", status)

    app = Starlette(
        routes=[Route(f"/{library.links.prefix}/{{time:str}}/{{url:path}}", show, methods=["GET"])],
        exception_handlers={HTTPException: failed, NewscrawlError: failed},
    )
    names = Access(access.names, access.is_open)
    # Sandboxed pages have no origin: for them every answer is one of another site.
    headers = {
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return Guard(app, names, headers)


class _Shown:
    """One request for a capture."""

    def __init__(self, library: Library, request: Request) -> None:
        self._library, self._time = library, request.path_params["time"]
        query = request.scope["query_string"].decode("latin-1")
        raw = request.scope["raw_path"].decode("latin-1")
        wanted = raw.split("/", 3)[3]
        self._wanted = f"{wanted}?{query}" if query else wanted
        self._origin = f"http://{request.headers['host']}"

    def response(self) -> Response:
        """The capture that is nearest to the time."""
        page = self._nearest()
        exchange = read_exchange(self._library.archive.layout, page)
        try:
            body = exchange.answer.body(limit=MAX_BODY_BYTES)
        except TooLarge as error:
            raise ArchiveError(f"{page.url}: {error}") from error
        head = exchange.answer.head
        content_type = head.get("content-type")
        policy = {"Content-Security-Policy": self._policy(), "Cache-Control": "no-store"}
        is_page = head.media_type in _HTML or (
            head.media_type == "unk" and b"<html" in body[:2000].lower()
        )
        # What no parser should be given is shown as text.
        if is_page and markup_excess(body, LIMITS) is None:
            shown = self._html(page, decode(body, content_type=content_type).text)
            return Response(shown, media_type="text/html; charset=utf-8", headers=policy)
        if head.media_type == "text/css":
            from newscrawl.reader.captured_page import css

            text = css(decode(body, content_type=content_type).text, page.url, self._led_any)
            return Response(text, media_type="text/css; charset=utf-8", headers=policy)
        if _AS_THEY_ARE.fullmatch(head.media_type):
            return Response(body, media_type=head.media_type, headers=policy)
        text = decode(body, content_type=content_type).text
        return Response(
            text.encode("utf-8", "replace"), media_type="text/plain; charset=utf-8", headers=policy
        )

    def _nearest(self) -> Page:
        if not re.fullmatch(r"\d{4,17}", self._time):
            raise HTTPException(404, "a time is written as 20260519083000")
        at = _iso(self._time)
        page = self._library.captures.nearest(self._library.spellings(self._wanted), at)
        if page is None:
            raise HTTPException(404, f"there is no capture of {self._wanted} in this archive")
        return page

    def _html(self, page: Page, text: str) -> bytes:
        # Imported here: the reader starts without what reads markup.
        from newscrawl.reader.captured_page import CapturedPage

        captured = CapturedPage(text, page.url)
        known = self._library.captures.known(captured.addresses())
        banner = (
            f"Captured {page.capture.captured_at} from {printable(page.url)}. Shown from the archive without"
            " scripts; what was not captured is left out."
        )
        return captured.shown(lambda url: self._led(url) if url in known else None, banner)

    def _led(self, url: str) -> str:
        path = quote(url, safe=IN_PATH)
        return f"{self._origin}/{self._library.links.prefix}/{self._time}/{path}"

    def _led_any(self, url: str) -> str | None:
        return self._led(url) if self._library.captures.known([url]) else None

    def _policy(self) -> str:
        own = self._origin
        return (
            f"sandbox; default-src 'none'; img-src {own} data:; style-src {own} 'unsafe-inline';"
            f" font-src {own} data:; media-src {own}; base-uri 'none'; form-action 'none';"
            " frame-ancestors 'none'"
        )


def _iso(digits: str) -> str:
    """The end of the second, minute, ... that a time of CDX names, as `captured_at` is compared."""
    whole = (digits + "99991231235959"[len(digits) : 14])[:14]
    form = "{}-{}-{}T{}:{}:{}.999999Z"
    return form.format(whole[:4], *(whole[n : n + 2] for n in range(4, 14, 2)))


def shown_at(library: Library, host: str, time: str, url: str) -> str:
    """Where this application shows a capture, for a browser that knows the reader as `host`."""
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    path = quote(url, safe=IN_PATH)
    return f"http://{name}:{library.links.port}/{library.links.prefix}/{time}/{path}"
