"""Copies of an archive are archives: sound, whole and independent of the one that was copied."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from members import members_of, urls_in

from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SmallSite, Start

PATHS = [f"/news/2026/story-{n}.html" for n in range(3)]


@pytest.fixture(scope="module")
def site(lasting_site: Start) -> SmallSite:
    answers: dict[str, Any] = {path: story(n) for n, path in enumerate(PATHS)}
    answers["/gone.html"] = {"status": 410, "body": ""}
    return lasting_site({"/feed.xml": feed(*PATHS, "/gone.html"), **answers})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, site: SmallSite) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    sources = folder / "sources.toml"
    sources.write_text(
        f'[[source]]\nname = "The Example Times"\nhome = "{site.base}/"\nfeeds = ["{site.base}/feed.xml"]\n'
    )
    assert crawl(folder / "news", "--sources", sources).code == 0
    return folder


@pytest.fixture
def archive(tmp_path: Path, whole: Path) -> Path:
    """With its file of sources beside it."""
    return shutil.copytree(whole, tmp_path, dirs_exist_ok=True) / "news"


def run(*arguments: object) -> str:
    ran = newscrawl("archive", *arguments)
    assert ran.code == 0, ran.err
    return ran.out


def exported(archive: Path) -> list[dict[str, Any]]:
    return newscrawl("export", "--archive", archive).lines


def in_order(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(records, key=lambda record: record["url"])


def sound(archive: Path) -> None:
    ran = newscrawl("verify", "--archive", archive, "--records")
    assert ran.code == 0, ran.out


def test_a_copy_has_everything_and_a_moved_archive_is_elsewhere(
    archive: Path, tmp_path: Path
) -> None:
    before, records = members_of(archive), exported(archive)
    to = tmp_path / "deep" / "copy"
    to.parent.mkdir()
    assert "copied" in run("copy", to, "--archive", archive)
    assert (members_of(to), exported(to)) == (before, records)
    sound(to)
    taken = newscrawl("archive", "copy", to, "--archive", archive)
    assert (taken.code, len(taken.err.splitlines())) == (2, 1)
    run("move", tmp_path / "moved", "--archive", archive)
    assert not archive.exists()
    assert (members_of(tmp_path / "moved"), exported(tmp_path / "moved")) == (before, records)
    sound(tmp_path / "moved")


def test_links_become_files(archive: Path, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    assert newscrawl("replay", archive, "--into", linked).code == 0
    assert all(path.is_symlink() for path in (linked / "warc").iterdir())
    run("copy", tmp_path / "copy", "--archive", linked)
    shutil.rmtree(archive)
    assert not any(path.is_symlink() for path in (tmp_path / "copy" / "warc").iterdir())
    sound(tmp_path / "copy")


def test_a_backup_is_brought_up_to_date_and_forgets_what_was_removed(
    archive: Path, site: SmallSite, tmp_path: Path
) -> None:
    to = tmp_path / "backup"
    run("backup", to, "--archive", archive)
    crawl(archive, site.base + PATHS[0])
    assert "were there" in run("backup", to, "--archive", archive)
    assert members_of(to) == members_of(archive)
    removed = newscrawl("remove", site.base + PATHS[1], "--archive", archive, "--reason", "x")
    assert removed.code == 0, removed.err
    run("backup", to, "--archive", archive)
    assert site.base + PATHS[1] not in urls_in(to)
    sound(to)


def test_an_archive_is_copied_while_a_crawl_writes_to_it(archive: Path, tmp_path: Path) -> None:
    """An unfinished file is copied as one, and recovered by the next crawl there."""
    import fcntl

    [finished] = (archive / "warc").iterdir()
    unfinished = finished.with_name(finished.name + ".open")
    finished.rename(unfinished)
    with unfinished.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        run("copy", tmp_path / "copy", "--archive", archive)
    assert [path.name for path in (tmp_path / "copy" / "warc").iterdir()] == [unfinished.name]
    crawl(tmp_path / "copy")
    sound(tmp_path / "copy")


def test_a_restored_backup_is_the_archive(archive: Path, tmp_path: Path) -> None:
    run("backup", tmp_path / "backup", "--archive", archive)
    run("restore", tmp_path / "backup", "--archive", tmp_path / "again")
    assert exported(tmp_path / "again") == exported(archive)
    sound(tmp_path / "again")


def test_from_warcs_alone_sources_lists_and_misses_come_back(
    archive: Path, site: SmallSite, tmp_path: Path
) -> None:
    backup, again = tmp_path / "backup", tmp_path / "again"
    shutil.copytree(archive / "warc", backup / "warc")
    run("restore", backup, "--archive", again)
    shutil.rmtree(backup)
    assert in_order(exported(again)) == in_order(exported(archive))
    assert {record["source"] for record in exported(again)} == {"The Example Times"}
    sound(again)
    misses = newscrawl("export", "misses", "--archive", again).lines
    assert {(m["url"], m["cause"], m["source"]) for m in misses} >= {
        (site.base + "/gone.html", "http-410", "The Example Times")
    }
    old, new = (
        newscrawl("status", "--json", "--archive", each).lines[0] for each in (archive, again)
    )
    assert new["sources"]["The Example Times"]["articles"] == len(PATHS)
    assert new["sources"].keys() == old["sources"].keys()
    asked = len(site.asked)
    crawl(again, "--sources", tmp_path / "sources.toml", "--now")
    assert not set(site.asked[asked:]) & set(PATHS)


def test_from_warcs_alone_a_crawl_goes_on_where_it_was(small_site: Start, tmp_path: Path) -> None:
    """What was announced and not fetched, what robots.txt forbids, rhythms and pauses are in the WARCs."""
    other = small_site({"/feed": feed("/a", "/b"), "/a": story(7), "/b": story(8)})
    robots = {"body": "User-agent: *\nDisallow: /closed"}
    answers: dict[str, Any] = {path: story(n) for n, path in enumerate(PATHS)}
    feeds = [feed(PATHS[0], "/closed"), feed(*PATHS, "/closed")]
    answers[PATHS[0]] = [story(0), {"status": 410, "body": ""}]
    main = small_site({"/robots.txt": robots, "/feed.xml": feeds, **answers})
    sources, root, again = (tmp_path / name for name in ("sources.toml", "news", "again"))
    sources.write_text(
        f'[[source]]\nname = "Main"\nhome = "{main.base}/"\nfeeds = ["{main.base}/feed.xml"]\n'
        f'[[source]]\nname = "Other"\nhome = "{other.base}/feed"\n'
    )
    where = ("--archive", root)
    assert crawl(root, "--sources", sources).code == 0
    assert newscrawl("sources", "pause", "Other", *where).code == 0
    assert crawl(root, "--sources", sources, "--now", "--limit", "1").code == 0
    assert newscrawl("recrawl", main.base + PATHS[0], *where).code == 1  # gone
    run("restore", root / "warc", "--archive", again)
    sound(again)
    told = [
        [newscrawl(*words, "--archive", each).out for words in _TELLING] for each in (root, again)
    ]
    assert told[0] == told[1]
    misses = [newscrawl("export", "misses", "--archive", each).lines for each in (root, again)]
    # By the time of the answer or that of the request.
    said = [{m["url"]: {**m, "seen_at": m["seen_at"][:13]} for m in each} for each in misses]
    assert said[0] == said[1]
    [facts] = newscrawl("status", "--json", "--archive", again).lines
    assert facts["sources"]["Main"]["waiting"] >= 1
    assert facts["sources"]["Main"]["missed"]["robots"] == 1
    assert {name for name, of in facts["sources"].items() if of["paused"]} == {"Other"}
    assert [feed["due"] for feed in facts["sources"]["Other"]["feeds"]] != [None]
    # The restored archive notes all of it again, so that its own WARCs are enough as well.
    asked = len(other.asked)
    assert crawl(again, "--sources", sources).code == 0
    assert {record["url"] for record in exported(again)} >= {main.base + path for path in PATHS}
    assert len(other.asked) == asked


#: What is printed alike of an archive and of one that is restored from its WARCs.
_TELLING = (("audit",), ("status", "--feeds"))
