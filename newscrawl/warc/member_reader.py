"""How an archive file is cut into members: gzip members, or one member where nothing is compressed.

Damage raises DamagedRecord; `recover` then moves to the next place where a record begins.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from newscrawl.errors import CaptureNotFound, DamagedRecord
from newscrawl.storage.files import open_stored
from newscrawl.text import inflate
from newscrawl.warc.boundaries import (
    GZIP,
    MAX_RECORD_START_BYTES,
    RECORD_LINE,
    RECORD_START,
    VERSION_LINE,
    find_boundaries,
)
from newscrawl.warc.byte_reader import ByteReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.storage.files import StoredFile

#: Stored bytes that are read, and decompressed bytes that are made, at a time.
_READ = 64 * 1024
_UNFOLD = 1024 * 1024
#: How far a gzip member is searched for a record behind a damaged one, and how often in a file.
_SEARCHED = 256 * 1024 * 1024
_SEARCHES = 8


class MemberReader(ByteReader):
    """The members of one file, one after the other."""

    compressed = False

    def __init__(self, path: Path, file: StoredFile) -> None:
        super().__init__()
        self.path = path
        self._file = file
        #: Where in the file the current member begins, and where the next one does once it is read.
        self.offset = 0
        self.end = 0
        #: Where the current record begins: its member's offset, or its position within the member.
        self.place = 0
        self._chunk = _READ

    def begin(self) -> bool:
        """Go to the next member; False at the end of the file."""
        raise NotImplementedError

    def seek(self, offset: int) -> None:
        """Let the next member be the one at `offset`."""
        raise NotImplementedError

    def recover(self, position: int) -> bool:
        """Go to the first record behind the damaged one at `position`.

        True if it lies in the current member, else it is in the next one or nowhere.
        """
        raise NotImplementedError

    @property
    def begins(self) -> bool:
        """Whether nothing of the current member is read."""
        raise NotImplementedError

    @property
    def reached(self) -> int:
        """Where in the file the current member begins; without compression, the record."""
        return self.offset if self.compressed else self.position

    @property
    def empty(self) -> bool:
        """Whether the file has no bytes."""
        return self._file.size == 0

    def mark(self) -> None:
        """Note that a record begins here."""
        self.place = self.offset if self.begins else self.position

    def expect(self, length: int) -> None:
        """Read `length` stored bytes at a time, because more are not wanted."""
        self._chunk = min(max(length, 1), _UNFOLD)

    def check(self, size: int) -> None:
        """Raise DamagedRecord if a block of `size` bytes can be ruled out without reading it."""

    def go_to(self, offset: int) -> None:
        """Go to the record at `offset`. Raises CaptureNotFound where none begins."""
        if not 0 <= offset < self._file.size:
            raise self._nothing_at(offset)
        self.place = offset
        self.seek(offset)
        if not (self.begin() and self.at_record()):
            raise self._nothing_at(offset)

    def _nothing_at(self, offset: int) -> CaptureNotFound:
        return CaptureNotFound(f"{self.path}: no record begins at byte {offset}")

    def at_record(self) -> bool:
        """Whether a record begins here: one that is read in its turn is found by its place as well."""
        begin = self.peek(MAX_RECORD_START_BYTES)
        return (RECORD_START.match(begin) or VERSION_LINE.match(begin)) is not None

    def damaged(self, cause: str) -> DamagedRecord:
        return DamagedRecord(str(self.path), self.place, cause)


class GzipMemberReader(MemberReader):
    """A gzip file: most tools make a member of each record, some make one of the whole file."""

    compressed = True

    def __init__(self, path: Path, file: StoredFile) -> None:
        super().__init__(path, file)
        self._state = inflate.decompressor()
        self._input = b""
        self._start = 0
        self._searches = 0

    def begin(self) -> bool:
        self._input = self._input or self._file.read(self._chunk)
        self.offset = self.end
        self._start = self.position
        self._state = inflate.decompressor()
        self._clear(self._start)
        return bool(self._input)

    def seek(self, offset: int) -> None:
        self._file.seek(offset)
        self._input, self.end = b"", offset

    @property
    def begins(self) -> bool:
        return self.position == self._start

    def go_to(self, offset: int) -> None:
        """Go to the record at `offset`, which may be a position in the decompressed file."""
        if 0 <= offset < self._file.size:
            self._file.seek(offset)
            if GZIP.match(self._file.read(3)):
                super().go_to(offset)
                return
        self.seek(0)
        self._clear(0)
        while self.position < offset and self.begin():
            self.skip(offset - self.position)
        if self.position != offset or self.ended() or not self.at_record():
            raise self._nothing_at(offset)

    def _piece(self) -> bytes:
        state = self._state
        while not state.eof:
            self._input = self._input or self._file.read(self._chunk)
            available = len(self._input)
            if not available:
                raise self.damaged("the file ends within a gzip member")
            try:
                piece = state.decompress(self._input, _UNFOLD)
            except inflate.Error as error:
                raise self.damaged(f"not a sound gzip member: {error}") from error
            self._input = state.unused_data if state.eof else state.unconsumed_tail
            self.end += available - len(self._input)
            if piece:
                return piece
        return b""

    def recover(self, position: int) -> bool:
        # A member holds one record as a rule; others are looked for where it is known to hold more,
        # and in the first one, which may be the whole file.
        several = position > self._start or self.offset == 0
        if several and self._search(position + 1):
            return True
        for at in find_boundaries(self._file, GZIP, self.offset + 1, overlap=2):
            self._file.seek(at)
            try:
                begin = inflate.decompressor().decompress(
                    self._file.read(MAX_RECORD_START_BYTES), MAX_RECORD_START_BYTES
                )
            except inflate.Error:
                continue
            if RECORD_START.match(begin):
                self.seek(at)
                return False
        self.seek(self._file.size)
        return False

    def _search(self, position: int) -> bool:
        """Unfold the member again, up to the first record from `position` on."""
        self._searches += 1
        if self._searches > _SEARCHES:
            return False
        start = self._start
        self.seek(self.offset)
        self._clear(start)
        self.begin()
        try:
            self.skip(position - start)
            return self.find(RECORD_LINE, overlap=MAX_RECORD_START_BYTES, within=_SEARCHED)
        except DamagedRecord:
            return False


class PlainReader(MemberReader):
    """A file without compression, which is one member from where it is begun."""

    def begin(self) -> bool:
        self.offset = self.end
        self._file.seek(self.offset)
        self._clear(self.offset)
        self.end = self._file.size
        return self.offset < self.end

    def seek(self, offset: int) -> None:
        self.end = offset

    @property
    def begins(self) -> bool:
        return self.position == self.offset

    def _piece(self) -> bytes:
        return self._file.read(self._chunk)

    def check(self, size: int) -> None:
        # Else a file of small records that each claim a large block would be read over and over.
        behind = self.position + size
        if behind > self._file.size:
            left = self._file.size - self.position
            raise self.damaged(f"the block ends after {left} of {size} bytes")
        self._file.seek(behind)
        if self._file.read(1) not in (b"\r", b"\n", b""):
            raise self.damaged(f"the block goes on behind its {size} bytes")
        self._file.seek(self._base + len(self._buffer))

    def skip(self, size: int) -> int:
        skipped = min(size, self._file.size - self.position)
        if skipped > _READ:
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


@contextmanager
def open_members(path: Path, *, at: int | None = None) -> Iterator[MemberReader]:
    """The members of the file at `path`, which may lie in a WACZ; `at` is the only place to be read."""
    with open_stored(path, in_order=at is None) as file:
        if at is None and _is_zstd(file):
            raise DamagedRecord(str(path), 0, "compressed with zstd, which is not read")
        is_gzip = (at is not None and _is_member(file, at)) or _is_gzip(path, file)
        file.seek(0)
        yield GzipMemberReader(path, file) if is_gzip else PlainReader(path, file)


def _is_zstd(file: StoredFile) -> bool:
    """Whether it begins with a zstd frame, or with the dictionary that `.warc.zst` begins with."""
    file.seek(0)
    return file.read(4) in (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")


def _is_member(file: StoredFile, at: int) -> bool:
    """Whether a gzip member begins there, so that the file's beginning need not be looked at."""
    if not 0 <= at < file.size:
        return False
    file.seek(at)
    return GZIP.match(file.read(3)) is not None


def _is_gzip(path: Path, file: StoredFile) -> bool:
    """Whether members are to be looked for; the first of them may be damaged."""
    file.seek(0)
    begin = file.read(3)
    if GZIP.match(begin):
        return True
    begin += file.read(_READ)
    if RECORD_START.match(begin):
        return False
    return ".gz" in path.suffixes or GZIP.search(begin) is not None
