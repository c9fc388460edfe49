"""On PYTHONPATH, this resolves the names in the environment's NAMES, as JSON: a name's addresses.

Of several addresses each look-up gives the next one, the last one for ever: a name that is bound anew.
"""

import json
import os
import socket

_names: dict[str, list[str]] = json.loads(os.environ.get("NAMES", "{}"))
_getaddrinfo, _gethostbyname = socket.getaddrinfo, socket.gethostbyname


def _address(host: object) -> object:
    known = _names.get(host) if isinstance(host, str) else None
    if known is None:
        return host
    return known.pop(0) if len(known) > 1 else known[0]


socket.getaddrinfo = lambda host, *a, **k: _getaddrinfo(_address(host), *a, **k)
socket.gethostbyname = lambda host: _gethostbyname(_address(host))  # type: ignore[arg-type]
