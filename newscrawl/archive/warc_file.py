"""One WARC file while it is written: whole gzip members, or nothing.

Invariants: the file carries `.open` and an exclusive lock until it is finished; a failed write leaves
it as it was before the write; a finished file is never opened for writing again, and no file is
ever overwritten.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.errors import StorageError
from newscrawl.storage import durable
from newscrawl.storage.durable import storage_error
from newscrawl.storage.file_names import OPEN_SUFFIX
from newscrawl.warc.compression import gzip_compressor

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from newscrawl.warc.exchange import ByteRange

#: Compressed bytes that are held before they are written.
_BUFFER_BYTES = 1 << 20


class WarcFile:
    """Appends WARC records to `<final>.open` until `finish` gives the file its name."""

    def __init__(self, final: Path, *, level: int = 6) -> None:
        self.final = final
        self._level = level
        self._working = final.with_name(final.name + OPEN_SUFFIX)
        self._pending = bytearray()
        try:
            self._file = _create_locked(self._working)
        except OSError as error:
            raise storage_error(self._working, error) from error
        self.size = 0

    def append(
        self, fields: Iterable[tuple[str, str]], block: ByteRange, *, fast: bool = False
    ) -> tuple[int, int]:
        """Append one record as one gzip member; return its offset and compressed length.

        With `fast` it takes less time and more bytes. Nothing is certain to be on the disk before `flush`.
        """
        offset = self.size + len(self._pending)
        compressor = gzip_compressor(self._level, fast=fast)
        head = "WARC/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields)
        self._gather(compressor.compress(f"{head}Content-Length: {block.length}\r\n\r\n".encode()))
        written = 0
        for piece in block.pieces():
            written += len(piece)
            self._gather(compressor.compress(piece))
        if written != block.length:
            raise ValueError(f"a block of {block.length} bytes has {written}")
        self._gather(compressor.compress(b"\r\n\r\n"))
        self._gather(compressor.flush())
        return offset, self.size + len(self._pending) - offset

    def flush(self) -> None:
        """Hand what was appended to the operating system: then it survives the death of this process."""
        view = memoryview(self._pending)
        try:
            while view:
                written = os.write(self._file, view)
                self.size += written
                view = view[written:]
        except OSError as error:
            raise storage_error(self._working, error) from error
        finally:
            view.release()
        self._pending.clear()

    def rollback(self, size: int) -> None:
        """Undo everything behind `size`, on disk as well."""
        self._pending.clear()
        if self.size > size:
            try:
                os.ftruncate(self._file, size)
                os.lseek(self._file, size, os.SEEK_SET)
            except OSError as error:
                raise storage_error(self._working, error) from error
            self.size = size

    def duplicate_handle(self) -> DuplicateHandle:
        """A duplicate of the file handle, on which another thread can call fsync after this one is closed."""
        self.flush()
        return DuplicateHandle(self._working, os.dup(self._file))

    def sync(self) -> None:
        """Wait until the file is on the disk: then it survives the loss of power."""
        self.flush()
        _sync(self._working, self._file)

    def finish(self) -> None:
        """Give the file its final name, durably."""
        try:
            self.sync()
            publish(self._working, self.final)
        finally:
            os.close(self._file)

    def discard(self) -> None:
        """Remove the file, which holds no capture."""
        try:
            self._working.unlink()
        except OSError as error:
            raise storage_error(self._working, error) from error
        finally:
            os.close(self._file)

    def abandon(self) -> None:
        """Close the file as it is; the next start recovers it."""
        os.close(self._file)

    def _gather(self, data: bytes) -> None:
        self._pending += data
        if len(self._pending) >= _BUFFER_BYTES:
            self.flush()


@dataclass(frozen=True, slots=True)
class DuplicateHandle:
    """A file handle of its own, which is open until `sync`."""

    path: Path
    handle: int

    def sync(self) -> None:
        """Wait until everything that was written is on the disk, and close the handle."""
        try:
            _sync(self.path, self.handle)
        finally:
            os.close(self.handle)


def _sync(path: Path, handle: int) -> None:
    try:
        os.fsync(handle)
        names = os.fstat(handle).st_nlink
    except OSError as error:
        raise storage_error(path, error) from error
    if not names:  # else it could be written for days, and be gone once it is closed
        raise StorageError(f"{path}: was deleted while it was being written")


def publish(working: Path, final: Path) -> None:
    """Rename without ever overwriting: link fails where the name is taken, rename would not."""
    try:
        try:
            os.link(working, final)
        except FileExistsError:
            # One file of two names: whoever published it died before it took the first one away.
            if not working.samefile(final):
                raise
        working.unlink()
        durable.sync(final.parent)
    except OSError as error:
        raise storage_error(final, error) from error


def is_same_file(path: Path, handle: int) -> bool:
    """Whether `path` is still a name of the open file."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _create_locked(path: Path) -> int:
    """A new file with an exclusive lock, which tells recovery a live writer's file from a dead one's."""
    while True:
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if is_same_file(path, file):
                return file
        except BaseException:
            os.close(file)
            raise
        # Another process's recovery came between, took the file for a dead writer's and removed it.
        os.close(file)
