"""The sorted index of an archive: where the captures of a URL lie.

One line a capture, as pywb and cdxj-indexer have them: SURT, 14 digits of time, JSON. The file is
sorted by its bytes at all times; it is replaced as a whole, so that a reader sees it before a merge
or after it.
"""

from __future__ import annotations

import fcntl
import json
import mmap
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from newscrawl.errors import StorageError
from newscrawl.urls import surt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from newscrawl.items import Capture

#: The media type of a capture that refers to another one.
REVISIT = "warc/revisit"

_COPIED = 4 * 1024 * 1024
_NO_SPACE = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One line of an index."""

    key: str
    timestamp: str
    url: str
    mime: str
    status: int | None
    digest: str
    length: int
    offset: int
    filename: str


def entry(capture: Capture, *, url: str, mime: str) -> str:
    """The index line of a capture, without line feed."""
    fields = {
        "url": url,
        "mime": mime,
        "status": str(capture.status or "-"),
        "digest": capture.payload_digest,
        "length": str(capture.length),
        "offset": str(capture.offset),
        "filename": capture.warc,
    }
    return f"{key(url)} {timestamp(capture.captured_at)} {json.dumps(fields)}"


def key(url: str) -> str:
    """The SURT of a URL, without the blanks that would end it."""
    return _NO_SPACE.sub(lambda blank: quote(blank[0]), surt(url))


def timestamp(date: str) -> str:
    """The 14 digits of a WARC-Date; one of less than second precision is filled up."""
    digits = re.sub(r"\D", "", date)[:14]
    return digits + "00000101000000"[len(digits) :]


def parse(line: str) -> IndexEntry:
    """The entry that stands on a line. Raises ValueError for one that is none."""
    try:
        surt_key, stamp, text = line.rstrip("\n").split(" ", 2)
        fields = json.loads(text)
        status = str(fields.get("status", ""))
        return IndexEntry(
            key=surt_key,
            timestamp=stamp,
            url=fields["url"],
            mime=fields.get("mime", "unk"),
            status=int(status) if status.isdigit() else None,
            digest=fields.get("digest", ""),
            length=int(fields["length"]),
            offset=int(fields["offset"]),
            filename=fields["filename"],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a CDXJ line: {line[:80]!r}") from error


def lookup(index: Path, url: str) -> Iterator[IndexEntry]:
    """The captures of a URL, oldest first; none if there is no index."""
    wanted = f"{key(url)} ".encode()
    with _mapped(index) as lines:
        at = _first_not_before(lines, wanted, 0)
        while lines[at : at + len(wanted)] == wanted:
            line = _line(lines, at)
            at += len(line)
            yield parse(line.decode())


def merge(index: Path, new_lines: Iterable[str], *, sync: bool = False) -> None:
    """Put lines, in any order, into the index; those it already has are not put in twice.

    Several processes may merge at once. With `sync` the index is on the disk when this returns.
    Raises StorageError; the index is then as it was.
    """
    added = sorted({line.encode() + b"\n" for line in new_lines})
    if not added:
        return
    with replacing(index, sync=sync) as merged, _mapped(index) as lines:
        at = 0
        for line in added:
            place = _first_not_before(lines, line, at)
            _copy(lines, at, place, merged)
            at = place
            if _line(lines, at) != line:
                merged.write(line)
        _copy(lines, at, len(lines), merged)


@contextmanager
def replacing(index: Path, *, sync: bool = False) -> Iterator[BinaryIO]:
    """A new file that takes the place of `index` at the end, unless something is raised before."""
    working = index.with_name(f".{index.name}.new")
    try:
        with index.with_name(f".{index.name}.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                with working.open("wb") as file:
                    yield file
                    file.flush()
                    if sync:
                        os.fsync(file.fileno())
                working.replace(index)
            except BaseException:
                working.unlink(missing_ok=True)
                raise
            if sync:
                _sync_folder(index.parent)
    except OSError as error:
        raise StorageError(f"{index}: {error.strerror}") from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _mapped(index: Path) -> Iterator[mmap.mmap | bytes]:
    """The bytes of the index, which are not read before they are looked at."""
    try:
        file = index.open("rb")
    except FileNotFoundError:
        yield b""
        return
    with file:
        if file.seek(0, os.SEEK_END) == 0:  # which cannot be mapped
            yield b""
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines:
            yield lines


def _line(lines: mmap.mmap | bytes, at: int) -> bytes:
    end = lines.find(b"\n", at)
    return lines[at : end + 1] if end >= 0 else lines[at:]


def _first_not_before(lines: mmap.mmap | bytes, wanted: bytes, start: int) -> int:
    """Where the first line begins, from `start` on, that does not sort before `wanted`."""
    low = high = start
    step = 1024
    # The next of many lines to be merged is near: double the distance first, then halve it.
    while high < len(lines) and _line(lines, high) < wanted:
        low = high
        high = min(high + step, len(lines))
        high += len(_line(lines, high))
        step *= 2
    while low < high:
        middle = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
        line = _line(lines, middle)
        if line < wanted:
            low = middle + len(line)
        else:
            high = middle
    return low


def _copy(lines: mmap.mmap | bytes, start: int, end: int, to: BinaryIO) -> None:
    for at in range(start, end, _COPIED):
        to.write(lines[at : min(at + _COPIED, end)])
