"""An HTTP proxy that also tunnels, and notes what it was asked.

Prints one line of JSON with its port; serves until its input ends. FOLDER/asked.jsonl has the head of
every request that was sent to it.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from raw_server import read_request


def pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def serve(client: socket.socket, asked: Path) -> None:
    with suppress(OSError), client:
        request = read_request(client)
        with asked.open("a") as log:
            log.write(json.dumps(request.decode("latin-1")) + "\n")
        method, target, _ = request.split(b" ", 2)
        place = target.decode() if method == b"CONNECT" else urlsplit(target.decode()).netloc
        host, _, port = place.rpartition(":")
        with socket.create_connection((host, int(port))) as server:
            if method == b"CONNECT":
                client.sendall(b"HTTP/1.1 200 Tunnel ready\r\nVia: tests\r\n\r\n")
            else:
                server.sendall(request)
            threading.Thread(target=pump, args=(client, server), daemon=True).start()
            pump(server, client)


def main(folder: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            client, _ = listener.accept()
            threading.Thread(
                target=serve, args=(client, folder / "asked.jsonl"), daemon=True
            ).start()

    threading.Thread(target=accept, daemon=True).start()
    print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
