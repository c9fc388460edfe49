"""A buffered reader of the decompressed bytes of an archive file. It reads forward, in bounded memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE_ENDS = re.compile(rb"[\r\n]*")


class ByteReader:
    """Reads bytes that a subclass provides piece by piece.

    It ends at the end of the member: of a gzip member or zstd frame, or of a file without compression.
    """

    def __init__(self) -> None:
        self._buffer = b""
        self._at = 0
        #: Where the buffer begins in the decompressed file.
        self._base = 0

    def _piece(self) -> bytes:
        """The next bytes of the member, empty at its end."""
        raise NotImplementedError

    @property
    def position(self) -> int:
        """The number of decompressed bytes before the next one."""
        return self._base + self._at

    def read_until(self, mark: bytes, longest: int) -> bytes | None:
        """The bytes up to and including `mark`; None, and nothing is read, without it in `longest` bytes."""
        searched = self._at
        while (found := self._buffer.find(mark, searched, self._at + longest)) < 0:
            searched = max(self._at, len(self._buffer) - len(mark) + 1)
            before = self._at
            if len(self._buffer) - self._at >= longest or not self._extend():
                return None
            searched -= before - self._at
        begin, self._at = self._at, found + len(mark)
        return self._buffer[begin : self._at]

    def read(self, size: int) -> bytes:
        """The next `size` bytes, or fewer at the end."""
        end = self._at + size
        if end <= len(self._buffer):
            data = self._buffer[self._at : end]
            self._at = end
            return data
        return b"".join(self.pieces(size))

    def pieces(self, size: int) -> Iterator[bytes]:
        """The next `size` bytes in pieces, or fewer at the end."""
        while size > 0 and (self._at < len(self._buffer) or self._extend()):
            data = self._buffer[self._at : self._at + size]
            self._at += len(data)
            size -= len(data)
            yield data

    def skip(self, size: int) -> int:
        """Skip `size` bytes, or fewer at the end; return how many."""
        skipped = 0
        while skipped < size and (self._at < len(self._buffer) or self._extend()):
            step = min(size - skipped, len(self._buffer) - self._at)
            self._at += step
            skipped += step
        return skipped

    def find(self, pattern: re.Pattern[bytes], *, overlap: int, within: int) -> bool:
        """Skip everything up to the end of a match. False, and everything is skipped, if there is none.

        A match is no longer than `overlap` bytes; no more than `within` bytes are searched.
        """
        last = self.position + within
        while True:
            ended = len(self.peek(2 * overlap)) < 2 * overlap
            match = pattern.search(self._buffer, self._at)
            if match and (ended or match.start() + overlap <= len(self._buffer)):
                self._at = match.end()
                return True
            if ended or self.position > last:
                return False
            self._at = match.start() if match else len(self._buffer) - overlap

    def skip_line_ends(self) -> int:
        """Skip all line ends that follow; return the number of bytes."""
        begin = self.position
        while True:
            self._at = _LINE_ENDS.match(self._buffer, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._buffer) or not self._extend():
                return self.position - begin

    def at_end(self) -> bool:
        """Whether the member has no more bytes."""
        return self._at >= len(self._buffer) and not self._extend()

    def peek(self, size: int) -> bytes:
        """The next `size` bytes, or fewer at the end, without reading past them."""
        while len(self._buffer) - self._at < size and self._extend():
            pass
        return self._buffer[self._at : self._at + size]

    def _extend(self) -> bool:
        piece = self._piece()
        if not piece:
            return False
        self._base += self._at
        self._buffer = self._buffer[self._at :] + piece if self._at < len(self._buffer) else piece
        self._at = 0
        return True

    def _clear(self, position: int) -> None:
        self._buffer, self._at, self._base = b"", 0, position
