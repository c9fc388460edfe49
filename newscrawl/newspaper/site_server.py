"""One site on its address, and the log of what it was asked."""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import unquote

from newscrawl.newspaper.shelf import Answer, Shelf, missing, stock

if TYPE_CHECKING:
    from newscrawl.newspaper.stories import Site


class SiteServer(ThreadingHTTPServer):
    """One site on its address; `open` puts its pages on the shelf once all base URLs are known."""

    daemon_threads = True

    def __init__(
        self,
        site: Site,
        address: tuple[str, int],
        visit: type[BaseHTTPRequestHandler],
        log: RequestLog,
    ) -> None:
        super().__init__(address, visit)
        self.site, self.log = site, log
        self.shelf: Shelf = {}
        self.lost = Answer(b"", status=404)
        self.visits: Counter[str] = Counter()
        self.lock = threading.Lock()

    @property
    def base(self) -> str:
        host, port = self.socket.getsockname()
        return f"http://{host}:{port}"

    def open(self, bases: dict[str, str]) -> None:
        self.shelf = stock(self.site, bases)
        self.lost = missing(self.site, bases)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no event; anything else is reported as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def answer(self, path: str) -> Answer:
        found = self.shelf.get(path) or self.shelf.get(unquote(path), self.lost)
        if isinstance(found, Answer):
            return found
        with self.lock:
            self.visits[path] += 1
            return found(self.visits[path])


class RequestLog:
    """Appends one JSON line a request, whole and at once."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def write(self, **entry: Any) -> None:
        if self._stream is not None:
            with self._lock:
                self._stream.write(json.dumps(entry) + "\n")
                self._stream.flush()
