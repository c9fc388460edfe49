"""A reader of files of gzip members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.text import inflate
from newscrawl.warc.boundaries import GZIP_MAGIC, MAX_RECORD_START_BYTES
from newscrawl.warc.member_reader import INFLATE_BYTES, CompressedReader

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.storage.files import StoredFile


class GzipMemberReader(CompressedReader):
    """Reads the members of a gzip file."""

    MAGIC = GZIP_MAGIC
    MAGIC_BYTES = 3

    def __init__(self, path: Path, file: StoredFile) -> None:
        super().__init__(path, file)
        self._state = inflate.decompressor()

    def next_member(self) -> bool:
        self._input = self._input or self._file.read(self._chunk)
        self.offset = self.end
        self._start = self.position
        self._state = inflate.decompressor()
        self._clear(self._start)
        return bool(self._input)

    def _piece(self) -> bytes:
        state = self._state
        while not state.eof:
            self._input = self._input or self._file.read(self._chunk)
            available = len(self._input)
            if not available:
                raise self._cut_off("gzip member")
            try:
                piece = state.decompress(self._input, INFLATE_BYTES)
            except inflate.Error as error:
                raise self.damaged(f"not a sound gzip member: {error}") from error
            self._input = state.unused_data if state.eof else state.unconsumed_tail
            self.end += available - len(self._input)
            if piece:
                return piece
        return b""

    def _begin_of(self, offset: int) -> bytes:
        self._file.seek(offset)
        stored = self._file.read(MAX_RECORD_START_BYTES)
        try:
            return inflate.decompressor().decompress(stored, MAX_RECORD_START_BYTES)
        except inflate.Error:
            return b""
