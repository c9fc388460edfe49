"""Small WARCs of many runs become full ones, and nothing but the files changes."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from members import members_of

from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Start

RUNS = 4


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, lasting_site: Start) -> Path:
    paths = [f"/news/2026/story-{n}.html" for n in range(RUNS)]
    answers = {path: story(n) for n, path in enumerate(paths)}
    feeds = {f"/{n}.xml": feed(paths[n]) for n in range(RUNS)}
    site = lasting_site({**feeds, **answers})
    root = tmp_path_factory.mktemp("whole") / "news"
    for n in range(RUNS):
        assert crawl(root, f"{site.base}/{n}.xml").code == 0
    return root


@pytest.fixture
def archive(tmp_path: Path, whole: Path) -> Path:
    """An archive of several runs, each with an article of its own."""
    return shutil.copytree(whole, tmp_path / "news")


def warcs(archive: Path) -> list[Path]:
    return sorted((archive / "warc").glob("*.warc.gz"))


def test_the_files_of_many_runs_become_one(archive: Path) -> None:
    before, records = members_of(archive), newscrawl("export", "--archive", archive).lines
    assert len(warcs(archive)) == RUNS
    assert "would become one" in newscrawl("compact", "--archive", archive, "--dry-run").out
    ran = newscrawl("compact", "--archive", archive)
    assert ran.code == 0, ran.err
    [only] = warcs(archive)
    after = members_of(archive)
    assert after.keys() > before.keys()
    assert {i: after[i] for i in before} == before
    assert only.name[:22] == sorted(record["capture"]["warc"] for record in records)[0][:22]
    moved = newscrawl("export", "--archive", archive).lines
    assert {record["capture"]["warc"] for record in moved} == {only.name}
    for old, new in zip(records, moved, strict=True):
        assert {**old, "capture": None} == {**new, "capture": None}
        assert old["capture"]["record_id"] == new["capture"]["record_id"]
    proved = newscrawl("verify", "--archive", archive, "--records", "--independent")
    assert proved.code == 0, proved.out
    assert newscrawl("compact", "--archive", archive).code == 4


def test_files_are_joined_up_to_a_size(archive: Path) -> None:
    # Room for any two of them, and for no three.
    largest = max(path.stat().st_size for path in warcs(archive))
    ran = newscrawl("compact", "--archive", archive, "--bytes", 2 * largest)
    assert ran.code == 0, ran.err
    assert len(warcs(archive)) == 2
    assert newscrawl("verify", "--archive", archive, "--records").code == 0


def test_a_damaged_file_is_left_as_it_is(archive: Path) -> None:
    damaged = warcs(archive)[1]
    data = bytearray(damaged.read_bytes())
    data[len(data) // 2] ^= 0xFF
    damaged.write_bytes(data)
    ran = newscrawl("compact", "--archive", archive)
    assert ran.code == 0, ran.err
    assert f"{damaged.name} is damaged" in ran.err
    assert damaged in warcs(archive)
    assert damaged.read_bytes() == data
    assert len(warcs(archive)) == 2
