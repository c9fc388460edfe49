"""Runs the reader and the server of captured pages until it is told to stop."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn
from anyio import to_thread

from newscrawl.errors import NewscrawlError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newscrawl.reader.guard import App, Receive, Scope, Send

#: Bytes of the head of a request. Some parameters have 10,000 characters, of up to twelve bytes as an address
#: has them.
MAX_HEAD = 500_000
#: Pages that are made at once: each has a connection to the database.
MAX_AT_ONCE = 6


def listening(host: str, port: int) -> socket.socket:
    """A socket that is bound there; port 0 takes a free one. Raises NewscrawlError."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise NewscrawlError(f"{host}, port {port}: {error.strerror or error}") from error
    return listener


@dataclass(frozen=True, slots=True)
class ByPort:
    """Gives a request to the application of the port that it came to."""

    apps: dict[int, App]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.apps[scope["server"][1]](scope, receive, send)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._say_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        to_thread.current_default_thread_limiter().total_tokens = MAX_AT_ONCE
        self._say_started()


def serve(apps: Sequence[tuple[App, socket.socket]], *, started: Callable[[], None]) -> None:
    """Serve each application on its socket; `started` is called when all answer.

    Ends at SIGINT and SIGTERM, and then raises the signal once more.
    """
    by_port = ByPort({listener.getsockname()[1]: app for app, listener in apps})
    config = uvicorn.Config(
        by_port,
        log_level="error",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
        ws="none",
        h11_max_incomplete_event_size=MAX_HEAD,
        proxy_headers=False,
    )
    _Server(config, started).run(sockets=[listener for _, listener in apps])
