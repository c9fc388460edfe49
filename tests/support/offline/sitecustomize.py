"""On PYTHONPATH, this forbids every Python process, workers included, to reach a network.

Each attempt is a line in the file that REACHED names, so that one which was caught is seen as well.
"""

import os
import socket
import sys

_REACHING = {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event not in _REACHING:
        return
    if isinstance(arguments[0], socket.socket) and arguments[0].family == socket.AF_UNIX:
        return
    if noted := os.environ.get("REACHED"):
        with open(noted, "a") as file:  # noqa: PTH123 - at its start, a process has no more
            file.write(f"{event} {arguments[1:]}\n")
    raise PermissionError(f"this process must not reach a network: {event} {arguments[1:]}")


sys.addaudithook(_refuse)
