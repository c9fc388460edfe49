"""Where are the bytes of a file: on the disk, or where a pointer says?

A WARC that is still being written is found under its final name.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from newscrawl.errors import CaptureNotFound, StorageError
from newscrawl.storage import remote
from newscrawl.storage.file_names import OPEN_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class StoredFile(Protocol):
    """Bytes that can be read from any place on."""

    size: int

    def read(self, size: int, /) -> bytes: ...
    def seek(self, offset: int, /) -> object: ...


class Reads(Protocol):
    """What `FileSlice` needs of a file."""

    def read(self, size: int, /) -> bytes: ...
    def seek(self, offset: int, /) -> object: ...


class FileSlice:
    """`size` bytes of a file from `start` on."""

    def __init__(self, file: Reads, start: int, size: int) -> None:
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


@contextmanager
def open_whole(path: Path, *, in_order: bool = True) -> Iterator[StoredFile]:
    """Open a file that is not in a WACZ; `in_order` if it is read from its beginning to its end.

    Raises CaptureNotFound where none is, StorageError where it may not be.
    """
    if url := remote.url_of(path):
        with remote.open_remote(url, in_order=in_order) as remote_file:
            yield remote_file
        return
    with _open_file(path) as file:
        yield FileSlice(file, 0, file.seek(0, 2))


def _open_file(path: Path) -> BinaryIO:
    # A writer may finish its file, and so rename it, between two looks.
    for candidate in (path, path.with_name(path.name + OPEN_SUFFIX), path):
        try:
            return cast("BinaryIO", candidate.open("rb", buffering=0))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error
    raise CaptureNotFound(f"{path}: no such file")
