"""Make written bytes durable, and name the file in the errors of the operating system."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newscrawl.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def sync(path: Path) -> None:
    """Wait until the bytes of a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def storage_error(path: Path, error: OSError) -> StorageError:
    """The StorageError for what the operating system refused to do with this file or folder."""
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    reason = "the disk is full" if is_full else error.strerror or error
    return StorageError(f"{path}: {reason}")


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Raise StorageError, which names this file or folder, for any OSError inside."""
    try:
        yield
    except OSError as error:
        raise storage_error(path, error) from error


@contextmanager
def partial_file(path: Path) -> Iterator[Path]:
    """The path to write to. It takes the name `path` at the end, unless an exception is raised before."""
    working = path.with_name(f".{path.name}.partial")
    try:
        yield working
        working.replace(path)
    finally:
        working.unlink(missing_ok=True)
