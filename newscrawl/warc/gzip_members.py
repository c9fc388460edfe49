"""A reader of files of gzip members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.errors import DamagedRecord
from newscrawl.text import inflate
from newscrawl.warc.boundaries import GZIP_MAGIC, MAX_RECORD_START_BYTES
from newscrawl.warc.member_reader import (
    INFLATE_BYTES,
    MAX_SEARCHED_BYTES,
    READ_BYTES,
    CompressedReader,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.storage.files import StoredFile


class GzipMemberReader(CompressedReader):
    """Reads the members of a gzip file."""

    MAGIC = GZIP_MAGIC
    MAGIC_BYTES = 3

    def __init__(self, path: Path, file: StoredFile) -> None:
        super().__init__(path, file)
        self._state = inflate.decompressor()
        #: Whether all that can be decompressed of the current member, which is damaged, is read.
        self._is_broken = False
        #: The last member that was read to its end to explain damage: its offset, and its own damage.
        self._explained: tuple[int, str | None] = (-1, None)

    def next_member(self) -> bool:
        self._input = self._input or self._file.read(self._chunk)
        self._is_broken = False
        self.offset = self.end
        self._start = self.position
        self._state = inflate.decompressor()
        self._clear(self._start)
        return bool(self._input)

    def _piece(self) -> bytes:
        state = self._state
        while not state.eof:
            if self._is_broken:
                raise self.damaged("not a sound gzip member")
            self._input = self._input or self._file.read(self._chunk)
            available = len(self._input)
            if not available:
                raise self._cut_off("gzip member")
            try:
                piece = state.decompress(self._input, INFLATE_BYTES)
            except inflate.Error:
                self._is_broken = True
                piece = self._before_damage()
            else:
                self._input = state.unused_data if state.eof else state.unconsumed_tail
                self.end += available - len(self._input)
            if piece:
                return piece
        return b""

    def _before_damage(self) -> bytes:
        """The decompressed bytes between the last ones that were read and the damage.

        A decompressor returns nothing of the input in which it finds damage. How much that is depends on
        where reading began. What is read must not, and neither must the cause of the damage: so the input
        is decompressed again, byte by byte where the damage is.
        """
        passed = self._base + len(self._buffer) - self._start
        state, made, rest = inflate.decompressor(), 0, b""
        self._file.seek(self.offset)
        try:
            for size in _sizes(self.end - self.offset):
                piece = state.decompress(self._file.read(size))
                rest += piece[max(0, passed - made) :]
                made += len(piece)
            while data := self._file.read(READ_BYTES):
                for at in range(len(data)):
                    piece = state.decompress(data[at : at + 1])
                    rest += piece[max(0, passed - made) :]
                    made += len(piece)
        except inflate.Error:
            pass
        return rest

    def explained(self, damage: DamagedRecord) -> DamagedRecord:
        if self._explained[0] != self.offset:
            own = None
            try:
                self.skip(MAX_SEARCHED_BYTES)
            except DamagedRecord as found:
                own = found.cause
            self._explained = (self.offset, own)
        cause = self._explained[1]
        return DamagedRecord(damage.path, damage.offset, cause) if cause else damage

    def _begin_of(self, offset: int) -> bytes:
        self._file.seek(offset)
        stored = self._file.read(MAX_RECORD_START_BYTES)
        try:
            return inflate.decompressor().decompress(stored, MAX_RECORD_START_BYTES)
        except inflate.Error:
            return b""


def _sizes(total: int) -> Iterator[int]:
    """`total` bytes in pieces."""
    for at in range(0, total, READ_BYTES):
        yield min(READ_BYTES, total - at)
