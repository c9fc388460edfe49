"""A migration of an older database may be killed at any moment; whoever comes next goes on with it."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from newscrawl.database import engine as database
from newscrawl.errors import ArchiveError
from newscrawl.frontier import SqlFrontier
from newscrawl.items import Article, Capture
from newscrawl.monitoring.tallied import disagreements
from newscrawl.store import Store
from tests.conftest import python
from tests.support.searching import search

pytestmark = pytest.mark.long

#: Articles: more than the largest batch of a migration.
NUMBER = 1_100
#: Moments at which one migration is killed; NEWSCRAWL_KILLS=50 are more.
KILLS = int(os.environ.get("NEWSCRAWL_KILLS", "3"))
#: Opens a database, and dies without a word before the statement of this number.
OPENING = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from newscrawl.database.engine import open_database

left = int(sys.argv[2])

@event.listens_for(Engine, "before_cursor_execute")
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

open_database(sys.argv[1]).dispose()
"""


def article(number: int, words: list[str]) -> Article:
    rng = random.Random(number)
    capture = Capture(
        "a.warc.gz", number, 9, f"urn:uuid:{number}", "sha256:0", "2026-05-20T01:02:03.000004Z", 200
    )
    body = " ".join(rng.choices(words, k=250))
    return Article(
        url=f"https://paper.example/{number}", title=f"Story {number} 渡轮", authors=("Ann",),
        body=body, body_markdown=body, capture=capture, language="en",
    )  # fmt: skip


@pytest.fixture(scope="module")
def older_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    path = tmp_path_factory.mktemp("older") / "news.db"
    return path, older(path)


@pytest.fixture
def older_copy(
    older_file: tuple[Path, list[dict[str, Any]]], tmp_path: Path
) -> tuple[Path, list[dict[str, Any]]]:
    path, records = older_file
    return Path(shutil.copy(path, tmp_path)), records


def older(target: Path | str) -> list[dict[str, Any]]:
    """Fill a database as an older version would have; its records."""
    words = ["".join(random.Random(n).choices("aeioulmnrst", k=6)) for n in range(3_000)]
    records = [article(n, words).to_dict() for n in range(1, NUMBER + 1)]
    engine = database.open_database(target)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option(
            "script_location", str(Path(database.__file__).parent / "migrations")
        )
        config.attributes["connection"] = connection
        command.downgrade(config, "0005")
        _put_in(connection, records, is_sqlite=engine.dialect.name == "sqlite")
    engine.dispose()
    return records


def _put_in(connection: Any, records: list[dict[str, Any]], *, is_sqlite: bool) -> None:
    rows = [
        {"number": n, "id": each["id"], "url": each["url"], "title": each["title"],
         "record_id": each["capture"]["record_id"], "captured_at": each["capture"]["captured_at"],
         "record": json.dumps(each, ensure_ascii=False), "body": each["body"],
         "capture": json.dumps(each["capture"])}
        for n, each in enumerate(records, 1)
    ]  # fmt: skip
    connection.execute(
        text(
            "INSERT INTO articles (number, id, revision, url, source, fingerprint, captured_at,"
            " record_id, record, lacks)"
            " VALUES (:number, :id, 1, :url, 'paper', '', :captured_at, :record_id, :record, 1)"
        ),
        rows,
    )
    words = "rowid, title, authors, description, body) VALUES (:number, :title, 'Ann', '', :body"
    if not is_sqlite:
        words = "number, words) VALUES (:number, to_tsvector('simple', :body)"
    connection.execute(text(f"INSERT INTO articles_text ({words})"), rows)
    connection.execute(
        text(
            'INSERT INTO captures (record_id, url, warc, "offset", length, status, payload_digest,'
            " captured_at)"
            " VALUES (:record_id, :url, 'a.warc.gz', :number, 9, 200, 'sha256:0', :captured_at)"
        ),
        rows,
    )
    connection.execute(
        text(
            "INSERT INTO urls (key, url, host, source, kind, depth, priority, rank, state, attempts,"
            " outcome, cause, settled_at, capture)"
            " VALUES (:url, :url, 'paper.example', 'paper', 'article', 1, 1, 0,"
            " 'done', 0, 'miss', 'moved', 5.0, :capture)"
        ),
        rows,
    )


