"""A handful of files over HTTP on loopback: these and no others, whole or in part."""

from __future__ import annotations

import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from newscrawl.errors import NewscrawlError
from newscrawl.serving.ranges import asked_for
from newscrawl.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOOPBACK = "127.0.0.1"

_MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".wacz": "application/wacz",
}


class Site(ThreadingHTTPServer):
    """Serves `files`, by path, with `headers` on each answer; port 0 takes a free one."""

    daemon_threads = True

    def __init__(
        self, files: Mapping[str, Path], *, headers: Mapping[str, str], port: int = 0
    ) -> None:
        self.files, self.headers = dict(files), dict(headers)
        try:
            super().__init__((LOOPBACK, port), _Handler)
        except OSError as error:
            raise NewscrawlError(f"port {port}: {error.strerror}") from error

    @property
    def base(self) -> str:
        return f"http://{LOOPBACK}:{self.server_port}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away has nobody left to tell; the rest goes to stderr."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: Site
    protocol_version = "HTTP/1.1"
    server_version = f"newscrawl/{__version__}"
    sys_version = ""
    #: Seconds after which a silent connection is closed.
    timeout = 60

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, *args: object) -> None:
        """What a browser asks for is nothing to tell the user."""

    def _answer(self) -> None:
        if self.headers.get("Host") not in self._own_names():
            # A site whose name was pointed at loopback would otherwise read the archive.
            self._say(HTTPStatus.MISDIRECTED_REQUEST)
            return
        path = self.server.files.get(self.path.partition("?")[0])
        if path is None or not path.is_file():
            self._say(HTTPStatus.NOT_FOUND)
            return
        self._send(path)

    def _own_names(self) -> tuple[str, str]:
        port = self.server.server_port
        return f"{LOOPBACK}:{port}", f"localhost:{port}"

    def _send(self, path: Path) -> None:
        with path.open("rb") as file:
            size = path.stat().st_size
            part = asked_for(self.headers.get("Range"), size)
            media_type = _MEDIA_TYPES.get(path.suffix, "application/octet-stream")
            if part is None:
                self._head(HTTPStatus.OK, media_type, size)
            elif part:
                place = f"bytes {part.start}-{part.stop - 1}/{size}"
                self._head(HTTPStatus.PARTIAL_CONTENT, media_type, len(part), place)
            else:
                self._say(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, f"bytes */{size}")
                return
            wanted = range(size) if part is None else part
            if self.command != "HEAD" and wanted:
                self.connection.sendfile(file, wanted.start, len(wanted))

    def _say(self, status: HTTPStatus, place: str | None = None) -> None:
        body = f"{status.value} {status.phrase}\n".encode()
        self._head(status, "text/plain; charset=utf-8", len(body), place)
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(
        self, status: HTTPStatus, media_type: str, length: int, place: str | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(length))
        self.send_header("Accept-Ranges", "bytes")
        # Another archive may be served under the same address next time.
        self.send_header("Cache-Control", "no-store")
        if place is not None:
            self.send_header("Content-Range", place)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
