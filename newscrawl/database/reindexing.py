"""How does the full-text index of an older database get its stems, where a process may die at any moment?

Batch by batch as in `newscrawl.database.conversion`: each batch is one transaction, and `conversion` says how
far that is. SQLite's index is written anew, since it cannot get another column, and that as it is in this
version; PostgreSQL's rows get the stems beside the words they have.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from newscrawl.database.conversion import CURRENT, compact, words
from newscrawl.database.records import Records
from newscrawl.database.stem_languages import add_languages
from newscrawl.text.stems import language_mark, rare_stems_of, stems_of
from newscrawl.text.unspaced import tokenised

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

#: The revision of the tables at which this is done.
REVISIONS = {"postgresql": "0012", "sqlite": "0019"}
#: Records of one transaction.
BATCH_SIZE = 500

_NEXT = text("SELECT number FROM articles WHERE number > :done ORDER BY number LIMIT :size")
#: The columns of SQLite's index, in the order of the values of `fts5_row`.
FTS5_COLUMNS = "rowid, body, title, authors, description, stems, language"
FTS5_VALUES = ":number, :body, :title, :authors, :description, :stems, :language"
_FTS5 = text(f"INSERT INTO articles_text ({FTS5_COLUMNS}) VALUES ({FTS5_VALUES})")  # noqa: S608
_TSVECTOR = text(
    "UPDATE articles_text SET words = words || array_to_tsvector(CAST(:stems AS text[]))"
    " WHERE number = :number"
)


def revision_of(database: Connection | Engine) -> str:
    """The revision of the tables at which this is done."""
    return REVISIONS[database.dialect.name]


def fts5_row(number: int, record: dict[str, Any], stems: str | None = None) -> dict[str, Any]:
    """What SQLite's index has of a record; `stems` are those of `rare_stems_of`, where they are known."""
    stems, language = rare_stems_of(record) if stems is None else stems, language_mark(record)
    return {"number": number, **words(record, tokenised), "stems": stems, "language": language}


def convert(engine: Engine, tell: Callable[[str], None]) -> None:
    """Index all records, if the tables are those of `REVISIONS`; `tell` is told in lines how far that is."""
    with engine.begin() as connection:
        if connection.scalar(CURRENT) != revision_of(connection):
            return
        whole = connection.scalar(text("SELECT count(*) FROM articles")) or 0
    records, share = Records(), -1
    done: int | None = 0 if whole else None
    while done is not None:
        with engine.begin() as connection:
            done, last = _batch(records, connection)
        if done is not None and (now := 100 * done // last) > share:
            share = now
            tell(f"the search index is made anew: {share} % of {whole:,}")
    if whole and engine.dialect.name == "sqlite":
        compact(engine, tell)


def _batch(records: Records, connection: Connection) -> tuple[int | None, int]:
    """Index some records; return the last running number of them, None after the last, and of all."""
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.execute(text("LOCK TABLE alembic_version"))
    if connection.scalar(CURRENT) != revision_of(connection):
        return None, 0  # another process has come to the end of it
    done = connection.scalar(text("SELECT done FROM conversion")) or 0
    last = connection.scalar(text("SELECT max(number) FROM articles")) or 0
    numbers = connection.scalars(_NEXT, {"done": done, "size": BATCH_SIZE}).all()
    if not numbers:
        return None, last
    found = {n: json.loads(record) for n, record in records.read(connection, numbers).items()}
    if found and is_sqlite:
        connection.execute(_FTS5, [fts5_row(number, record) for number, record in found.items()])
    elif found:
        rows = [{"number": n, "stems": stems_of(record)} for n, record in found.items()]
        connection.execute(_TSVECTOR, rows)
    add_languages(connection, found.values())
    connection.execute(text("UPDATE conversion SET done = :done"), {"done": numbers[-1]})
    return numbers[-1], last
