"""A crawl on a full disk stops by itself, and goes on when there is room again."""

from __future__ import annotations

import subprocess
from collections import Counter

import pytest

from tests.conftest import newscrawl
from tests.crash.conftest import assert_whole, crawling


@pytest.fixture
def small_disk(tmp_path):
    """A function that gives the disk at `folder` so many megabytes; it keeps what it holds."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(*options: str) -> int:
        command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)]
        return subprocess.run(command, capture_output=True, check=False).returncode

    if mount("size=3m"):
        pytest.skip("a small file system cannot be mounted here")
    yield folder, mount
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("fsync", ["commit", pytest.param("close", marks=pytest.mark.long)])
def test_the_crawl_stops_and_goes_on(small_disk, large_pages, fsync):
    folder, mount = small_disk
    archive = folder / "news"
    paper = large_pages(60, 150_000)
    # Few in hand at once, so that it is not all asked for before the disk is full.
    settings = ("-s", "NEWSCRAWL_WARC_BYTES=700000", "-s", f"NEWSCRAWL_FSYNC={fsync}")
    settings += ("-s", "CONCURRENT_REQUESTS=4")
    # Fetching goes on to the last byte, as where others fill the disk.
    settings += ("-s", "NEWSCRAWL_DISK_STOP_BYTES=0")
    with crawling(archive, *settings, paper.seed) as crawl:
        _, said = crawl.communicate(timeout=60)
    assert crawl.returncode == 1
    assert said.count("the disk is full") + said.count("database or disk is full") >= 1, said
    assert "Traceback" not in said, said
    assert "To go on: " in said
    assert 0 < len(paper.site.asked) < 60
    assert mount("remount", "size=40m") == 0
    with crawling(archive, *settings, paper.seed) as crawl:
        _, said = crawl.communicate(timeout=60)
    assert crawl.returncode == 0, said
    assert_whole(archive, paper)
    # What was kept is not fetched again: only what was in flight when the disk was full.
    asked = Counter(paper.site.asked)
    assert sum(asked[path] > 1 for path in paper.paths) <= 16
    assert max(asked.values()) == 2


def test_a_disk_that_is_full_from_the_start(small_disk, large_pages):
    folder, _ = small_disk
    (folder / "ballast").write_bytes(bytes(2_900_000))
    to_the_last_byte = ("-s", "NEWSCRAWL_DISK_STOP_BYTES=0")
    with crawling(folder / "news", *to_the_last_byte, large_pages(3, 1000).seed) as crawl:
        _, said = crawl.communicate(timeout=60)
    assert crawl.returncode == 1
    assert "Traceback" not in said, said
    assert "disk is full" in said or "No space left" in said


@pytest.mark.long
def test_what_has_not_changed_is_not_kept_twice(tmp_path, large_pages):
    archive = tmp_path / "news"
    paper = large_pages(12, 100_000)
    everything = [paper.seed, *paper.urls]
    for _ in range(2):
        with crawling(archive, *everything) as crawl:
            _, said = crawl.communicate(timeout=60)
        assert crawl.returncode == 0, said
    first, second = sorted((archive / "warc").glob("*.warc.gz"))
    assert second.stat().st_size <= first.stat().st_size * 0.05
    assert_whole(archive, paper)
    assert newscrawl("status", "--archive", archive).code == 0
