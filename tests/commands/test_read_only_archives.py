"""An archive that nobody may write to can be looked at, and looking leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from newscrawl.database.engine import open_database, read_database
from newscrawl.errors import ArchiveError
from tests.conftest import Crawled, newscrawl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ready_commands import Machine

LOOKING = [
    ["status"],
    ["status", "--check"],
    ["audit"],
    ["search", "ferry"],
    ["export"],
    ["export", "misses"],
    ["verify"],
]


def as_anybody() -> Machine:
    """The machine on which root is refused like anybody else."""
    return {"is_bound": True} if os.geteuid() == 0 else {}


def test_who_is_anybody_may_not_write(locked: Path) -> None:
    """Else the tests of this module would prove nothing."""
    ran = newscrawl("export", "--archive", locked, "-o", locked / "new", machine=as_anybody())
    assert (ran.code, (locked / "new").exists()) == (1, False)
    assert "Permission denied" in ran.err


def copied(part: Crawled, folder: Path) -> Path:
    """A copy of the archive without what a reader may hold open beside the database."""
    beside = shutil.ignore_patterns("news.db-*")
    return shutil.copytree(part.archive, folder / "news", ignore=beside)


@pytest.fixture
def locked(part: Crawled, tmp_path: Path) -> Iterator[Path]:
    """A copy of the archive without the right to write anything in it."""
    archive = copied(part, tmp_path)
    folders = [archive, archive / "warc", archive / "records"]
    for path in archive.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    archive.chmod(0o555)
    yield archive
    for folder in folders:
        folder.chmod(0o755)


def state(archive: Path) -> dict[str, tuple[int, int]]:
    """Every file with its size and the time of its last change."""
    found = {p.relative_to(archive).as_posix(): p.stat() for p in archive.rglob("*")}
    return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in found.items()}


@pytest.mark.parametrize("command", LOOKING, ids=" ".join)
def test_looking_needs_no_right_to_write(locked: Path, command: list[str]) -> None:
    before = state(locked)
    ran = newscrawl(*command, "--archive", locked, machine=as_anybody())
    assert (ran.code, ran.err) == (0, "")
    assert state(locked) == before
    if command != ["verify"]:  # which tells how long it took
        as_root = newscrawl(*command, "--archive", locked).out
        assert sorted(ran.out.splitlines()) == sorted(as_root.splitlines())


def test_who_may_not_write_is_told_so(locked: Path) -> None:
    ran = newscrawl("crawl", "--archive", locked, machine=as_anybody())
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"newscrawl: {locked / 'news.db'}: this user may not write to it\n"


@pytest.mark.parametrize("command", LOOKING, ids=" ".join)
def test_looking_changes_nothing_where_it_might(
    part: Crawled, tmp_path: Path, command: list[str]
) -> None:
    archive = copied(part, tmp_path)
    before = state(archive)
    assert newscrawl(*command, "--archive", archive).code == 0
    assert state(archive) == before


def test_what_a_crawl_has_not_moved_into_the_file_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    engine = open_database(path)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO warcs VALUES ('a')")
        with read_database(path).connect() as looking:
            assert looking.exec_driver_sql("SELECT count(*) FROM warcs").scalar() == 0
    read = read_database(path)
    with read.connect() as looking:
        assert looking.exec_driver_sql("SELECT name FROM warcs").scalar() == "a"
    read.dispose()
    engine.dispose()


def test_the_tables_of_another_version_are_named_and_left(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    open_database(path).dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match=r"news\.db has the tables of another version \(0000\)"):
        read_database(path)
    assert path.read_bytes() == before
    empty = tmp_path / "empty.db"
    empty.touch()
    with pytest.raises(ArchiveError, match=r"empty\.db has no tables yet"):
        read_database(f"sqlite:///{empty}")
    assert empty.read_bytes() == b""
