"""A server that knows nothing of HTTP but where a request ends, and notes every byte of every connection.

`raw_server.py FOLDER` prints one line of JSON with its ports and what it can do, then serves until its
input ends. FOLDER/log/N.jsonl has, for each exchange of connection N, the bytes in both directions.
"""

from __future__ import annotations

import base64
import json
import re
import socket
import ssl
import sys
import threading
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

from behaviours import BEHAVIOURS, Behaviour, ok
from certificate import make_certificate

_numbers = count()


def read_request(connection: socket.socket) -> bytes:
    """The bytes of the next request; fewer at the end of the connection."""
    data = b""
    while True:
        head, end, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"(?im)^content-length: *(\d+)", head)
        if end and len(body) >= (int(length[1]) if length else 0):
            return data
        try:
            more = connection.recv(65536)
        except OSError:
            return data
        if not more:
            return data
        data += more


def behaviour_of(request: bytes) -> Behaviour:
    path = request.split(b" ")[1].decode().rpartition("/")[2]
    name, _, query = path.partition("?")
    if name == "numbered":
        number = int(query)
        body = (b"%d," % number) * (number % 500)
        return Behaviour([ok(body, b"X-nUmBer: %d" % number, b"Connection: keep-alive")])
    return BEHAVIOURS[name]


class Connection:
    def __init__(self, connection: socket.socket, log: Path) -> None:
        self.socket = connection
        self.log = log / f"{next(_numbers)}.jsonl"
        self.served = 0

    def serve(self) -> None:
        with suppress(OSError), self.socket:
            while request := read_request(self.socket):
                behaviour = behaviour_of(request)
                pieces = behaviour.pieces
                stale = self.served > 0 and behaviour.stale is not None
                if stale:
                    pieces = behaviour.stale or []
                self.note(request, b"".join(pieces))
                self.served += 1
                for piece in pieces:
                    self.socket.sendall(piece)
                    time.sleep(behaviour.pause)
                if behaviour.then == "hang":
                    read_request(self.socket)
                if behaviour.then != "keep" or stale:
                    break
            if isinstance(self.socket, ssl.SSLSocket):
                self.socket.settimeout(1)
                self.socket.unwrap()
            self.socket.shutdown(socket.SHUT_RDWR)

    def note(self, request: bytes, answer: bytes) -> None:
        """What came in and what goes out; on the disk before the client can have it."""
        line = {"in": base64.b64encode(request).decode(), "out": base64.b64encode(answer).decode()}
        with self.log.open("a") as log:
            log.write(json.dumps({"connection": self.log.stem, **line}) + "\n")


def listen(log: Path, context: ssl.SSLContext | None) -> int:
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=begin, args=(connection,), daemon=True).start()

    def begin(connection: socket.socket) -> None:
        try:
            if context is not None:
                connection = context.wrap_socket(connection, server_side=True)
        except OSError:
            return
        Connection(connection, log).serve()

    threading.Thread(target=accept, daemon=True).start()
    return int(listener.getsockname()[1])


def main(folder: Path) -> None:
    log = folder / "log"
    log.mkdir()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(make_certificate(folder))
    ports = {"http": listen(log, None), "https": listen(log, context)}
    expected = {name: each.expectations() for name, each in BEHAVIOURS.items()}
    print(json.dumps({**ports, "log": str(log), "expected": expected}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
