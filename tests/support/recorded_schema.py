"""The schema of a new SQLite database, as the migrations make it. As a script it records schema.sql."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from newscrawl.database import engine as database
from newscrawl.database import schema

if TYPE_CHECKING:
    from collections.abc import Iterator


def as_migrated(path: Path) -> None:
    """Make a database by the migrations alone."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TABLE in_the_way (number INTEGER)"
        )  # an empty one is made at once
    database.open_database(path).dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE in_the_way")


def recorded(path: Path) -> str:
    """The statements that make this database again, with the rows that it has."""
    with closing(sqlite3.connect(path)) as connection:
        return "".join(f"{each}{schema.END}" for each in _statements(connection))


def _statements(connection: sqlite3.Connection) -> Iterator[str]:
    found = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
    ).fetchall()
    virtual = [name for _, name, sql in found if sql.startswith("CREATE VIRTUAL TABLE")]
    for kind, name, sql in found:
        if any(name.startswith(f"{each}_") for each in virtual):
            continue  # SQLite makes them with the virtual table
        yield "\n".join(line.rstrip() for line in sql.strip().splitlines())
        if name in virtual:
            yield from _options(connection, name)
        elif kind == "table":
            yield from _rows(connection, name)


def _options(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    """Those that FTS5 keeps beside a table: the weights of its columns, when its parts are merged."""
    query = f"SELECT quote(k), quote(v) FROM {table}_config WHERE k <> 'version' ORDER BY k"
    for option, value in connection.execute(query):
        yield f"INSERT INTO {table} ({table}, rank) VALUES ({option}, {value})"


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    quoted = ", ".join(f"quote({name!r})" for name in columns)
    for row in connection.execute(f"SELECT {quoted.replace(chr(39), chr(34))} FROM {table}"):
        yield f"INSERT INTO {table} VALUES ({', '.join(row)})"


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        file = Path(folder, "news.db")
        as_migrated(file)
        schema.FILE.write_text(recorded(file), "utf-8")
    sys.stdout.write(f"{schema.FILE}\n")
