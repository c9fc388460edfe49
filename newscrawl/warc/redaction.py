"""Which bytes of a request never reach a WARC: credentials."""

from __future__ import annotations

import re

_PLACEHOLDER = b"REDACTED"
#: Meant for the proxy, and the archive is of the site: the whole line is left out.
_LEFT_OUT = frozenset({"proxy-authorization"})
_LINE = re.compile(
    rb"^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(:[ \t]*)([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)(\r?\n)",
    re.MULTILINE,
)


def redact(request: bytes, names: frozenset[str]) -> tuple[bytes, tuple[str, ...]]:
    """The request with the values of these headers (lower case) replaced, and which ones were.

    Proxy-Authorization is left out always, and named among them.
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
