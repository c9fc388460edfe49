"""Bytes that come in blocks of any size, without holding them all."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from newscrawl.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def peek(blocks: Iterable[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, at least `size` if there are that many, and all blocks, these included."""
    rest, pieces, length = iter(blocks), [], 0
    while length < size and (block := next(rest, None)) is not None:
        pieces.append(block)
        length += len(block)
    first = b"".join(pieces)
    return first, chain([first] if first else [], rest)


def limited(blocks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """The same blocks; raises TooLarge at the one that would make more than `limit` bytes."""
    left = limit
    for block in blocks:
        left -= len(block)
        if left < 0:
            raise TooLarge(limit)
        yield block
