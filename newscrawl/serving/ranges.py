"""Which bytes of a file does a request ask for? RFC 9110, section 14."""

from __future__ import annotations

import re

_ONE_RANGE = re.compile(r"bytes\s*=\s*(\d*)\s*-\s*(\d*)", re.ASCII | re.IGNORECASE)


def asked_for(header: str | None, size: int) -> range | None:
    """The offsets that a Range header asks for, None for the whole file.

    Empty if none of them are there, which is to be answered with 416. Several ranges at once, other
    units and what cannot be understood ask for the whole, as the section allows.
    """
    match = _ONE_RANGE.fullmatch((header or "").strip())
    if match is None:
        return None
    first, last = match.groups()
    if first:
        if last and int(last) < int(first):
            return None
        return range(int(first), min(int(last) + 1, size) if last else size)
    return range(max(0, size - int(last)), size) if last else None
