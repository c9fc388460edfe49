"""How is a SQLite file read without writing to it, also where nobody may write?"""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from pathlib import Path


def connect(path: Path, *, patience: float) -> sqlite3.Connection:
    """A connection that cannot change the database; waits `patience` seconds for others.

    Raises sqlite3.OperationalError if it cannot be opened.
    """
    wal = path.with_name(path.name + "-wal")
    # Readers need two files beside the database. Where a crawl has them open, they are there. Where not,
    # SQLite makes them, and takes them away again only if it might also have written.
    mode = "ro" if wal.exists() else "rw"
    try:
        return _connect(path, f"mode={mode}", patience)
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or _size(wal) or not os.access(path, os.R_OK):
            raise
        # They cannot be made; then nobody can write, and all that was ever written is in the database.
        return _connect(path, "immutable=1", patience)


def _connect(path: Path, how: str, patience: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(os.fsencode(path.resolve()))}?{how}",
        uri=True,
        timeout=patience,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
