"""Split a captured HTTP message: interim responses, head, chunks and body.

Pure functions of bytes, as they came over the wire or as another tool stored them. Nothing is changed, and
what is not understood is tolerated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from newscrawl.errors import NotHttp
from newscrawl.text.blocks import peek
from newscrawl.text.decompression import decode
from newscrawl.warc.chunked import MAX_SIZE_LINE_BYTES, begins_with_chunk, dechunk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "Head",
    "body_of",
    "dechunk",
    "decode",
    "interim_length",
    "payload",
    "read_head",
    "read_message",
]

_HEAD_END = re.compile(rb"\n\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/\d+(?:\.\d+)?[ \t]+(\d{3})(?!\d)")
#: How a gzip stream with deflated data begins.
_GZIP = b"\x1f\x8b\x08"
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
#: Longest head. What has a longer one is not HTTP.
_MAX_HEAD_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Head:
    """Start line and headers of one message.

    `headers` are in their order and case, decoded as Latin-1. Folded lines are joined by a space, lines
    without a colon are left out. `length` is the number of bytes up to and including the empty line.
    """

    start_line: bytes
    headers: tuple[tuple[str, str], ...]
    length: int

    @property
    def status(self) -> int | None:
        """The status code; None if the start line is no status line."""
        match = _STATUS_LINE.match(self.start_line)
        return int(match[1]) if match else None

    @property
    def chunked(self) -> bool:
        """Whether the last transfer coding is chunked."""
        codings = ",".join(self.all("transfer-encoding")).lower()
        return codings.rpartition(",")[2].strip() == "chunked"

    @property
    def media_type(self) -> str:
        """The declared media type without parameters, in lower case; `unk` where there is none."""
        declared = (self.get("content-type") or "").partition(";")[0].strip().lower()
        return declared if _MEDIA_TYPE.fullmatch(declared) else "unk"

    @property
    def content_coding(self) -> str:
        """All content codings, in the order in which they were applied."""
        return ", ".join(self.all("content-encoding"))

    def get(self, name: str) -> str | None:
        """The first value of this header."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[str]:
        wanted = name.lower()
        return [value for have, value in self.headers if have.lower() == wanted]


def read_head(buffer: bytes, start: int = 0) -> Head | None:
    """The head of the message at `start`, or None if `buffer` does not hold its end."""
    end = _HEAD_END.search(buffer, start)
    if end is None:
        return None
    start_line, *lines = buffer[start : end.start()].split(b"\n")
    return Head(start_line.removesuffix(b"\r"), tuple(_headers(lines)), end.end() - start)


def _headers(lines: list[bytes]) -> Iterator[tuple[str, str]]:
    unfolded: list[list[bytes]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and unfolded:
            unfolded[-1].append(line.strip())
        else:
            unfolded.append([line.strip()])
    for parts in unfolded:
        name, colon, value = b" ".join(parts).partition(b":")
        if colon:
            yield name.strip().decode("latin-1"), value.strip().decode("latin-1")


def read_message(blocks: Iterable[bytes]) -> tuple[Head, Iterator[bytes]]:
    """The head of the final response, and the bytes behind it in pieces.

    Raises NotHttp where the bytes do not begin with the head of an HTTP response.
    """
    size = 1
    first, whole = peek(blocks, size)
    while (head := _final_head(first)) is None and size <= len(first) < _MAX_HEAD_BYTES:
        size = 2 * len(first)  # not one block more: each search begins at the beginning
        first, whole = peek(whole, size)
    if head is None:
        raise NotHttp(first[:60])
    behind = interim_length(first) + head.length
    return head, chain([first[behind:]], islice(whole, 1, None))


def _final_head(buffer: bytes) -> Head | None:
    head = read_head(buffer, interim_length(buffer))
    return head if head is not None and head.start_line.startswith(b"HTTP/") else None


def interim_length(buffer: bytes) -> int:
    """The number of bytes of interim responses (1xx, but not 101) before the final one."""
    length = 0
    while (head := read_head(buffer, length)) is not None:
        status = head.status
        if status is None or not 100 <= status <= 199 or status == 101:
            break
        length += head.length
    return length


def payload(
    head: Head, blocks: Iterable[bytes], damage: list[str] | None = None
) -> Iterator[bytes]:
    """The body without its transfer coding, of which a payload digest is taken.

    `blocks` are the bytes behind the head. Some tools store the body without chunks and keep the header.
    Such a body is recognised by not beginning with a chunk. A chunked body without its end is added to
    `damage`, once read.
    """
    if not head.chunked:
        return iter(blocks)
    first, whole = peek(blocks, MAX_SIZE_LINE_BYTES)
    return _dechunked(whole, damage) if begins_with_chunk(first) else whole


def _dechunked(blocks: Iterable[bytes], damage: list[str] | None) -> Iterator[bytes]:
    is_whole = yield from dechunk(blocks)
    if not is_whole and damage is not None:
        damage.append("the chunks end early")


def body_of(
    block: bytes | Iterable[bytes],
    *,
    limit: int = 20_000_000,
    ratio: int = 0,
    damage: list[str] | None = None,
) -> tuple[Head, bytes]:
    """Head and decoded body of the block of a response record, which may be given in pieces.

    What is damaged in its codings, so that the body is not what was sent, is added to `damage`.

    Raises NotHttp where there is no head, TooLarge where the body has more than `limit` bytes, Bomb
    where it has more than `ratio` times the stored bytes.
    """
    head, blocks = read_message([block] if isinstance(block, bytes) else block)
    whole = payload(head, blocks, damage)
    coded = decode(whole, head.content_coding, limit=limit, ratio=ratio, damage=damage)
    body = b"".join(coded)
    if _is_coded_twice(head, body):
        body = b"".join(decode([body], "gzip", limit=limit, ratio=ratio, damage=damage))
    return head, body


def _is_coded_twice(head: Head, body: bytes) -> bool:
    """Whether a page that is said to be in one gzip stream is in two: a server and its cache made them."""
    is_page = head.media_type in ("text/html", "application/xhtml+xml")
    return is_page and head.content_coding.lower() in ("gzip", "x-gzip") and body[:3] == _GZIP
