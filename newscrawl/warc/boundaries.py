"""Patterns of the bytes with which a gzip member or a record begins, and a search for them in a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.storage.files import StoredFile

#: The magic number of a gzip member with deflated data.
GZIP_MAGIC = re.compile(rb"\x1f\x8b\x08")
#: The beginning of a WARC record, or of an ARC's: URL, address, time.
_RECORD = (
    rb"(?:WARC/\d\.\d+[ \t]*\r?\n[A-Za-z-]+:"
    rb"|[a-z][a-z0-9+.-]{1,20}:[^\r\n]{1,4000} [0-9a-fA-F.:]{1,45} \d{8,14} )"
)
RECORD_START = re.compile(_RECORD)
#: The first line of a WARC record.
VERSION_LINE = re.compile(rb"WARC/\d\.\d+[ \t]*\r?\n")
#: How a record of a WARC begins.
RECORD_BEGIN = b"WARC/"
RECORD_LINE = re.compile(rb"\n(?=" + _RECORD + rb")")
#: Bytes that are needed to tell whether a record begins.
MAX_RECORD_START_BYTES = 4096

_MAX_READ_BYTES = 1024 * 1024


def find_boundaries(
    file: StoredFile, pattern: re.Pattern[bytes], start: int, *, overlap: int
) -> Iterator[int]:
    """Every offset from `start` on at which `pattern` matches; a match is no longer than `overlap` bytes."""
    size = 4 * MAX_RECORD_START_BYTES  # the next record is near as a rule
    while True:
        file.seek(start)
        block = file.read(size)
        last = len(block) < size
        searched = len(block) if last else len(block) - overlap
        for match in pattern.finditer(block):
            if match.start() < searched:
                yield start + match.start()
        if last:
            return
        start += searched
        size = min(2 * size, _MAX_READ_BYTES)
