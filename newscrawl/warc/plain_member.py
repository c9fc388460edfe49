"""A reader of files without compression."""

from __future__ import annotations

from newscrawl.warc.boundaries import (
    MAX_RECORD_START_BYTES,
    RECORD_BEGIN,
    RECORD_LINE,
    find_boundaries,
)
from newscrawl.warc.member_reader import READ_BYTES, MemberReader


class PlainReader(MemberReader):
    """Reads a file without compression: one member, from the offset at which reading begins."""

    def next_member(self) -> bool:
        self.offset = self.end
        self._file.seek(self.offset)
        self._clear(self.offset)
        self.end = self._file.size
        return self.offset < self.end

    def seek(self, offset: int) -> None:
        self.end = offset

    @property
    def at_start(self) -> bool:
        return self.position == self.offset

    def _piece(self) -> bytes:
        return self._file.read(self._chunk)

    def check_block(self, size: int) -> None:
        # Without this a file of small records that each state a large block would be read again and again.
        behind = self.position + size
        if behind > self._file.size:
            left = self._file.size - self.position
            raise self.damaged(f"the block ends after {left} of {size} bytes")
        self._file.seek(behind)
        following = self._file.read(len(RECORD_BEGIN))
        if following[:1] not in (b"\r", b"\n", b"") and following != RECORD_BEGIN:
            raise self.damaged(f"the block goes on behind its {size} bytes")
        self._file.seek(self._base + len(self._buffer))

    def skip(self, size: int) -> int:
        skipped = min(size, self._file.size - self.position)
        if skipped > READ_BYTES:
            position = self.position + skipped
            self._file.seek(position)
            self._clear(position)
            return skipped
        return super().skip(size)

    def recover(self, position: int) -> bool:
        for at in find_boundaries(
            self._file, RECORD_LINE, position, overlap=MAX_RECORD_START_BYTES
        ):
            self.seek(at + 1)
            return False
        self.seek(self._file.size)
        return False
