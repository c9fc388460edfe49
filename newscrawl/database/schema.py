"""The tables of a new SQLite database at once, as all migrations would make them one after another.

`python tests/support/recorded_schema.py` records schema.sql from the migrations; tests/house/test_database.py
holds the two together. Alembic takes 0.3 s of CPU to import and to run, for each new archive.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

FILE = Path(__file__).with_suffix(".sql")
#: Stands on a line of its own after each statement; those of a trigger end within a line.
END = "\n;\n"


def create(connection: Connection) -> bool:
    """Make all tables in this transaction, which is one that writes. False if the database is not empty."""
    if connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar():
        return False
    for statement in FILE.read_text("utf-8").split(END)[:-1]:
        connection.exec_driver_sql(statement)
    return True
