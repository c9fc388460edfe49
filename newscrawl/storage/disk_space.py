"""How much room is there for more?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from newscrawl.storage.durable import storage_errors

if TYPE_CHECKING:
    from pathlib import Path


def free_bytes(folder: Path) -> int:
    """Bytes that this user may still write to the disk of a folder. Raises StorageError."""
    with storage_errors(folder):
        found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
