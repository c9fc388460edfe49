"""A command that replaces files of an archive may be killed at any moment; the next one goes on with it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from killed import KILLS, moments, run
from members import members_of, urls_in

from tests.conftest import SmallSite, crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.long

PATHS = [f"/news/2026/story-{n}.html" for n in range(4)]
#: Steps before which an upload is killed: it has some thirty.
KILLED_UPLOADS = range(4, 30, max(1, 24 // KILLS))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """An archive of two passes, to be copied, and the address of its site."""
    answers: dict[str, Any] = {path: story(n) for n, path in enumerate(PATHS)}
    answers[PATHS[0]] = [story(0), story(10), story(20)]
    answers[PATHS[1]] = [story(1), story(1, head="<meta name=description content=New>")]
    feeds = {"/feed.xml": feed(*PATHS[:2]), "/b.xml": feed(*PATHS)}
    site = SmallSite(tmp_path_factory.mktemp("site"), {**feeds, **answers})
    root = tmp_path_factory.mktemp("rewritten") / "news"
    assert crawl(root, site.base + "/feed.xml").code == 0
    assert crawl(root, site.base + "/b.xml", *(site.base + path for path in PATHS[:2])).code == 0
    yield root, site.base
    site.close()


def exported(archive: Path) -> set[str]:
    return {record["url"] for record in newscrawl("export", "--archive", archive).lines}


def warcs(archive: Path) -> set[str]:
    return {path.name for path in (archive / "warc").iterdir()}


def assert_proved(archive: Path) -> None:
    ran = newscrawl("verify", "--archive", archive, "--records", "--independent")
    assert ran.code == 0, ran.out
    assert not (archive / ".replacing").exists()
    # The files of changes have what the tables have, whenever the process died.
    beside = [line for path in sorted((archive / "changes").glob("*.jsonl"))
              for line in path.read_text("utf-8").splitlines()]  # fmt: skip
    told = newscrawl("changes", "--archive", archive, "--noise", "--format", "jsonl").lines
    assert sorted(told, key=str) == sorted(map(json.loads, beside), key=str)


def test_a_killed_removal_has_not_begun_or_is_finished_by_the_next_command(
    archive: tuple[Path, str], tmp_path: Path
) -> None:
    root, base = archive
    url, counted = base + PATHS[0], tmp_path / "counted"
    before, urls = members_of(root), exported(root)
    command = ("remove", url, "--reason", "x", "--archive")
    whole = tmp_path / "whole"
    shutil.copytree(root, whole)
    assert run(counted, 0, *command, whole) == 0
    assert_proved(whole)
    for number, at in enumerate(moments(counted)):
        own = tmp_path / f"killed-{number}"
        shutil.copytree(root, own)
        killed = run(tmp_path / "again", at, *command, own) == -9
        found = exported(own)
        assert found in (urls, urls - {url}), at
        assert_proved(own)
        if url in found:
            assert killed
            assert members_of(own) == before
            assert run(tmp_path / "again", 0, *command, own) == 0
            assert_proved(own)
        assert exported(own) == urls - {url}
        assert url not in urls_in(own)
        kept = {i: m for i, m in members_of(own).items() if i in before}
        assert kept == {i: before[i] for i in kept}
        assert len(before) - len(kept) == 6


@pytest.mark.parametrize(
    "command", [("prune", "--before", "2100", "--query", '"part 1"'), ("compact",)]
)
def test_a_killed_pruning_or_compaction_has_not_begun_or_is_finished_by_the_next_command(
    archive: tuple[Path, str], tmp_path: Path, command: tuple[str, ...]
) -> None:
    root, base = archive
    counted, whole = tmp_path / "counted", tmp_path / "whole"
    before, urls = members_of(root), exported(root)
    shutil.copytree(root, whole)
    assert run(counted, 0, *command, "--archive", whole) == 0
    assert_proved(whole)
    left = urls - {base + PATHS[1]} if command[0] == "prune" else urls
    assert exported(whole) == left
    expected = {i: m for i, m in members_of(whole).items() if i in before}
    for number, at in enumerate(moments(counted)):
        own = tmp_path / f"killed-{number}"
        shutil.copytree(root, own)
        run(tmp_path / "again", at, *command, "--archive", own)
        found = exported(own)
        assert found in (urls, left), at
        assert_proved(own)
        kept = {i: m for i, m in members_of(own).items() if i in before}
        assert kept in (before, expected), at
        if kept == before and warcs(own) == warcs(root):
            assert run(tmp_path / "again", 0, *command, "--archive", own) == 0
            assert_proved(own)
        assert exported(own) == left
        assert {i: m for i, m in members_of(own).items() if i in before} == expected


def test_a_killed_merge_has_not_begun_or_is_finished_by_the_next_command(
    archive: tuple[Path, str], tmp_path: Path
) -> None:
    root, base = archive
    one, two, counted = tmp_path / "one", tmp_path / "two", tmp_path / "counted"
    shutil.copytree(root, two)
    assert crawl(one, base + "/feed.xml").code == 0
    mine, expected = members_of(one), members_of(one) | members_of(two)
    urls, left = exported(one), exported(one) | exported(two)
    whole = tmp_path / "whole"
    shutil.copytree(one, whole)
    assert run(counted, 0, "archive", "merge", two, "--archive", whole) == 0
    assert_proved(whole)
    assert (exported(whole), members_of(whole)) == (left, expected)
    for number, at in enumerate(moments(counted)):
        own = tmp_path / f"killed-{number}"
        shutil.copytree(one, own)
        run(tmp_path / "again", at, "archive", "merge", two, "--archive", own)
        found = exported(own)
        assert found in (urls, left), at
        assert_proved(own)
        if found == urls:
            assert members_of(own) == mine
            assert run(tmp_path / "again", 0, "archive", "merge", two, "--archive", own) == 0
            assert_proved(own)
        assert (exported(own), members_of(own)) == (left, expected)


@pytest.mark.parametrize("has_database", [True, False])
def test_a_killed_restore_is_begun_anew(
    archive: tuple[Path, str], tmp_path: Path, has_database: bool
) -> None:
    root, _ = archive
    backup, counted = tmp_path / "backup", tmp_path / "counted"
    shutil.copytree(root if has_database else root / "warc", backup)
    command = ("archive", "restore", backup, "--archive")
    assert run(counted, 0, *command, tmp_path / "whole") == 0
    for number, at in enumerate(moments(counted)):
        own = tmp_path / f"killed-{number}"
        if run(tmp_path / "again", at, *command, own) != 0 and not own.exists():
            assert run(tmp_path / "again", 0, *command, own) == 0
        assert_proved(own)
        assert (exported(own), members_of(own)) == (exported(root), members_of(root))


def test_a_killed_upload_loses_no_file_and_goes_on(
    archive: tuple[Path, str], tmp_path: Path
) -> None:
    root, _ = archive
    counted, before = tmp_path / "counted", members_of(root)
    for number, at in enumerate([0, *KILLED_UPLOADS]):
        own, store = tmp_path / f"killed-{number}", tmp_path / f"store-{number}"
        shutil.copytree(root, own)
        command = ("archive", "upload", "--store", f"file://{store}", "--keep", "move", "--archive")
        assert run(counted, at, *command, own) == (-9 if at else 0), counted.read_text()
        assert_proved(own)
        assert run(counted, 0, *command, own) == 0
        assert not list((own / "warc").glob("*.warc.gz"))
        assert_proved(own)
        assert members_of(store) == before
