"""A crawl that is killed at any moment loses nothing and doubles nothing.

NEWSCRAWL_KILLS is how often it is killed, NEWSCRAWL_SEED chooses the moments.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from strict_warc import faults

from newscrawl.archive.verify.proof import verify
from tests.conftest import newscrawl
from tests.crash.conftest import crawling, records_beside

KILLS = int(os.environ.get("NEWSCRAWL_KILLS", "5"))
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
                break  # it was faster than we are
            crawl.send_signal(signal.SIGKILL)
            crawl.wait()
            killed += 1
        assert [fault for path in finished(archive) for fault in faults(path)] == []
    assert killed > KILLS // 2
    with crawling(archive, *small_files, paper.seed) as crawl:
        _, said = crawl.communicate(timeout=100)
        assert crawl.returncode == 0, said
    assert_whole(archive, paper)


def assert_whole(archive: Path, paper) -> None:
    assert list((archive / "warc").glob("*.open*")) == []
    assert [fault for path in finished(archive) for fault in faults(path)] == []
    checked = subprocess.run(
        [Path(sys.executable).parent / "warcio", "check", *finished(archive)], check=False
    )
    assert checked.returncode == 0
    assert list(verify(archive)) == []
    beside = Counter(str(record["url"]) for record in records_beside(archive))
    assert beside == Counter(paper.urls)
    exported = Counter(record["url"] for record in newscrawl("export", "--archive", archive).lines)
    assert exported == beside
    replayed = newscrawl("replay", archive, "--check")
    assert replayed.code == 0, replayed.out
    assert f"{len(beside)} identical" in replayed.out + replayed.err


def finished(archive: Path) -> list[Path]:
    return sorted((archive / "warc").glob("*.warc.gz"))


def wait(process: subprocess.Popen[str], seconds: float) -> bool:
    """Whether the process still runs after this time."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    return False
