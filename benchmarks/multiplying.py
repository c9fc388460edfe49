"""Make a large archive of a small one in minutes: its rows several times, each copy under other ids and URLs.

    python benchmarks/monitoring.py --articles 50000 --keep DIR --fill-only
    python benchmarks/multiplying.py DIR 20                1,000,000 articles
    python benchmarks/multiplying.py DIR 20 --no-text      copies are not in the search index: faster

The records of the copies say what the first ones do, their ids too. SQLite alone.
"""

from __future__ import annotations

import argparse
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newscrawl.database.engine import open_database
from newscrawl.database.reindexing import FTS5_COLUMNS, FTS5_VALUES, fts5_row
from newscrawl.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What stands in the columns of a copy instead, for a copy of the number :k of all :whole articles.
CHANGED = {
    "number": "number + :k * :whole", "place": "place + 8 * :k * :whole",
    "id": "substr(id, 1, 12) || printf('x%03x', :k)", "url": "url || '-' || :k", "key": "key || '-' || :k",
    "record_id": "record_id || '-' || :k", "capture": "capture || '-' || :k",
    "warc": "replace(warc, '.warc', '-' || :k || '.warc')",
}  # fmt: skip
TABLES = ("articles", "records", "captures", "urls")
_INDEXING = f"INSERT INTO articles_text ({FTS5_COLUMNS}) VALUES ({FTS5_VALUES})"


def copy(connection: sqlite3.Connection, table: str, given: dict[str, Any]) -> None:
    columns = [f'"{row[1]}"' for row in connection.execute(f"PRAGMA table_info({table})")]
    values = [CHANGED.get(name.strip('"'), name) for name in columns]
    which = "number <= :whole" if table == "articles" else "1"
    which = "place < 8 * (:whole + 1)" if table == "records" else which
    source = f"(SELECT * FROM first_{table})" if table in ("captures", "urls") else table
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)})"
        f" SELECT {', '.join(values)} FROM {source} WHERE {which}",
        given,
    )


def rows(path: Path) -> Iterator[dict[str, Any]]:
    store = Store(open_database(path))
    for number, record in store.records():
        yield fts5_row(number, record)
    store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("times", type=int)
    parser.add_argument("--no-text", action="store_true")
    wanted = parser.parse_args()
    path = wanted.folder / "news" / "news.db"
    indexed = [] if wanted.no_text else list(rows(path))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for table in ("captures", "urls"):
            connection.execute(f"CREATE TEMP TABLE first_{table} AS SELECT * FROM {table}")
        whole = connection.execute("SELECT max(number) FROM articles").fetchone()[0]
        for k in range(1, wanted.times):
            began = time.process_time()
            connection.execute("BEGIN IMMEDIATE")
            for table in TABLES:
                copy(connection, table, {"k": k, "whole": whole})
            copied = ({**row, "number": row["number"] + k * whole} for row in indexed)
            connection.executemany(_INDEXING, copied)
            connection.execute("COMMIT")
            took = time.process_time() - began
            print(f"{(k + 1) * whole:10,} articles, {took:.0f} s of CPU", flush=True)


if __name__ == "__main__":
    main()
