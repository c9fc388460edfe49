"""How much room is there for more?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from newscrawl.errors import UsageError
from newscrawl.storage.durable import storage_errors

if TYPE_CHECKING:
    from pathlib import Path


def bound_in_bytes(name: str, value: object) -> int:
    """The value of a setting as a number of bytes. Raises UsageError for what is none."""
    if not str(value).isdecimal():
        raise UsageError(f"{name}={value}: not a whole number of bytes")
    return int(str(value))


def free_bytes(folder: Path) -> int:
    """Bytes that this user may still write to the disk of a folder. Raises StorageError."""
    with storage_errors(folder):
        found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
