"""The three sites on their addresses, and the log of what they were asked."""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from http.server import ThreadingHTTPServer
from typing import Any, TextIO
from urllib.parse import unquote

from newscrawl.newspaper.shelf import Answer, Shelf, missing, stock
from newscrawl.newspaper.stories import SITES, Site, read_sites
from newscrawl.newspaper.visit import Visit


class SiteServer(ThreadingHTTPServer):
    """One site on its address; `open` puts its pages on the shelf once all base URLs are known."""

    daemon_threads = True

    def __init__(self, site: Site, address: tuple[str, int], log: RequestLog) -> None:
        super().__init__(address, Visit)
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


#: How often a port that is free on one address is looked for on all of them.
_TRIES = 20


def open_sites(edition: int, port: int, log: TextIO | None) -> list[SiteServer]:
    """The three servers, on one port, bound and stocked but not yet serving.

    Port 0 is one that is free on all three addresses. Raises OSError if a port is taken.
    """
    sites, journal = read_sites(edition), RequestLog(log)
    for attempt in range(_TRIES):
        try:
            servers = _bind(sites, port, journal)
            break
        except OSError:
            if port or attempt == _TRIES - 1:
                raise
    bases = {server.site.name: server.base for server in servers}
    for server in servers:
        server.open(bases)
    return servers


def _bind(sites: dict[str, Site], port: int, journal: RequestLog) -> list[SiteServer]:
    servers: list[SiteServer] = []
    for number, name in enumerate(SITES, 1):
        address = f"127.0.0.{number}"
        try:
            servers.append(SiteServer(sites[name], (address, port), journal))
        except OSError as error:
            for server in servers:
                server.server_close()
            raise OSError(f"cannot listen on {address}:{port}: {error.strerror}") from error
        port = servers[0].server_address[1]
    return servers
