"""Every form of replay obeys `--db` and NEWSCRAWL_DATABASE, or refuses them in one line."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.conftest import newscrawl

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crawled


def rows(database: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(database)) as opened:
        return opened.execute("SELECT id, revision FROM articles ORDER BY number").fetchall()


def test_tables_go_into_the_database_that_is_named(few: Crawled, tmp_path: Path) -> None:
    [warc] = (few.archive / "warc").iterdir()
    root, database = tmp_path / "again", tmp_path / "named.db"
    url = f"sqlite:///{database}"
    ran = newscrawl("replay", warc, "--into", root, "--db", url)
    assert (ran.code, (root / "news.db").exists()) == (0, False)
    found = rows(database)
    assert len(found) == len(few.records)
    assert newscrawl("verify", "--archive", root, "--db", url).code == 0
    # What a killed run has written there is not written twice.
    shutil.rmtree(root)
    assert newscrawl("replay", warc, "--into", root, env={"NEWSCRAWL_DATABASE": url}).code == 0
    assert rows(database) == found


@pytest.mark.parametrize("form", ["--check", "--diff"])
def test_what_a_crawl_could_not_read_is_known_from_the_database_that_is_named(
    few: Crawled, tmp_path: Path, form: str
) -> None:
    root, database = shutil.copytree(few.archive, tmp_path / "news"), tmp_path / "named.db"
    [path] = (root / "records").iterdir()
    *rest, last = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(rest), "utf-8")
    record = json.loads(last)
    shutil.move(root / "news.db", database)
    with closing(sqlite3.connect(database)) as opened, opened:
        opened.execute(
            "UPDATE urls SET outcome = 'miss', cause = 'extraction-failed',"
            " detail = 'took longer than 20 s', over_limit = 1, capture = ? WHERE url = ?",
            (record["capture"]["record_id"], record["url"]),
        )
    assert newscrawl("replay", root, form).code == 3
    assert newscrawl("replay", root, form, "--db", f"sqlite:///{database}").code == 0
    ran = newscrawl("replay", root, form, "--db", f"sqlite:///{tmp_path}/none.db")
    assert (ran.code, ran.err.count("\n")) == (3, 1), ran.err


@pytest.mark.parametrize("form", [(), ("--parquet", "tables"), ("--diff", "--against", "other")])
def test_what_uses_no_database_refuses_one(few: Crawled, form: tuple[str, ...]) -> None:
    url = "sqlite:///named.db"
    for options, env in ((("--db", url), None),):
        ran = newscrawl("replay", few.archive, *form, *options, env=env)
        assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
        assert "--db: only --into" in ran.err
