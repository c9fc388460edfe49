"""The chunked transfer coding (RFC 9112, 7.1), as servers send it and as it was cut off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawl.warc.line_reader import LineReader

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

#: Longest line with the size of a chunk, extensions included.
MAX_SIZE_LINE_BYTES = 16 * 1024

_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[ \t]*(?:;.*)?\r?")


def dechunk(blocks: Iterable[bytes]) -> Generator[bytes, None, bool]:
    """The data of a chunked body, without extensions and trailers, up to the first damage.

    Returns whether the last chunk was reached.
    """
    source = LineReader(blocks)
    while True:
        line = source.read_line(MAX_SIZE_LINE_BYTES)
        size = _SIZE.fullmatch(line) if line is not None else None
        left = int(size[1], 16) if size else 0
        if not left:
            return size is not None
        while left:
            data = source.read(left)
            if not data:
                return False
            left -= len(data)
            yield data
        line = source.read_line(MAX_SIZE_LINE_BYTES)
        if line is None or line.strip():
            return False


def ends_whole(blocks: Iterable[bytes]) -> bool:
    """Whether a chunked body ends with its last chunk."""
    data = dechunk(blocks)
    while True:
        try:
            next(data)
        except StopIteration as end:
            return bool(end.value)


def begins_with_chunk(body: bytes) -> bool:
    """Whether a body of at least MAX_SIZE_LINE_BYTES bytes, or a whole one, begins with a chunk."""
    line, _, rest = body.partition(b"\n")
    size = _SIZE.fullmatch(line)
    if size is None:
        return False
    behind = rest[int(size[1], 16) :][:2]
    return int(size[1], 16) == 0 or behind in (b"", b"\r", b"\r\n") or behind.startswith(b"\n")
