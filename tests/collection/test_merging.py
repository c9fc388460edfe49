"""Two machines' archives become one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from members import members_of, urls_in

from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SmallSite, Start

PATHS = [f"/news/2026/story-{n}.html" for n in range(4)]


@pytest.fixture(scope="module")
def site(lasting_site: Start) -> SmallSite:
    answers: dict[str, Any] = {path: story(n) for n, path in enumerate(PATHS)}
    answers["/gone.html"] = {"status": 410, "body": ""}
    feeds = {"/a.xml": feed(*PATHS[:3]), "/b.xml": feed(*PATHS[2:], "/gone.html")}
    return lasting_site({**feeds, **answers})


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory, site: SmallSite) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("machines")
    one, two = folder / "one", folder / "two"
    assert crawl(one, site.base + "/a.xml").code == 0
    assert crawl(two, site.base + "/b.xml").code == 0
    return one, two


@pytest.fixture
def both(tmp_path: Path, machines: tuple[Path, Path]) -> tuple[Path, Path]:
    """Archives of two machines; one article is in both."""
    one, two = (shutil.copytree(each, tmp_path / each.name) for each in machines)
    return one, two


def exported(archive: Path) -> dict[str, int]:
    return {r["url"]: r["revision"] for r in newscrawl("export", "--archive", archive).lines}


def merge(archive: Path, *others: Path) -> str:
    ran = newscrawl("archive", "merge", *others, "--archive", archive)
    assert ran.code == 0, ran.err
    return ran.out


def sound(archive: Path) -> None:
    ran = newscrawl("verify", "--archive", archive, "--records", "--independent")
    assert ran.code == 0, ran.out


def test_captures_records_and_misses_of_both_are_in_one(
    both: tuple[Path, Path], site: SmallSite
) -> None:
    one, two = both
    before, theirs = members_of(one), members_of(two)
    merge(one, two)
    assert exported(one) == {site.base + path: 1 for path in PATHS}
    assert members_of(one) == before | theirs
    assert members_of(two) == theirs
    sound(one)
    misses = {m["url"]: m["cause"] for m in newscrawl("export", "misses", "--archive", one).lines}
    assert misses[site.base + "/gone.html"] == "http-410"
    asked = len(site.asked)
    crawl(one, site.base + "/a.xml", site.base + "/b.xml")
    assert not set(site.asked[asked:]) & set(PATHS)
    assert "part 3" in newscrawl("search", "part 3", "--archive", one).out


def test_what_both_have_is_taken_once(both: tuple[Path, Path], tmp_path: Path) -> None:
    one, two = both
    merge(one, two)
    whole, records = members_of(one), exported(one)
    assert "were here" in merge(one, two)
    assert (members_of(one), exported(one)) == (whole, records)
    compacted = tmp_path / "compacted"
    shutil.copytree(two, compacted)
    assert "were here" in merge(one, compacted)
    assert exported(one) == records
    sound(one)


def test_an_archive_of_warcs_alone_knows_all_captures_of_its_backup(
    both: tuple[Path, Path], tmp_path: Path
) -> None:
    _, two = both
    restored = tmp_path / "restored"
    assert newscrawl("archive", "restore", two / "warc", "--archive", restored).code == 0
    before = members_of(two)
    assert "were here" in merge(restored, two)
    assert "were here" in merge(two, restored)
    assert members_of(restored) == members_of(two) == before
    sound(restored)
    sound(two)


def test_a_compacted_copy_is_known_again(both: tuple[Path, Path], site: SmallSite) -> None:
    """Its one file has the captures of several that are here, and some that are not."""
    one, two = both
    copy = two.with_name("copy")
    shutil.copytree(two, copy)
    merge(one, two)
    crawl(copy, site.base + "/a.xml")
    assert newscrawl("compact", "--archive", copy).code == 0
    merge(one, copy)
    assert exported(one) == {site.base + path: 1 for path in PATHS}
    sound(one)


def test_what_was_removed_from_either_is_removed_from_both(
    both: tuple[Path, Path], site: SmallSite
) -> None:
    one, two = both
    gone = site.base + PATHS[2]
    assert newscrawl("remove", gone, "--archive", two, "--reason", "x").code == 0
    merge(one, two)
    assert gone not in exported(one)
    assert gone not in urls_in(one)
    sound(one)
    asked = site.asked.count(PATHS[2])
    crawl(one, site.base + "/a.xml", gone)
    assert site.asked.count(PATHS[2]) == asked


def test_an_archive_without_a_database_is_named(both: tuple[Path, Path]) -> None:
    one, two = both
    (two / "news.db").unlink()
    ran = newscrawl("archive", "merge", two, "--archive", one)
    assert (ran.code, len(ran.err.splitlines())) == (3, 1)
    assert "archive restore" in ran.err


def test_pauses_and_earlier_generations_of_the_other_come_in(
    both: tuple[Path, Path], site: SmallSite, tmp_path: Path
) -> None:
    one, two = both
    rules, name = tmp_path / "rules.toml", site.base.removeprefix("http://")
    rules.write_text('[[rule]]\nname = "x"\nhosts = ["127.0.0.1"]\ntitle = "p"\n')
    assert newscrawl("replay", two, "--adopt", "--rules", rules).code == 0
    assert newscrawl("sources", "pause", name, "--archive", two).code == 0
    mine = site.base + PATHS[3]
    earlier = newscrawl("show", mine, "--archive", two, "--generation", 1).out
    assert "The harbour council decides, part 3" in earlier
    assert "is paused" in merge(one, two)
    assert newscrawl("show", mine, "--archive", one, "--generation", 1).out == earlier
    [facts] = newscrawl("status", "--archive", one, "--json").lines
    assert facts["sources"][name]["paused"]
    ran = newscrawl("verify", "--archive", one, "--independent")
    assert ran.code == 0, ran.out
