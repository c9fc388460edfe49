"""An archive of an older version is read as it is, and brought up to date; a newer one is refused."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.config import Config

from newscrawl.database import engine as database
from newscrawl.database.records import MIN_SAMPLES
from newscrawl.items import Article, Capture
from newscrawl.query import parse
from newscrawl.store import Store
from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from tests.conftest import Start

OLDER = "0011"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, lasting_site: Start) -> tuple[Path, str]:
    path = "/news/2026/story.html"
    site = lasting_site({"/feed.xml": feed(path), path: story(1)})
    root = tmp_path_factory.mktemp("whole") / "news"
    assert crawl(root, site.base + "/feed.xml").code == 0
    downgrade(root / "news.db", OLDER)
    return root, site.base + path


@pytest.fixture
def archive(tmp_path: Path, whole: tuple[Path, str]) -> tuple[Path, str]:
    """An archive whose tables are those of an older version."""
    root, url = whole
    return shutil.copytree(root, tmp_path / "news"), url


def downgrade(path: Path, revision: str) -> None:
    engine = database.open_database(path)
    with engine.begin() as connection:
        config = Config()
        folder = Path(database.__file__).parent / "migrations"
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    engine.dispose()


def revision(archive: Path) -> str:
    with closing(sqlite3.connect(archive / "news.db")) as tables:
        return tables.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def digest(archive: Path) -> str:
    return hashlib.sha256((archive / "news.db").read_bytes()).hexdigest()


def test_an_older_archive_is_read_without_being_changed(archive: tuple[Path, str]) -> None:
    root, url = archive
    before = digest(root)
    for words in (("show", url), ("search", "harbour"), ("status",), ("export",), ("audit",)):
        ran = newscrawl(*words, "--archive", root)
        assert ran.code == 0, ran.err
        assert "harbour" in ran.out or words[0] in ("status", "audit")
    assert (digest(root), revision(root)) == (before, OLDER)


def test_it_is_brought_up_to_date(archive: tuple[Path, str]) -> None:
    root, url = archive
    said = newscrawl("migrate", "--dry-run", "--archive", root)
    assert (said.code, revision(root)) == (0, OLDER)
    assert f"would bring tables {OLDER} to {database.HEAD}, 1 record" in said.out
    done = newscrawl("migrate", "--archive", root)
    assert (done.code, revision(root)) == (0, database.HEAD)
    assert f"brought from {OLDER} to {database.HEAD}" in done.err
    assert "up to date" in newscrawl("migrate", "--archive", root).out
    assert newscrawl("verify", "--archive", root, "--records").code == 0
    assert url in newscrawl("export", "--archive", root).out


def test_a_newer_archive_is_refused_in_one_sentence(archive: tuple[Path, str]) -> None:
    root, url = archive
    with closing(sqlite3.connect(root / "news.db")) as tables, tables:
        tables.execute("UPDATE alembic_version SET version_num = '9999'")
    for words in (("show", url), ("status",), ("migrate",), ("crawl", url)):
        ran = newscrawl(*words, "--archive", root)
        assert ran.code == 3, (words, ran.err)
        [line] = [each for each in ran.err.splitlines() if "newer" in each]
        assert "was written by a newer newscrawl" in line


@pytest.mark.parametrize("older", ["0008", "0013", "0018", "0021", "0025"])
def test_some_hundreds_of_articles_are_read_and_brought_up_to_date(
    older: str, tmp_path: Path
) -> None:
    # As many as a dictionary is trained of, and not so many that there is one.
    path = tmp_path / "news.db"
    store = Store(database.open_database(path))
    store.add_articles(("paper", _article(n)) for n in range(MIN_SAMPLES + 10))
    wanted = [record for _, record in store.records()]
    store.close()
    downgrade(path, older)
    for opened in (database.read_database, database.open_database):
        engine = opened(path)
        assert [record for _, record in Store(engine).records()] == wanted
        found = Store(engine).search(parse("harbour", now=datetime(2026, 6, 1, tzinfo=UTC)))
        assert len(found) == 20
        engine.dispose()
    with closing(sqlite3.connect(path)) as tables:
        assert tables.execute("SELECT count(*) FROM dictionaries").fetchone() == (0,)


def _article(number: int) -> Article:
    capture = Capture(
        "a.warc.gz", number, 10, f"<urn:uuid:{number:032}>", None, "2026-05-19T10:00:00Z", 200
    )
    url = f"https://paper.example/{number}"
    body = f"In year {number} the harbour was closed."
    return Article(url=url, source="paper", title="The harbour", body=body, capture=capture)
