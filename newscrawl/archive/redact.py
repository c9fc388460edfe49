"""Which bytes of a request never reach a WARC: credentials."""

from __future__ import annotations

import re

_ALWAYS = frozenset({"proxy-authorization"})
_PLACEHOLDER = b"REDACTED"
_LINE = re.compile(rb"^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(:[ \t]*)([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", re.MULTILINE)


def redact(request: bytes, names: frozenset[str]) -> tuple[bytes, tuple[str, ...]]:
    """The request with the values of these headers (lower case) replaced, and which ones were.

    Proxy-Authorization is replaced always: it was meant for the proxy, and the archive is of the site.
    """
    end = re.search(rb"\r?\n\r?\n", request)
    head_length = end.end() if end else len(request)
    replaced: list[str] = []

    def value(match: re.Match[bytes]) -> bytes:
        name = match[1].decode("ascii")
        if name.lower() not in names | _ALWAYS:
            return match[0]
        replaced.append(name)
        return match[1] + match[2] + _PLACEHOLDER

    head = _LINE.sub(value, request[:head_length])
    return head + request[head_length:], tuple(replaced)
