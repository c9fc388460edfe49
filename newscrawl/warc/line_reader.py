"""Bytes that come in blocks of any size, read by the line or by the byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class LineReader:
    """Blocks, read by the line or by the byte."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._buffer = b""
        self._at = 0

    def read_line(self, longest: int) -> bytes | None:
        """The next line without its line feed, None where none ends within `longest` bytes."""
        while (end := self._buffer.find(b"\n", self._at, self._at + longest)) < 0:
            block = next(self._blocks, None)
            if block is None or len(self._buffer) - self._at >= longest:
                return None
            self._buffer, self._at = self._buffer[self._at :] + block, 0
        line, self._at = self._buffer[self._at : end], end + 1
        return line

    def read(self, size: int) -> bytes:
        """The next bytes, up to `size` of them; empty at the end."""
        while self._at >= len(self._buffer):
            block = next(self._blocks, None)
            if block is None:
                return b""
            self._buffer, self._at = block, 0
        data = self._buffer[self._at : self._at + size]
        self._at += len(data)
        return data
