"""The common part of the readers of an archive file: its members, and the records in them.

Damage raises DamagedRecord. `recover` then moves to the next offset at which a record begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from newscrawl.errors import CaptureNotFound, DamagedRecord
from newscrawl.warc.boundaries import (
    MAX_RECORD_START_BYTES,
    RECORD_LINE,
    RECORD_START,
    VERSION_LINE,
    find_boundaries,
)
from newscrawl.warc.byte_reader import ByteReader

if TYPE_CHECKING:
    import re
    from pathlib import Path

    from newscrawl.storage.files import StoredFile

#: Stored bytes that are read at a time, unless `expect` says more.
READ_BYTES = 64 * 1024
#: Decompressed bytes that are made at a time.
INFLATE_BYTES = 1024 * 1024
#: Bytes of a member that are searched for a record behind a damaged one, and such searches in a file.
MAX_SEARCHED_BYTES = 256 * 1024 * 1024
_MAX_SEARCHES = 8


class MemberReader(ByteReader):
    """The members of one file, one after the other."""

    is_compressed = False

    def __init__(self, path: Path, file: StoredFile) -> None:
        super().__init__()
        self.path = path
        self._file = file
        #: The offset of the current member, and that of the next one once the current one is read.
        self.offset = 0
        self.end = 0
        #: The offset of the current record: that of its member, or its position in the decompressed file.
        self.record_offset = 0
        self._chunk = READ_BYTES

    def next_member(self) -> bool:
        """Go to the next member; False at the end of the file."""
        raise NotImplementedError

    def seek(self, offset: int) -> None:
        """Make the member at `offset` the next one."""
        raise NotImplementedError

    def recover(self, position: int) -> bool:
        """Go to the first record behind the damaged one at `position`.

        True if that is in the current member. Else it is in the next one, or there is none.
        """
        raise NotImplementedError

    @property
    def at_start(self) -> bool:
        """Whether nothing of the current member has been read."""
        raise NotImplementedError

    @property
    def reached(self) -> int:
        """The offset in the file of the current member or, without compression, of the next byte."""
        return self.offset if self.is_compressed else self.position

    @property
    def is_empty(self) -> bool:
        """Whether the file has no bytes."""
        return self._file.size == 0

    def mark_record(self) -> None:
        """Note that a record begins here."""
        self.record_offset = self.offset if self.at_start else self.position

    def expect(self, length: int) -> None:
        """Read `length` stored bytes at a time: those behind are not needed."""
        self._chunk = min(max(length, 1), INFLATE_BYTES)

    def check_block(self, size: int) -> None:
        """Raise DamagedRecord if a block of `size` bytes can be ruled out without reading it."""

    def seek_record(self, offset: int) -> None:
        """Go to the record at `offset`. Raises CaptureNotFound where none begins."""
        if not 0 <= offset < self._file.size:
            raise self._nothing_at(offset)
        self.record_offset = offset
        self.seek(offset)
        if not (self.next_member() and self.at_record()):
            raise self._nothing_at(offset)

    def _nothing_at(self, offset: int) -> CaptureNotFound:
        return CaptureNotFound(f"{self.path}: no record begins at byte {offset}")

    def at_record(self) -> bool:
        """Whether a record begins here, by the same rule as for records that are read one after the other."""
        begin = self.peek(MAX_RECORD_START_BYTES)
        return (RECORD_START.match(begin) or VERSION_LINE.match(begin)) is not None

    def damaged(self, cause: str) -> DamagedRecord:
        return DamagedRecord(str(self.path), self.record_offset, cause)

    def explained(self, damage: DamagedRecord) -> DamagedRecord:
        """The damage of the member itself, if that is what makes the record unreadable."""
        return damage


class CompressedReader(MemberReader):
    """Reads compressed members. Most tools write one for each record, some write one for the whole file."""

    is_compressed = True
    #: The bytes with which a member begins, and how many these are.
    MAGIC: ClassVar[re.Pattern[bytes]]
    MAGIC_BYTES: ClassVar[int]

    def __init__(self, path: Path, file: StoredFile) -> None:
        super().__init__(path, file)
        #: Stored bytes that are read and not yet decompressed.
        self._input = b""
        #: The position in the decompressed file at which the current member begins.
        self._start = 0
        self._searches = 0

    def _begin_of(self, offset: int) -> bytes:
        """The first bytes of the member at `offset`; empty where none begins."""
        raise NotImplementedError

    def seek(self, offset: int) -> None:
        self._file.seek(offset)
        self._input, self.end = b"", offset

    @property
    def at_start(self) -> bool:
        return self.position == self._start

    def seek_record(self, offset: int) -> None:
        """Go to the record at `offset`, which may be a position in the decompressed file."""
        if 0 <= offset < self._file.size:
            self._file.seek(offset)
            if self.MAGIC.match(self._file.read(self.MAGIC_BYTES)):
                super().seek_record(offset)
                return
        self.seek(0)
        self._clear(0)
        while self.position < offset and self.next_member():
            self.skip(offset - self.position)
        if self.position != offset or self.at_end() or not self.at_record():
            raise self._nothing_at(offset)

    def recover(self, position: int) -> bool:
        # As a rule a member holds one record. Others are searched in a member that is known to hold several,
        # and in the first one, which may be the whole file.
        several = position > self._start or self.offset == 0
        if several and self._search(position + 1):
            return True
        behind = self._find_member(self.offset + 1)
        self.seek(self._file.size if behind is None else behind)
        return False

    def _find_member(self, start: int) -> int | None:
        """The offset of the first member from `start` on that begins with a record."""
        overlap = self.MAGIC_BYTES - 1
        for at in find_boundaries(self._file, self.MAGIC, start, overlap=overlap):
            if RECORD_START.match(self._begin_of(at)):
                return at
        return None

    def _cut_off(self, kind: str) -> DamagedRecord:
        """The damage of a member whose end was not found.

        If a member of its own begins behind, that was read as a part of this one, which happens to work now
        and then. So the cause does not depend on the bytes behind.
        """
        if self._find_member(self.offset + 1) is None:
            return self.damaged(f"the file ends within a {kind}")
        return self.damaged(f"not a sound {kind}: it is cut off")

    def _search(self, position: int) -> bool:
        """Decompress the member again, up to the first record from `position` on."""
        self._searches += 1
        if self._searches > _MAX_SEARCHES:
            return False
        start = self._start
        self.seek(self.offset)
        self._clear(start)
        self.next_member()
        try:
            self.skip(position - start)
            return self.find(RECORD_LINE, overlap=MAX_RECORD_START_BYTES, within=MAX_SEARCHED_BYTES)
        except DamagedRecord:
            return False
