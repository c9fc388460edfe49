"""Open an archive file with the reader for its compression."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from newscrawl.errors import DamagedRecord
from newscrawl.storage.files import open_stored
from newscrawl.warc.boundaries import GZIP_MAGIC, RECORD_START
from newscrawl.warc.gzip_members import GzipMemberReader
from newscrawl.warc.member_reader import READ_BYTES
from newscrawl.warc.plain_member import PlainReader
from newscrawl.warc.zstd_members import DICTIONARY_MAGIC, FRAME_MAGIC, ZstdFrameReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.storage.files import StoredFile
    from newscrawl.warc.member_reader import MemberReader


@contextmanager
def open_members(path: Path, *, at: int | None = None) -> Iterator[MemberReader]:
    """A reader of the file at `path`, which may be in a WACZ. With `at` only the record there is read."""
    with open_stored(path, in_order=at is None) as file:
        # Where a gzip member begins at the offset, the beginning of the file need not be read.
        is_gzip = at is not None and GZIP_MAGIC.match(_begin(file, at, 3)) is not None
        kind = GzipMemberReader if is_gzip else _kind(path, file)
        file.seek(0)
        yield kind(path, file)


def is_compressed(path: Path) -> bool:
    """Whether the file is compressed; one whose beginning cannot be told counts as compressed."""
    try:
        with open_members(path) as members:
            return members.is_compressed
    except DamagedRecord:
        return True


def _begin(file: StoredFile, at: int, size: int) -> bytes:
    if not 0 <= at < file.size:
        return b""
    file.seek(at)
    return file.read(size)


def _kind(path: Path, file: StoredFile) -> type[MemberReader]:
    """The reader for the file; its first member may be damaged."""
    begin = _begin(file, 0, 4)
    if begin in (FRAME_MAGIC, DICTIONARY_MAGIC):
        return ZstdFrameReader
    if GZIP_MAGIC.match(begin):
        return GzipMemberReader
    begin += file.read(READ_BYTES)
    if RECORD_START.match(begin):
        return PlainReader
    if path.suffix == ".zst":
        return ZstdFrameReader
    is_gzip = ".gz" in path.suffixes or GZIP_MAGIC.search(begin) is not None
    return GzipMemberReader if is_gzip else PlainReader
