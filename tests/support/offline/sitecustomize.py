"""On PYTHONPATH, this forbids every Python process, workers included, to reach a network."""

import socket

_connect = socket.socket.connect


def _refuse(self: socket.socket, address: object) -> None:
    if self.family != socket.AF_UNIX:
        raise PermissionError(f"this process must not reach a network: {address}")
    _connect(self, address)  # type: ignore[arg-type]


def _refuse_names(host: object, *_: object, **__: object) -> None:
    raise PermissionError(f"this process must not reach a network: {host}")


socket.socket.connect = _refuse  # type: ignore[method-assign,assignment]
socket.getaddrinfo = _refuse_names  # type: ignore[assignment]
