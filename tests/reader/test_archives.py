"""The reader over a folder that nobody may write to, over one that is written to, over PostgreSQL."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from newscrawl.archive.layout import Layout
from newscrawl.database.engine import open_database
from newscrawl.items import Article, Capture
from newscrawl.store import Store
from tests.commands.test_read_only_archives import as_anybody
from tests.conftest import start_newscrawl
from tests.reader.conftest import Reading, browse

if TYPE_CHECKING:
    from pathlib import Path

    import private_postgresql

PAGES = ["/", "/search?q=ferry", "/changes", "/health", "/day/2026-05-20"]


def test_a_folder_that_nobody_may_write_to(changing_archive: Path, tmp_path: Path) -> None:
    beside = shutil.ignore_patterns("news.db-*")
    archive = shutil.copytree(changing_archive, tmp_path / "news", ignore=beside)
    for path in [archive, *archive.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = sorted(path.name for path in archive.rglob("*"))
    process = start_newscrawl(
        "browse", "--archive", archive, stdout=subprocess.PIPE, machine=as_anybody()
    )
    assert process.stdout is not None
    try:
        found = Reading(archive, process.stdout.readline().split()[1], process)
        assert [found.get(path).status for path in PAGES] == [200] * len(PAGES)
        assert found.get(f"/article/{found.changed['id']}/history").status == 200
        assert sorted(path.name for path in archive.rglob("*")) == before
    finally:
        process.terminate()
        process.communicate(timeout=30)
        for folder in (archive, archive / "warc", archive / "records", archive / "changes"):
            folder.chmod(0o755)


def test_what_a_crawl_adds_is_seen_at_once(changing_archive: Path, tmp_path: Path) -> None:
    archive = shutil.copytree(changing_archive, tmp_path / "news")
    engine = open_database(Layout(archive).database)
    store = Store(engine)
    with browse(archive) as found:
        before = found.rows("/index.json?limit=500")
        for number in range(3):
            store.add_articles([_article(number)])
            rows = found.rows("/index.json?limit=500")
            assert len(rows) == len(before) + number + 1
            assert rows[0]["title"] == f"New {number}"
        # A writer that holds the database keeps no reader waiting, nor does a reader keep it.
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE articles SET title = 'Changed'")
            assert found.rows("/index.json?limit=1")[0]["title"] == "New 2"
    engine.dispose()


def test_postgresql_with_the_articles_of_two_archives(
    postgresql: private_postgresql.Cluster, tmp_path: Path
) -> None:
    url = postgresql.database()
    engine = open_database(url)
    store = Store(engine)
    for source in ("first.example", "second.example"):
        layout = Layout(tmp_path / source)
        layout.create()
        store.add_articles([_article(n, source, warc=f"{source}.warc.gz") for n in range(4)])
        store.add_captures(
            (a.url or "", a.capture)
            for _, a in (_article(n, source, warc=f"{source}.warc.gz") for n in range(4))
            if a.capture
        )
    engine.dispose()
    with browse(tmp_path / "first.example", "--db", url) as found:
        rows = found.rows("/index.json")
        assert {row["source"] for row in rows} == {"first.example", "second.example"}
        for sort in ("relevance", "published", "seen"):
            path, seen = f"/search.json?q=water&limit=3&sort={sort}", []
            while path:
                some = found.get(path).json
                seen += [row["id"] for row in some["rows"]]
                path = f"{path.partition('&after')[0]}&after={some['next']}" if some["next"] else ""
            assert sorted(seen) == sorted(row["id"] for row in rows)
        assert [found.get(path).status for path in PAGES] == [200] * len(PAGES)
        assert found.get("/source/second.example").status == 200
        url_ = next(row["url"] for row in rows if row["source"] == "second.example")
        assert len(found.rows(f"/captures.json?url={url_}")) == 1


def test_the_crawl_prints_the_command_that_opens_it(changing_archive: Path) -> None:
    said = (changing_archive.parent / "said.txt").read_text()
    command = r"newscrawl browse --archive FOLDER/news --open$"
    assert re.search(command, said.partition("Try next:")[2], re.MULTILINE)


def test_without_its_extra_one_line_says_what_to_install(
    changing_archive: Path, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\nreal = u.find_spec\n"
        "u.find_spec = lambda name, *more: None if name == 'uvicorn' else real(name, *more)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "newscrawl", "browse", "--archive", str(changing_archive)],
        env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (
        2, "newscrawl: the reader needs uvicorn: pip install 'newscrawl[reader]'\n",
    )  # fmt: skip


def _article(
    number: int, source: str = "new.example", *, warc: str = "n.warc.gz"
) -> tuple[str, Article]:
    capture = Capture(warc, number, 9, f"urn:uuid:{source}-{number}", f"sha256:{number}",
                      f"2026-11-2{number}T08:00:00Z", 200)  # fmt: skip
    article = Article(
        url=f"https://{source}/{number}", source=source, title=f"New {number}", body="Water " * 60,
        language="en", capture=capture, published_at=f"2026-11-2{number}T06:00:00Z",
    )  # fmt: skip
    return source, article
