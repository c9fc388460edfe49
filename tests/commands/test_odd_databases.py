"""Every command ends with one clear line and its exit code, whatever state news.db is in."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from newscrawl.database import engine as database
from newscrawl.errors import StorageError
from newscrawl.frontier import DiscoveredUrl, SqlFrontier
from tests.conftest import crawl, newscrawl

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crawled

LOOKING = (
    ("status",),
    ("status", "--check"),
    ("audit",),
    ("export", "records"),
    ("export", "misses"),
    ("search", "the"),
    ("show", "0123456789abcdef"),
)


@pytest.fixture
def archive(crawled: Crawled, tmp_path: Path) -> Path:
    copied: Path = shutil.copytree(crawled.archive, tmp_path / "news")
    with closing(sqlite3.connect(copied / "news.db")) as tables:
        tables.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return copied


def is_one_line(error: str) -> bool:
    return error.count("\n") == 1 and "news.db" in error and "Traceback" not in error


@pytest.mark.parametrize("state", ["deleted", "empty", "cut", "noise", "text"])
def test_looking_at_a_database_that_is_none(archive: Path, state: str) -> None:
    path = archive / "news.db"
    content = path.read_bytes()
    if state == "deleted":
        path.unlink()
    else:
        path.write_bytes(
            {
                "empty": b"",
                "cut": content[: len(content) // 2],
                "noise": random.Random(1).randbytes(40_000),
                "text": b"this is no database at all\n" * 2_000,
            }[state]
        )
    for command in LOOKING:
        ran = newscrawl(*command, "--archive", archive)
        assert (ran.code, is_one_line(ran.err)) == (3, True), (command, ran.code, ran.out, ran.err)


def test_looking_at_a_database_of_which_pages_are_noise(archive: Path) -> None:
    path, rng = archive / "news.db", random.Random(2)
    with path.open("r+b") as file:
        for page in range(2, path.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(rng.randbytes(4096))
    for command in LOOKING:
        ran = newscrawl(*command, "--archive", archive)
        assert (ran.code, is_one_line(ran.err)) == (3, True), (command, ran.code, ran.out, ran.err)
    ran = newscrawl("verify", "--archive", archive)
    assert (ran.code, "Traceback" in ran.err, "news.db: " in ran.out) == (3, False, True), ran.err


@pytest.mark.parametrize("state", ["cut", "noise"])
def test_a_crawl_of_a_database_that_is_none(archive: Path, state: str) -> None:
    path = archive / "news.db"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] if state == "cut" else b"noise" * 9_000)
    ran = crawl(archive, "http://127.0.0.1:9/")
    assert (ran.code, "Traceback" in ran.err) in {(3, False), (1, False)}, ran.err
    assert "news.db" in ran.err
    assert newscrawl("verify", "--archive", archive).code == 3


def test_a_database_that_another_process_writes_to_is_read(archive: Path) -> None:
    with closing(sqlite3.connect(archive / "news.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM articles")
        for command in LOOKING[:-1]:
            ran = newscrawl(*command, "--archive", archive)
            assert (ran.code in (0, 1), ran.err) == (True, ""), (command, ran.err)
        other.execute("ROLLBACK")


def test_a_lock_that_lasts_is_waited_for_and_then_named(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound is shortened; `newscrawl` waits for two minutes."""
    assert database.PATIENCE > 60
    monkeypatch.setattr(database, "PATIENCE", 0.05)
    path = archive / "news.db"
    engine = database.open_database(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="database is locked"):
            SqlFrontier(engine).add([DiscoveredUrl("https://a.example/", "seed", "a")], now=1.0)
        other.execute("ROLLBACK")
    engine.dispose()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageError, match=r"news\.db: database is locked"):
            database.read_database(path)
        with pytest.raises(StorageError, match=r"news\.db: database is locked"):
            database.open_database(path)
        other.execute("ROLLBACK")
