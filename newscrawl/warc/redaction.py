"""Remove credentials from a request before it is written to a WARC."""

from __future__ import annotations

import re

_PLACEHOLDER = b"REDACTED"
#: The whole line is left out: it is for the proxy, and not a part of the exchange with the site.
_LEFT_OUT = frozenset({"proxy-authorization"})
_LINE = re.compile(
    rb"^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(:[ \t]*)([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)(\r?\n)",
    re.MULTILINE,
)


def redact(request: bytes, names: frozenset[str]) -> tuple[bytes, tuple[str, ...]]:
    """The request with the values of these headers (lower case) replaced, and the names of those replaced.

    Proxy-Authorization is always left out, and is among these names.
    """
    end = re.search(rb"\r?\n\r?\n", request)
    head_length = end.end() if end else len(request)
    replaced: list[str] = []

    def line(match: re.Match[bytes]) -> bytes:
        name = match[1].decode("ascii")
        if name.lower() not in names | _LEFT_OUT:
            return match[0]
        if name not in replaced:
            replaced.append(name)
        if name.lower() in _LEFT_OUT:
            return b""
        return match[1] + match[2] + _PLACEHOLDER + match[4]

    head = _LINE.sub(line, request[:head_length])
    return head + request[head_length:], tuple(replaced)
