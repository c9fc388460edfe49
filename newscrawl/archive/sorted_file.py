"""A file of sorted lines. Several processes may read it and merge lines into it.

It is sorted by bytes at all times and replaced as a whole, so that a reader sees it before a merge
or after it.
"""

from __future__ import annotations

import fcntl
import mmap
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newscrawl.storage import durable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

_COPY_BYTES = 4 * 1024 * 1024


def lines_from(path: Path, prefix: bytes) -> Iterator[tuple[int, bytes]]:
    """Offset and bytes of the lines that begin with `prefix`, found by binary search; none without a file."""
    with _mapped(path) as lines:
        at = _first_not_before(lines, prefix, 0)
        while at < len(lines) and lines[at : at + len(prefix)] == prefix:
            line = _line(lines, at)
            yield at, line
            at += len(line)


def missing(path: Path, sorted_lines: Iterable[bytes]) -> Iterator[bytes]:
    """Those of the lines that the file does not have. They come sorted and without line feed."""
    with _mapped(path) as lines:
        at = 0
        for line in sorted_lines:
            at = _first_not_before(lines, line + b"\n", at)
            if _line(lines, at) != line + b"\n":
                yield line


def merge(path: Path, new_lines: Iterable[bytes], *, sync: bool = False) -> None:
    """Add lines, in any order, to the file; those that it has already are not added again.

    With `sync` the file is on the disk when this returns. Raises StorageError; the file is then as it was.
    """
    added = sorted(set(new_lines), key=lambda line: line + b"\n")
    if added:
        merge_sorted(path, added, sync=sync)


def merge_sorted(path: Path, sorted_lines: Iterable[bytes], *, sync: bool = False) -> None:
    """As `merge`, for lines that come sorted and each once. Memory does not grow with their number."""
    with replacing(path, sync=sync) as merged, _mapped(path) as lines:
        at = 0
        for each in sorted_lines:
            line = each + b"\n"
            place = _first_not_before(lines, line, at)
            _copy(lines, at, place, merged)
            at = place
            if _line(lines, at) != line:
                merged.write(line)
        _copy(lines, at, len(lines), merged)


@contextmanager
def replacing(path: Path, *, sync: bool = False) -> Iterator[BinaryIO]:
    """A new file that replaces `path` at the end, unless an exception is raised before."""
    working = path.with_name(f".{path.name}.new")
    with durable.storage_errors(path), path.with_name(f".{path.name}.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            with working.open("wb") as file:
                yield file
                file.flush()
                if sync:
                    os.fsync(file.fileno())
            working.replace(path)
        except BaseException:
            working.unlink(missing_ok=True)
            raise
        if sync:
            durable.sync(path.parent)


@contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap | bytes]:
    """The bytes of the file, mapped into memory."""
    try:
        file = path.open("rb")
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
    """The offset of the first line from `start` on that does not sort before `wanted`."""
    low = high = start
    step = 1024
    # The next of many lines is near: double the distance first, then halve it.
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
    for at in range(start, end, _COPY_BYTES):
        to.write(lines[at : min(at + _COPY_BYTES, end)])
        if end // _COPY_BYTES > start // _COPY_BYTES and isinstance(lines, mmap.mmap):
            # Pages that were copied would still count as memory of this process.
            lines.madvise(mmap.MADV_DONTNEED)
    if start < end == len(lines) and lines[end - 1 : end] != b"\n":
        to.write(b"\n")  # somebody has edited the last line
