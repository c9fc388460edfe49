"""Faults of TLS, each on a port of its own."""

from __future__ import annotations

import socket
import ssl
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))
from answers import answer, story
from certificate import make_certificate

if TYPE_CHECKING:
    from collections.abc import Callable

    Act = Callable[[socket.socket], None]


def listen(folder: Path, log: Path) -> dict[str, str]:
    """Start all; gives how the page of each may end."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(make_certificate(folder))
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    old.load_cert_chain(folder / "server.pem")
    old.maximum_version = ssl.TLSVersion.TLSv1_1

    def under(context: ssl.SSLContext) -> Act:
        def serve(connection: socket.socket) -> None:
            with context.wrap_socket(connection, server_side=True) as secured:
                head = secured.recv(65536)
                with log.open("ab") as file:
                    file.write(b"tls " + head)
                secured.sendall(answer(story())[0])

        return serve

    def hang(connection: socket.socket) -> None:
        time.sleep(60)

    def drip(connection: socket.socket) -> None:
        connection.recv(4096)
        for byte in b"\x16\x03\x03\x40\x00" + bytes(900):
            connection.sendall(bytes([byte]))
            time.sleep(0.2)

    def say(data: bytes) -> Act:
        def act(connection: socket.socket) -> None:
            connection.recv(4096)
            connection.sendall(data)

        return act

    acts: dict[str, tuple[Act, str]] = {
        "127.0.0.90": (under(context), "tls"),  # a certificate that nobody vouches for
        "127.0.0.91": (under(old), "tls"),
        "127.0.0.92": (hang, "first-byte"),
        "127.0.0.93": (say(answer(story())[0]), "tls"),
        "127.0.0.94": (say(b"\x16\x03\x03\xff\xff" + b"\xff" * 70_000), "tls|connection"),
        "127.0.0.95": (say(b"\x15\x03\x03\x00\x02\x02\x28"), "tls"),
        "127.0.0.96": (lambda _: None, "tls|connection"),
        "127.0.0.97": (drip, "first-byte|tls"),
    }
    return {f"https://{_start(name, act)}/page": ends for name, (act, ends) in acts.items()}


def _start(address: str, act: Act) -> str:
    listener = socket.create_server((address, 0))

    def serve(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            act(connection)

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return f"{address}:{listener.getsockname()[1]}"
