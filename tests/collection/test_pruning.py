"""What is too old goes, and what is left is a sound archive."""

from __future__ import annotations

import json
import select
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from members import members_of, urls_in

from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SmallSite, Start

PATHS = [f"/news/2026/story-{n}.html" for n in range(3)]


@pytest.fixture(scope="module")
def site(lasting_site: Start) -> SmallSite:
    answers = {path: story(n) for n, path in enumerate(PATHS)}
    return lasting_site({"/a.xml": feed(*PATHS[:2]), "/b.xml": feed(*PATHS), **answers})


@pytest.fixture(scope="module")
def two_passes(tmp_path_factory: pytest.TempPathFactory, site: SmallSite) -> tuple[Path, str]:
    root = tmp_path_factory.mktemp("passes") / "news"
    assert crawl(root, site.base + "/a.xml").code == 0
    between = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    _wait_for_the_next_second()
    assert crawl(root, site.base + "/b.xml", site.base + PATHS[0], site.base + "/a.xml").code == 0
    return root, _after(between)


@pytest.fixture
def archive(tmp_path: Path, two_passes: tuple[Path, str]) -> tuple[Path, str]:
    """An archive of two passes, and a moment between them. The first article is captured in both."""
    root, between = two_passes
    return shutil.copytree(root, tmp_path / "news"), between


def _wait_for_the_next_second() -> None:
    now = datetime.now(UTC)
    while (
        left := now.replace(microsecond=0) + timedelta(seconds=1) - datetime.now(UTC)
    ) > timedelta():
        select.select((), (), (), left.total_seconds())


def _after(between: str) -> str:
    at = datetime.fromisoformat(between) + timedelta(seconds=1)
    return at.isoformat(timespec="seconds")


def exported(archive: Path) -> set[str]:
    return {record["url"] for record in newscrawl("export", "--archive", archive).lines}


def recorded(archive: Path) -> set[str]:
    paths = (archive / "records").glob("*.jsonl")
    return {json.loads(line)["url"] for path in paths for line in path.read_text().splitlines()}


def sound(archive: Path) -> None:
    ran = newscrawl("verify", "--archive", archive, "--records", "--independent")
    assert ran.code == 0, ran.out


def test_what_is_older_goes_and_an_article_goes_whole_or_stays_whole(
    archive: tuple[Path, str], site: SmallSite
) -> None:
    root, between = archive
    before = members_of(root)
    said = newscrawl("prune", "--archive", root, "--before", between, "--dry-run")
    assert "would go" in said.out
    assert members_of(root) == before
    done = newscrawl("prune", "--archive", root, "--before", between)
    assert done.code == 0, done.err
    assert exported(root) == {site.base + PATHS[0], site.base + PATHS[2]}
    assert site.base + PATHS[1] not in urls_in(root)
    assert site.base + PATHS[0] in urls_in(root)
    sound(root)
    asked = site.asked.count(PATHS[1])
    crawl(root, site.base + "/b.xml")
    assert site.asked.count(PATHS[1]) == asked
    assert newscrawl("prune", "--archive", root, "--before", between).code == 4


def test_a_response_stays_to_which_a_revisit_refers(
    archive: tuple[Path, str], site: SmallSite
) -> None:
    """The second answer of the feed was a revisit of the first, which lies in the older file."""
    root, between = archive
    newscrawl("prune", "--archive", root, "--before", between)
    lines = [line for line in (root / "index.cdxj").read_text().splitlines() if "/a.xml" in line]
    assert sorted('"warc/revisit"' in line for line in lines) == [False, True]
    sound(root)


def test_records_can_be_kept_without_their_captures(
    archive: tuple[Path, str], site: SmallSite
) -> None:
    root, between = archive
    urls = exported(root)
    done = newscrawl("prune", "--archive", root, "--before", between, "--keep", "records")
    assert done.code == 0, done.err
    assert exported(root) == urls
    assert "part 1" in newscrawl("search", "part 1", "--archive", root).out
    assert site.base + PATHS[1] not in urls_in(root)
    sound(root)
    assert recorded(root) == urls
    removed = newscrawl("remove", site.base + PATHS[1], "--archive", root, "--reason", "x")
    assert removed.code == 0, removed.err
    assert exported(root) == urls - {site.base + PATHS[1]}
    assert recorded(root) == urls - {site.base + PATHS[1]}
    sound(root)


def test_only_articles_that_match_go(archive: tuple[Path, str], site: SmallSite) -> None:
    root, _ = archive
    urls = exported(root)
    done = newscrawl("prune", "--archive", root, "--before", "2100", "--query", '"part 2"')
    assert done.code == 0, done.err
    assert exported(root) == urls - {site.base + PATHS[2]}
    assert site.base + "/b.xml" in urls_in(root)
    sound(root)


def test_a_bad_time_is_named(archive: tuple[Path, str]) -> None:
    ran = newscrawl("prune", "--archive", archive[0], "--before", "soon")
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert "--before soon" in ran.err


def test_what_somebody_deleted_by_hand_is_forgotten(
    archive: tuple[Path, str], site: SmallSite
) -> None:
    root, between = archive
    older = min((root / "warc").iterdir())
    older.unlink()
    assert newscrawl("verify", "--archive", root).code == 3
    assert newscrawl("prune", "--archive", root, "--before", between).code == 0
    left = {site.base + PATHS[0], site.base + PATHS[2]}
    assert exported(root) <= left
    assert newscrawl("verify", "--archive", root).code == 0, newscrawl(
        "verify", "--archive", root
    ).out
