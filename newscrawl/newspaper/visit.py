"""How a site answers on one connection: validators, content codings, chunks and keep-alive."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newscrawl.newspaper.stories import CLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.newspaper.shelf import Answer
    from newscrawl.newspaper.site_server import SiteServer

#: Bytes in a chunk: small enough that every page is several, and no power of two.
_CHUNK = 1873


class Visit(BaseHTTPRequestHandler):
    """One connection; every answer is built whole, so that repeated runs send the same bytes."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: SiteServer

    def do_GET(self) -> None:
        found = self.server.answer(urlsplit(self.path).path)
        status = 304 if self._is_known(found) else found.status
        self.server.log.write(
            monotonic=time.monotonic(),
            time=datetime.now(UTC).isoformat(),
            site=self.server.site.name,
            host=self.headers.get("Host"),
            method=self.command,
            path=self.path,
            status=status,
            user_agent=self.headers.get("User-Agent"),
            if_none_match=self.headers.get("If-None-Match"),
            if_modified_since=self.headers.get("If-Modified-Since"),
        )
        self._send(found, status)

    do_HEAD = do_GET  # noqa: N815 - the base class looks for this name

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as in the base class
        """Quiet: `--log` has its own lines."""

    def version_string(self) -> str:
        return str(self.server.site.plan["server"])

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002 - as in the base class
        return format_datetime(CLOCK[self.server.site.edition], usegmt=True)

    def send_header(self, keyword: str, value: str) -> None:
        lower = self.server.site.plan.get("lower_case_headers", False)
        super().send_header(keyword.lower() if lower else keyword, value)

    def _is_known(self, found: Answer) -> bool:
        """RFC 9110 section 13.2.2: If-Modified-Since counts only where If-None-Match is absent."""
        if found.status != 200 or found.changed is None:
            return False
        if (tags := self.headers.get("If-None-Match")) is not None:
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return "*" in known or found.etag in known
        return _at_least(self.headers.get("If-Modified-Since"), found.changed)

    def _send(self, found: Answer, status: int) -> None:
        body = found.body if status != 304 else b""
        codings = found.coding.split()
        zipped = "gzip" in codings and _takes_gzip(self.headers.get("Accept-Encoding", ""))
        chunked = "chunked" in codings and self.request_version == "HTTP/1.1"
        if zipped and body:
            body = gzip.compress(body, mtime=0)
        self.send_response(status)
        self._validators(found)
        if found.location:
            self.send_header("Location", found.location)
        if "gzip" in codings:
            self.send_header("Vary", "Accept-Encoding")
        if status != 304:
            self.send_header("Content-Type", found.content_type)
            if zipped:
                self.send_header("Content-Encoding", "gzip")
            if chunked:
                self.send_header("Transfer-Encoding", "chunked")
            else:
                self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.writelines(_chunks(body) if chunked else [body])

    def _validators(self, found: Answer) -> None:
        for name, value in self.server.site.plan.get("headers", ()):
            self.send_header(name, value)
        if found.status != 200:
            return
        if found.changed is None:
            self.send_header("Cache-Control", "no-store")
            return
        weak = "W/" if "gzip" in found.coding else ""
        self.send_header("ETag", weak + found.etag)
        self.send_header("Last-Modified", format_datetime(found.changed, usegmt=True))


def _chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), _CHUNK):
        part = body[start : start + _CHUNK]
        yield b"%x\r\n%b\r\n" % (len(part), part)
    yield b"0\r\n\r\n"


def _takes_gzip(accepted: str) -> bool:
    for offer in accepted.lower().split(","):
        name, _, weight = offer.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _at_least(stated: str | None, changed: datetime) -> bool:
    if not stated:
        return False
    try:
        since = parsedate_to_datetime(stated)
    except ValueError:
        return False
    return since.tzinfo is not None and since >= changed.replace(microsecond=0)
