"""The migrations and the tables that the code believes in are one."""

from __future__ import annotations

import json
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Column, MetaData, Table, Text, insert, inspect, select

from newscrawl.baselines import lacks
from newscrawl.database import engine as database
from newscrawl.database import schema
from newscrawl.errors import ArchiveError
from newscrawl.frontier import tables as frontier_tables
from newscrawl.items import Article, Capture
from newscrawl.store import Store, lineage_tables
from newscrawl.store import tables as store_tables
from tests.support.recorded_schema import as_migrated, recorded
from tests.support.searching import search

#: The revision before articles had columns for filters.
BEFORE_FILTERS = "0008"
VERSIONS = Path(database.__file__).parent / "migrations" / "versions"


def test_head_is_the_last_migration() -> None:
    texts = [path.read_text("utf-8") for path in VERSIONS.glob("*.py")]
    revisions = {re.search(r'^revision = "(\w+)"', text, re.MULTILINE)[1] for text in texts}  # type: ignore[index]
    before = {m[1] for t in texts if (m := re.search(r'^down_revision = "(\w+)"', t, re.MULTILINE))}
    assert revisions - before == {database.HEAD}


def test_a_new_database_is_as_migrated(tmp_path: Path) -> None:
    migrated, made = tmp_path / "migrated.db", tmp_path / "made.db"
    as_migrated(migrated)
    said = "run python tests/support/recorded_schema.py"
    assert recorded(migrated) == schema.FILE.read_text("utf-8"), said
    database.open_database(made).dispose()
    assert sorted(recorded(made).split(schema.END)) == sorted(recorded(migrated).split(schema.END))
    for pragma in ("application_id", "auto_vacuum", "encoding", "journal_mode", "user_version"):
        assert _pragma(made, pragma) == _pragma(migrated, pragma)


def test_tables_of_others_in_a_new_file_stay(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE its (number INTEGER)")
    database.open_database(path).dispose()
    assert {"its", "urls", "articles_text"} <= {name for _, name, _ in _schema(path)}


@pytest.mark.parametrize(
    "metadata", [frontier_tables.metadata, store_tables.metadata, lineage_tables.metadata]
)
def test_tables_are_as_migrated(metadata: store_tables.MetaData) -> None:
    engine = database.open_database(":memory:")
    found = inspect(engine)
    for name, table in metadata.tables.items():
        migrated = {
            c["name"]: (type(c["type"]).__name__, c["nullable"]) for c in found.get_columns(name)
        }
        declared = {c.name: (type(c.type).__visit_name__, bool(c.nullable)) for c in table.columns}
        assert {n: (t.lower(), o) for n, (t, o) in migrated.items()} == {
            n: (t.lower().replace("big_integer", "bigint").replace("large_binary", "blob"), o)
            for n, (t, o) in declared.items()
        }
    engine.dispose()


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    database.open_database(path).dispose()
    before = _schema(path)
    database.open_database(path).dispose()
    assert _schema(path) == before
    assert before


@pytest.mark.parametrize("backend", ["file", "postgresql"])
def test_records_from_before_say_what_they_lack(
    backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    target = tmp_path / "news.db"
    if backend == "postgresql":
        target = request.getfixturevalue("postgresql").database()
    engine = database.open_database(target)
    long = "text " * 100
    records = [
        Article(published_at="2026-05-20", authors=("A",), body=long),
        Article(published_at="2026-05-20", credit=("dpa",), body=long),
        Article(published_at="2026-05-20", body="short"),
        Article(),
    ]
    captured = [
        Capture("w", 0, 1, "r", "d", f"2026-05-{day}T01:02:03.000004Z", 200)
        for day in (23, 24, 20, 20)
    ]
    records = [replace(r, capture=c) for r, c in zip(records, captured, strict=True)]
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(VERSIONS.parent))
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
        rows = [
            {"number": n, "id": n, "revision": 1, "url": n, "source": "s", "fingerprint": "",
             "published_at": each.published_at, "captured_at": captured[n].captured_at, "record_id": n,
             "record": json.dumps(each.to_dict())}
            for n, each in enumerate(records)
        ]  # fmt: skip
        old = [c for c in store_tables.articles.columns if c.name in rows[0]]
        columns = [*(Column(c.name, c.type) for c in old), Column("record", Text)]
        table = Table("articles", MetaData(), *columns)
        connection.execute(insert(table), [{**r, **{k: str(r[k]) for k in ("id", "url", "record_id")}}
                                           for r in rows])  # fmt: skip
    engine.dispose()
    again = database.open_database(target)
    with again.connect() as connection:
        query = select(store_tables.articles.c.lacks).order_by(store_tables.articles.c.number)
        assert list(connection.scalars(query)) == [lacks(each) for each in records] == [0, 8, 6, 7]
    again.dispose()


@pytest.mark.parametrize("backend", ["file", "postgresql"])
def test_articles_from_before_are_found_by_filters(
    backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    target = tmp_path / "news.db"
    if backend == "postgresql":
        target = request.getfixturevalue("postgresql").database()
    engine = database.open_database(target)
    capture = Capture("w", 0, 1, "r", "d", "2026-05-23T01:02:03.000004Z", 200)
    article = Article(url="https://paper.example/1", title="Ferry", authors=("Ann Lee",), tags=("Sea",),
                      section="Port", published_at="2026-05-20T00:30:00+02:00", capture=capture)  # fmt: skip
    Store(engine).add_articles([("paper", article)])
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(VERSIONS.parent))
        config.attributes["connection"] = connection
        command.downgrade(config, BEFORE_FILTERS)
    engine.dispose()
    again = database.open_database(target)
    asked = 'ferry author:"ann lee" tag:sea section:port published:2026-05-19'
    assert len(search(Store(again), asked)) == 1
    again.dispose()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    path.write_text("not a database, but long enough to be taken for one by its size " * 20)
    with pytest.raises(ArchiveError, match=r"news\.db: file is not a database"):
        database.open_database(path)
    with pytest.raises(ArchiveError, match="does not exist"):
        database.read_database(tmp_path / "none.db")


def test_a_damaged_database_is_found_out(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    engine = database.open_database(path)
    assert database.integrity(engine) == []
    engine.dispose()
    with path.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xff" * 4096)
    damaged = database.open_database(path)
    assert database.integrity(damaged) != []
    damaged.dispose()


def _pragma(path: Path, name: str) -> object:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()


def _schema(path: Path) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(
            "SELECT type, name, sql FROM sqlite_master ORDER BY name"
        ).fetchall()
    finally:
        connection.close()


def test_a_new_file_that_another_process_is_making_is_waited_for(tmp_path: Path) -> None:
    """SQLite does not wait for the switch to WAL, whatever its timeout."""
    path = tmp_path / "news.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE its (column)")
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as thread:
        opening = thread.submit(database.open_database, path)
        assert not wait([opening], timeout=0.3).done
        other.execute("ROLLBACK")
        opening.result(timeout=30).dispose()
    other.close()