def migrate(target: Path | str, dies_at: int) -> tuple[int, str]:
    """Its exit code, and what it said."""
    ran = python("-c", OPENING, target, dies_at)
    return ran.code, ran.err


def check(engine: Engine, records: list[dict[str, Any]]) -> None:
    store = Store(engine)
    # The source was a column of the tables alone.
    expected = [{**record, "source": "paper"} for record in records]
    assert [record for _, record in store.records()] == expected
    assert store.counts()["paper"]["articles"] == NUMBER
    assert store.capture_count() == NUMBER
    assert list(disagreements(engine)) == []
    assert database.integrity(engine) == []
    assert len(search(store, "stories", limit=2 * NUMBER)) == NUMBER
    missed = list(SqlFrontier(engine).misses())
    assert [miss["capture"]["offset"] for miss in missed if miss["url"].endswith("/7")] == [7]
    if engine.dialect.name == "sqlite":
        [hit] = search(store, "story 77 渡轮")
        assert (hit.record, hit.snippet) == (expected[76], "[Story] [77] [渡轮]")
        with engine.begin() as connection:
            connection.execute(
                text("INSERT INTO articles_text(articles_text) VALUES ('integrity-check')")
            )


@pytest.mark.parametrize("backend", ["file", "postgresql"])
def test_a_migration_goes_on_where_it_was_killed(
    backend: str, request: pytest.FixtureRequest
) -> None:
    target: Path | str
    if backend == "postgresql":
        target = request.getfixturevalue("postgresql").database()
        records = older(target)
    else:
        target, records = request.getfixturevalue("older_copy")
    rng, killed = random.Random(), 0
    # The statements of a whole migration are some 130; each run comes further than the one before.
    for dies_at in sorted(rng.sample(range(4, 100), KILLS)):
        code, said = migrate(target, dies_at)
        killed += code == -9
        assert code in (-9, 0), (dies_at, said)
    assert killed, "no run was killed"
    code, said = migrate(target, 0)
    assert code == 0, said
    engine = database.open_database(target)
    check(engine, records)
    engine.dispose()


def test_readers_are_told_and_the_disk_is_given_back(
    older_copy: tuple[Path, list[dict[str, Any]]],
) -> None:
    path, _ = older_copy
    before = path.stat().st_size
    while True:
        code, said = migrate(path, 40)
        if "records are compressed" in said:
            break
        assert code == -9, said
    with closing(sqlite3.connect(path)) as tables:
        assert tables.execute("SELECT version_num FROM alembic_version").fetchone() == ("0007",)
    with pytest.raises(ArchiveError, match="being migrated, or that was broken off"):
        database.read_database(path)
    code, said = migrate(path, 0)
    assert (code, f"records are compressed: 100 % of {NUMBER:,}" in said) == (0, True), said
    assert "free bytes are given back to the disk" in said
    assert path.stat().st_size < before / 1.5


def test_a_full_disk_is_named_and_the_next_one_goes_on(
    older_copy: tuple[Path, list[dict[str, Any]]],
) -> None:
    """What a transaction may write is bounded by the file size that the process may have."""
    path, records = older_copy
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({1 << 20},) * 2)\n"
    said = subprocess.run(
        [sys.executable, "-c", limited + "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
         "from newscrawl.errors import StorageError\nfrom newscrawl.database.engine import open_database\n"
         "import sys\ntry: open_database(sys.argv[1])\nexcept StorageError as error: print(error)",
         str(path)],
        capture_output=True, text=True, timeout=300, check=True,
    ).stdout  # fmt: skip
    assert said.count("\n") == 1
    assert said.startswith(f"{path}: ")
    engine = database.open_database(path)
    check(engine, records)
    engine.dispose()
