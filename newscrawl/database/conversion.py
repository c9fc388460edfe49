"""How are the records of an older database compressed, batch by batch, where a process may die at any moment?

Between revisions 0007 and 0008 of the tables. Each batch is one transaction: its records move from
`articles.record` to the compressed ones, its articles into the new full-text index, and `conversion` says
how far that is. Whoever comes next goes on there. What was freed is reused; at the end SQLite writes its
file anew without the gaps.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, text
from sqlalchemy.exc import OperationalError

from newscrawl.database.records import MIN_SAMPLES, SAMPLES, Records
from newscrawl.text.unspaced import indexed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Engine, Row

#: The revision of the tables at which this is done.
REVISION = "0007"
#: The revision of the tables as they are.
CURRENT = text("SELECT version_num FROM alembic_version")
#: Records of one transaction.
BATCH_SIZE = 500
#: Pages of a SQLite file that are free after which it is worth to write the file anew.
_MIN_FREE_PAGES = 1_000

_OLD = text("SELECT number, record FROM articles WHERE number > :done ORDER BY number LIMIT :size")
_SAMPLES = text("SELECT record FROM articles WHERE number IN :numbers").bindparams(
    bindparam("numbers", expanding=True)
)
_MOVED = text(
    "UPDATE articles SET record = '', title = :title, authors = :authors, language = :language,"
    " publisher = :publisher, section = :section, kind = :kind WHERE number = :number"
)
_WORDS = text(
    "INSERT INTO articles_text (rowid, title, authors, description, body)"
    " VALUES (:number, :title, :authors, :description, :body)"
)


@dataclass(frozen=True, slots=True)
class _Conversion:
    engine: Engine
    records: Records
    tell: Callable[[str], None]


def convert(engine: Engine, tell: Callable[[str], None]) -> None:
    """Move all records, if the tables are those of `REVISION`; `tell` is told in lines how far that is."""
    conversion = _Conversion(engine, Records(), tell)
    with engine.begin() as connection:
        if connection.scalar(CURRENT) != REVISION:
            return
        whole = connection.scalar(text("SELECT count(*) FROM articles")) or 0
    if not whole:
        return
    _learn(conversion, whole)
    done: int | None = 0
    share = -1
    while done is not None:
        with engine.begin() as connection:
            done, last = _batch(conversion, connection)
        if done is not None and (now := 100 * done // last) > share:
            share = now
            tell(f"records are compressed: {share} % of {whole:,}")
    if engine.dialect.name == "sqlite":
        compact(engine, tell)


def main_fields(record: dict[str, Any]) -> dict[str, Any]:
    """The columns of `articles` that say for other programs what the record says."""
    authors = json.dumps(record.get("authors") or [], ensure_ascii=False)
    names = ("title", "language", "publisher", "section", "kind")
    return {**{name: record.get(name) for name in names}, "authors": authors}


def words(record: dict[str, Any], indexed: Callable[[str | None], str] = indexed) -> dict[str, str]:
    """The columns of the full-text index on SQLite."""
    columns = {
        "title": record.get("title"), "authors": ", ".join(record.get("authors") or []),
        "description": record.get("description"), "body": record.get("body"),
    }  # fmt: skip
    return {name: indexed(value) for name, value in columns.items()}


def _learn(conversion: _Conversion, whole: int) -> None:
    """Train the first dictionary from records all over the table, before anything is moved."""
    with conversion.engine.begin() as connection:
        query = text("SELECT max(number) FROM dictionaries")
        if whole < MIN_SAMPLES or connection.scalar(query) is not None:
            return
        last = connection.scalar(text("SELECT max(number) FROM articles")) or 0
        numbers = list(range(last, 0, -max(1, last // SAMPLES)))[:SAMPLES]
        found = connection.scalars(_SAMPLES, {"numbers": numbers})
        conversion.records.train(connection, 1, found)


def _batch(conversion: _Conversion, connection: Connection) -> tuple[int | None, int]:
    """Move some records; return the last running number of them, None after the last, and of all."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE alembic_version"))
    if connection.scalar(CURRENT) != REVISION:
        return None, 0  # another process has come to the end of it
    done = connection.scalar(text("SELECT done FROM conversion")) or 0
    last = connection.scalar(text("SELECT max(number) FROM articles")) or 0
    rows = connection.execute(_OLD, {"done": done, "size": BATCH_SIZE}).all()
    if not rows:
        return None, last
    _move(conversion, connection, rows)
    done = rows[-1].number
    connection.execute(text("UPDATE conversion SET done = :done"), {"done": done})
    return done, last


def _move(conversion: _Conversion, connection: Connection, rows: Sequence[Row[Any]]) -> None:
    found = [(row.number, json.loads(row.record)) for row in rows]
    conversion.records.write(connection, [(row.number, row.record.encode()) for row in rows])
    fields = [{"number": number, **main_fields(record)} for number, record in found]
    connection.execute(_MOVED, fields)
    if connection.dialect.name == "sqlite":
        connection.execute(_WORDS, [{"number": n, **words(record)} for n, record in found])


def compact(engine: Engine, tell: Callable[[str], None]) -> None:
    """Write the file anew, without the pages that are free; where there is no room for that, say so."""
    name = engine.url.database
    if not name or name == ":memory:":
        return
    folder = str(Path(name).resolve().parent)
    with closing(engine.raw_connection()) as connection:
        raw = connection.driver_connection
        assert raw is not None
        free, pages, size = (
            raw.execute(f"PRAGMA {what}").fetchone()[0]
            for what in ("freelist_count", "page_count", "page_size")
        )
        if free < _MIN_FREE_PAGES:
            return
        needed = 2 * (pages - free) * size
        if shutil.disk_usage(folder).free < needed:
            tell(
                f"{free * size:,} bytes in it are free for new records;"
                f" to give them back would need {needed:,} on the disk"
            )
            return
        tell(f"{free * size:,} free bytes are given back to the disk")
        # SQLite would write its copy to /tmp, which may be small.
        raw.execute("PRAGMA temp_store_directory = '{}'".format(folder.replace("'", "''")))
        try:
            raw.execute("VACUUM")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as error:
            raise OperationalError("VACUUM", None, error) from error
        finally:
            raw.execute("PRAGMA temp_store_directory = ''")
