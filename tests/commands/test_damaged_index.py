"""A damaged line of index.cdxj ends no command: the line is skipped, and named once."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from newscrawl.archive.layout import Layout
from tests.conftest import Crawled, newscrawl

if TYPE_CHECKING:
    from pathlib import Path

NAMED = "index.cdxj: at byte "


@pytest.fixture
def archive(part: Crawled, tmp_path: Path) -> Layout:
    """An archive whose index has a damaged line at its beginning, and one behind each line of an article."""
    layout = Layout(shutil.copytree(part.archive, tmp_path / "news"))
    lines = [b"!\xff cut off\n"]
    for line in layout.index.read_bytes().splitlines(keepends=True):
        lines.append(line)
        key, _, text = line.split(b" ", 2)
        if json.loads(text)["url"] in part.records:
            lines.append(key + b" 99999999999999 {\xff\n")
    layout.index.write_bytes(b"".join(lines))
    return layout


def named(text: str) -> int:
    return text.count(NAMED)


def test_a_crawl_whose_network_is_that_archive(
    archive: Layout, part: Crawled, tmp_path: Path
) -> None:
    ran = newscrawl(
        *("crawl", "--archive", tmp_path / "again", part.paper.seeds[0]),
        *("-s", f"NEWSCRAWL_NETWORK={archive.root}", "-s", "LOG_LEVEL=WARNING"),
    )
    assert (ran.code, "Traceback" in ran.err) == (0, False), ran.err
    assert named(ran.err) == 1
    records = (tmp_path / "again" / "records").glob("*.jsonl")
    assert sum(len(path.read_text("utf-8").splitlines()) for path in records) == len(part.records)


def test_a_replay_that_chooses_by_the_index(archive: Layout, part: Crawled) -> None:
    for url in list(part.records)[:2]:
        ran = newscrawl("replay", archive.root, "--url-prefix", url)
        assert named(ran.err) == 1, ran.err
        assert "Traceback" not in ran.err
        assert url in {json.loads(line)["url"] for line in ran.out.splitlines()}


def test_a_replay_into_a_folder(archive: Layout, part: Crawled, tmp_path: Path) -> None:
    ran = newscrawl("replay", archive.root, "--into", tmp_path / "new")
    assert (ran.code, "Traceback" in ran.err) == (0, False), ran.err
    again = (tmp_path / "new" / "records").glob("*.jsonl")
    assert sum(len(path.read_text("utf-8").splitlines()) for path in again) == len(part.records)


def test_verify_names_each_of_them(archive: Layout) -> None:
    damaged = archive.index.read_bytes().count(b"\xff")
    ran = newscrawl("verify", "--archive", archive.root)
    assert ran.code == 3
    assert "Traceback" not in ran.err
    said = [line for line in ran.out.splitlines() if line.startswith(NAMED)]
    assert len(said) == damaged, ran.out
    ran = newscrawl("verify", "--archive", archive.root, "--rebuild-index")
    assert ran.code == 0, ran.out
