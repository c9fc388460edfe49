"""The bytes inside gzip, by content and not by name, up to a bound."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

from newscrawl.discovery.links import BOUNDS, note, note_bomb

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Unpacked bytes that no ratio makes a bomb of.
_HARMLESS = 1024 * 1024
#: How much is read and unpacked at a time.
CHUNK = 65_536
#: Gzip in gzip (a .gz file that the server compressed again) is opened this often.
LAYERS = 3

_MAGIC = b"\x1f\x8b"


class Readable(Protocol):
    """A binary stream."""

    def read(self, size: int, /) -> bytes: ...


def chunks(
    stream: Readable, faults: list[str], *, limit: int = BOUNDS.unpacked, ratio: int = BOUNDS.ratio
) -> Iterator[bytes]:
    """The stream's content in pieces of at most CHUNK bytes, unpacked where it is gzip.

    It ends early, with a fault, where there is more than `limit` or more than `ratio` times what came.
    """
    came = 0

    def counted() -> Iterator[bytes]:
        nonlocal came
        while piece := stream.read(CHUNK):
            came += len(piece)
            yield piece

    pieces: Iterator[bytes] = counted()
    for _ in range(LAYERS):
        pieces, packed = _peek(pieces)
        if not packed:
            break
        pieces = _gunzip(pieces, faults)
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            note(faults, f"cut at {limit} bytes")
            return
        if size > _HARMLESS and size > ratio * came:
            note_bomb(faults, f"more than {ratio} times as long, unpacked")
            return
        yield piece


def _peek(pieces: Iterator[bytes]) -> tuple[Iterator[bytes], bool]:
    first = next(pieces, b"")
    while 0 < len(first) < len(_MAGIC) and (more := next(pieces, b"")):
        first += more

    def again() -> Iterator[bytes]:
        yield first
        yield from pieces

    return again(), first.startswith(_MAGIC)


def _gunzip(pieces: Iterator[bytes], faults: list[str]) -> Iterator[bytes]:
    """Unpack member after member; what follows the last whole one is left out."""
    member = zlib.decompressobj(wbits=31)
    try:
        for piece in pieces:
            data = piece
            while data:
                if member.eof:
                    if not data.startswith(_MAGIC[:1]):
                        return
                    member = zlib.decompressobj(wbits=31)
                if out := member.decompress(data, CHUNK):
                    yield out
                data = member.unused_data if member.eof else member.unconsumed_tail
    except zlib.error as error:
        note(faults, f"damaged gzip: {error}")
        return
    if rest := member.flush():
        yield rest
    if not member.eof:
        note(faults, "the gzip data ends early")
