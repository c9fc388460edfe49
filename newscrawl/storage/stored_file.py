"""Bytes of a file that can be read from any offset: on this disk, or where a pointer file says.

A WARC that is still being written is found under its final name.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from newscrawl.errors import CaptureNotFound
from newscrawl.storage import remote
from newscrawl.storage.durable import storage_error
from newscrawl.storage.file_names import OPEN_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class SeekableReader(Protocol):
    """What `FileSlice` needs of a file."""

    def read(self, size: int, /) -> bytes: ...
    def seek(self, offset: int, /) -> object: ...


class StoredFile(SeekableReader, Protocol):
    """A file of known size that can be read from any offset."""

    size: int


class FileSlice:
    """`size` bytes of a file from `start` on, as a StoredFile."""

    def __init__(self, file: SeekableReader, start: int, size: int) -> None:
        self._file, self._start, self.size = file, start, size
        self._at = 0
        self.seek(0)

    def read(self, size: int, /) -> bytes:
        data = self._file.read(max(0, min(size, self.size - self._at)))
        self._at += len(data)
        return data

    def seek(self, offset: int, /) -> object:
        self._at = offset
        return self._file.seek(self._start + offset)


def open_local(path: Path) -> BinaryIO | None:
    """Open a file on this disk, unbuffered; None if there is none. Raises StorageError if it may not be."""
    # A writer may finish its file, and so rename it, between two attempts.
    for candidate in (path, path.with_name(path.name + OPEN_SUFFIX), path):
        try:
            return cast("BinaryIO", candidate.open("rb", buffering=0))
        except (FileNotFoundError, NotADirectoryError):  # the latter for a file in a WACZ
            continue
        except OSError as error:
            raise storage_error(path, error) from error
    return None


@contextmanager
def open_whole(path: Path, *, in_order: bool = True) -> Iterator[StoredFile]:
    """Open a file that is not in a WACZ; `in_order` if it is read from its beginning to its end.

    Raises CaptureNotFound where there is none, StorageError where it may not be opened.
    """
    if file := open_local(path):
        with file:
            yield FileSlice(file, 0, file.seek(0, 2))
    elif url := remote.url_of(path):
        with remote.open_remote(url, in_order=in_order) as remote_file:
            yield remote_file
    else:
        raise CaptureNotFound(f"{path}: no such file")
