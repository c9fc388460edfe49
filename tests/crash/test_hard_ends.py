"""What a crawl stands on goes away under it: one line says so, and the next crawl goes on without a loss."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import private_postgresql
import pytest
from amounts import IS_THOROUGH
from processes import still_runs

from newscrawl.archive.verify.whole_archive import verify
from tests.conftest import FAST, newscrawl
from tests.crash.conftest import assert_whole, crawling, records_beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from started_commands import StartedCommand

    from tests.crash.conftest import Paper

    Pages = Callable[[int, int], Paper]

#: Slow enough to be met in the middle.
SLOW = ("-s", "DOWNLOAD_DELAY=0.05", "-s", "CONCURRENT_REQUESTS=4")


def until_asked(crawl: StartedCommand, paper: Paper, number: int) -> None:
    while len(paper.site.asked) < number:
        assert still_runs(crawl), crawl.communicate()


def as_anybody() -> list[str]:
    """What makes root one whom the permissions of files bind."""
    if os.geteuid() != 0:
        return []
    dropped = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    if subprocess.run([*dropped, "true"], check=False, capture_output=True).returncode:
        pytest.skip("setpriv may not drop capabilities here")
    return dropped


def the_end(crawl: StartedCommand) -> tuple[int, list[str]]:
    """Its exit code, and the lines that it said."""
    _, said = crawl.communicate(timeout=60)
    assert "Traceback" not in said, said
    return crawl.returncode, said.splitlines()


@pytest.fixture(scope="module")
def server() -> Iterator[private_postgresql.Cluster]:
    """A PostgreSQL server that may be stopped, and is started again."""
    if reason := private_postgresql.missing():
        pytest.skip(reason)
    with private_postgresql.running() as cluster:
        yield cluster


@pytest.mark.long
def test_postgresql_goes_away_and_comes_back(
    tmp_path: Path, large_pages: Pages, server: private_postgresql.Cluster
) -> None:
    archive, paper = tmp_path / "news", large_pages(24, 1000)
    database = ("--db", server.database())
    soon = ("-s", "NEWSCRAWL_DATABASE_SECONDS=1")
    with crawling(archive, *SLOW, *soon, *database, paper.seed) as crawl:
        until_asked(crawl, paper, 10)
        server.stop()
        code, said = the_end(crawl)
    assert code == 1, said
    assert "server closed the connection" in said[0] or "connection" in said[0]
    assert "nothing captured is lost. To go on: " in said[-1]
    assert f" --db {database[1]}" in said[-1].replace("'", "")
    assert len(said) <= 3, said
    with crawling(archive, *database, paper.seed) as crawl:
        code, said = the_end(crawl)
    assert (code, len(said)) == (1, 1), said
    server.start()
    with crawling(archive, *database, paper.seed) as crawl:
        code, said = the_end(crawl)
    assert code == 0, said
    asked = Counter(paper.site.asked)
    # What was captured is read where it lies.
    assert sum(asked[path] for path in paper.paths) <= len(paper.paths) + 4
    beside = Counter(str(record["url"]) for record in records_beside(archive))
    assert beside == Counter(paper.urls)
    assert list(verify(archive)) == []
    assert newscrawl("verify", "--archive", archive, *database).code == 0


def test_a_crawl_survives_a_restart_of_postgresql(
    tmp_path: Path, large_pages: Pages, server: private_postgresql.Cluster
) -> None:
    archive, paper = tmp_path / "news", large_pages(24, 1000)
    with crawling(archive, *SLOW, "--db", server.database(), paper.seed) as crawl:
        until_asked(crawl, paper, 10)
        server.stop()
        assert crawl.stderr is not None
        lost = crawl.stderr.readline()
        server.start()
        code, said = the_end(crawl)
    assert "waiting for it" in lost
    assert code == 0, said
    assert Counter(paper.site.asked)["/feed.xml"] == 1
    beside = Counter(str(record["url"]) for record in records_beside(archive))
    assert beside == Counter(paper.urls)


def test_the_archive_is_deleted(tmp_path: Path, large_pages: Pages) -> None:
    archive, paper = tmp_path / "news", large_pages(24, 1000)
    with crawling(archive, *SLOW, paper.seed) as crawl:
        until_asked(crawl, paper, 10)
        shutil.rmtree(archive.rename(tmp_path / "gone"))
        code, said = the_end(crawl)
    assert code == 1, said
    assert f"{archive}/" in said[0]
    assert "its archive is gone. To go on: " in said[-1]
    assert len(said) <= 3, said
    assert not archive.exists()
    with crawling(archive, paper.seed) as crawl:
        code, said = the_end(crawl)
    assert code == 0, said
    assert_whole(archive, paper)


def test_an_archive_that_may_not_be_written(tmp_path: Path, large_pages: Pages) -> None:
    archive, paper = tmp_path / "news", large_pages(3, 1000)
    archive.mkdir()
    for _ in ("empty", "with captures"):
        folders = [archive, *(path for path in archive.rglob("*") if path.is_dir())]
        for folder in folders:
            folder.chmod(0o555)
        asked = len(paper.site.asked)
        with crawling(archive, paper.seed, before=as_anybody()) as crawl:
            code, said = the_end(crawl)
        assert (code, len(said)) == (1, 1), said
        assert said[0].startswith(f"newscrawl: {archive}")
        assert len(paper.site.asked) == asked
        for folder in folders:
            folder.chmod(0o755)
        assert newscrawl("crawl", "--archive", archive, *FAST, paper.seed).code == 0
    assert_whole(archive, paper)


def test_an_archive_that_may_no_longer_be_written(tmp_path: Path, large_pages: Pages) -> None:
    archive, paper = tmp_path / "news", large_pages(24, 1000)
    small = ("-s", "NEWSCRAWL_WARC_BYTES=5000")
    with crawling(archive, *SLOW, *small, paper.seed, before=as_anybody()) as crawl:
        until_asked(crawl, paper, 10)
        (archive / "warc").chmod(0o555)
        code, said = the_end(crawl)
    assert code == 1, said
    assert said[0].endswith(": Permission denied")
    assert "nothing captured is lost. To go on: " in said[-1]
    (archive / "warc").chmod(0o755)
    with crawling(archive, paper.seed) as crawl:
        code, said = the_end(crawl)
    assert code == 0, said
    assert_whole(archive, paper)


#: When the clock is set, and by how many seconds.
SET_CLOCKS = [("within", 7_200), ("between", -86_400)]
if IS_THOROUGH:
    SET_CLOCKS += [("between", 7_200), ("within", -86_400)]


@pytest.mark.parametrize(("at", "seconds"), SET_CLOCKS)
def test_the_clock_is_set_back_or_forward(
    tmp_path: Path, large_pages: Pages, monkeypatch: pytest.MonkeyPatch, at: str, seconds: int
) -> None:
    archive, paper, turned = tmp_path / "news", large_pages(24, 1000), tmp_path / "turned"
    monkeypatch.setenv("TURNED_BACK", f"{turned} {seconds}")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1] / "support"))
    clock = ("-s", "NEWSCRAWL_CLOCK=turned_back_clock.TurnedBack")
    with crawling(archive, *SLOW, *clock, paper.seed) as crawl:
        until_asked(crawl, paper, 10)
        turned.touch() if at == "within" else crawl.send_signal(signal.SIGTERM)
        code, said = the_end(crawl)
    assert code == (0 if at == "within" else 1), said
    if at == "between":
        turned.touch()
        with crawling(archive, *clock, paper.seed) as crawl:
            code, said = the_end(crawl)
        assert code == 0, said
    assert_whole(archive, paper)
    assert max(Counter(paper.site.asked[2:]).values()) <= 2
