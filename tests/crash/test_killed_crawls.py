"""A crawl that is killed at any moment loses nothing and doubles nothing.

NEWSCRAWL_KILLS is how often it is killed, NEWSCRAWL_SEED chooses the moments.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

from strict_warc import faults

from tests.crash.conftest import assert_whole, crawling, finished

if TYPE_CHECKING:
    from pathlib import Path

    from started_commands import StartedCommand

KILLS = int(os.environ.get("NEWSCRAWL_KILLS", "3"))
SEED = int(os.environ.get("NEWSCRAWL_SEED", "1"))


def test_every_article_is_there_once_however_often_it_is_killed(tmp_path, large_pages):
    rng = random.Random(SEED)
    archive = tmp_path / "news"
    paper = large_pages(20 + 8 * KILLS, 100_000)
    small_files = ("-s", "NEWSCRAWL_WARC_BYTES=1500000")
    killed = 0
    while killed < KILLS:
        with crawling(archive, *small_files, paper.seed) as crawl:
            goal = len(paper.site.asked) + rng.randint(1, 10)
            while len(paper.site.asked) < goal and wait(crawl, 0.005):
                pass
            if not wait(crawl, rng.random() * 0.3):
                assert crawl.returncode == 0, crawl.communicate()[1]
                break  # it was faster than we are
            crawl.send_signal(signal.SIGKILL)
            crawl.wait()
            killed += 1
        assert [fault for path in finished(archive) for fault in faults(path)] == []
        assert damage_of(archive / "news.db") == []
    assert killed > KILLS // 2
    with crawling(archive, *small_files, paper.seed) as crawl:
        _, said = crawl.communicate(timeout=100)
        assert crawl.returncode == 0, said
    assert_whole(archive, paper)


def damage_of(database: Path) -> list[str]:
    """What SQLite finds wrong with the database as the killed process has left it."""
    if not database.exists():
        return []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        found = connection.execute("PRAGMA integrity_check").fetchall()
    return [line for (line,) in found if line != "ok"]


def wait(process: StartedCommand, seconds: float) -> bool:
    """Whether the process still runs after this time."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    return False
