"""Changes of articles go where their captures go, and are removed with their article."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SmallSite, Start

PATHS = ["/news/2026/kept.html", "/news/2026/removed.html", "/news/2026/back.html"]


@pytest.fixture(scope="module")
def site(lasting_site: Start) -> SmallSite:
    answers: dict[str, Any] = {path: [story(n), story(n + 10)] for n, path in enumerate(PATHS)}
    # The same bytes come back.
    answers[PATHS[2]] += [story(2)]
    return lasting_site({"/feed.xml": feed(*PATHS), **answers})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, site: SmallSite) -> Path:
    root = tmp_path_factory.mktemp("whole") / "news"
    assert crawl(root, site.base + "/feed.xml").code == 0
    for urls in ([site.base + path for path in PATHS], [site.base + PATHS[2]]):
        ran = newscrawl("recrawl", *urls, "--archive", root, "-s", "DOWNLOAD_DELAY=0")
        assert ran.code == 0, ran.err
    return root


@pytest.fixture
def archive(tmp_path: Path, whole: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "news")


def facts(archive: Path) -> list[dict[str, Any]]:
    return newscrawl("changes", "--archive", archive, "--noise", "--format", "jsonl").lines


def lines(archive: Path) -> list[str]:
    files = sorted((archive / "changes").glob("*.jsonl"))
    return sorted(line for path in files for line in path.read_text("utf-8").splitlines())


def test_a_text_that_comes_back_is_a_revision_in_crawl_and_replay(
    archive: Path, site: SmallSite, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    assert newscrawl("replay", archive, "--into", again).code == 0
    for root in (archive, again):
        records = newscrawl("export", "--archive", root).lines
        url = site.base + PATHS[2]
        assert sorted(r["revision"] for r in records if r["url"] == url) == [1, 2, 3]
    assert lines(again) == lines(archive)
    said = newscrawl("diff", "--archive", archive, site.base + PATHS[2], "--from", 1, "--to", 3)
    assert "revision 3 says the same as revision 1" in said.out


def test_they_follow_a_compaction_a_copy_and_a_merge(archive: Path, tmp_path: Path) -> None:
    before, told = lines(archive), facts(archive)
    assert len(before) == len(told) == 2 * 4
    assert newscrawl("compact", "--archive", archive).code == 0
    assert lines(archive) == before
    stems = {path.name.removesuffix(".warc.gz") for path in (archive / "warc").iterdir()}
    assert {path.stem for path in (archive / "changes").iterdir()} <= stems
    copied = tmp_path / "copied"
    assert newscrawl("archive", "copy", copied, "--archive", archive).code == 0
    assert (lines(copied), facts(copied)) == (before, told)
    other = tmp_path / "other"
    assert crawl(other, "http://127.0.0.1:9/").code == 1
    merged = newscrawl("archive", "merge", archive, "--archive", other)
    assert merged.code == 0, merged.err
    assert (lines(other), facts(other)) == (before, told)


def test_they_are_removed_with_their_article(archive: Path, site: SmallSite) -> None:
    url = site.base + PATHS[1]
    ran = newscrawl("remove", url, "--archive", archive, "--reason", "court order 12")
    assert ran.code == 0, ran.err
    assert facts(archive)
    assert url not in {fact["url"] for fact in facts(archive)}
    assert not any(url in line for line in lines(archive))
    with closing(sqlite3.connect(archive / "news.db")) as db:
        ids = {id_ for (id_,) in db.execute("SELECT DISTINCT id FROM articles")}
        assert {id_ for (id_,) in db.execute("SELECT id FROM article_states")} <= ids
    assert newscrawl("verify", "--archive", archive, "--records", "--independent").code == 0


def test_only_the_files_of_what_is_replaced_are_written_anew(
    archive: Path, site: SmallSite
) -> None:
    # What the last pass showed lies in a WARC without a capture of the removed article.
    before = {path.name: path.stat().st_ino for path in (archive / "changes").iterdir()}
    assert len(before) == 2
    ran = newscrawl("remove", site.base + PATHS[1], "--archive", archive, "--reason", "x")
    assert ran.code == 0, ran.err
    after = {path.name: path.stat().st_ino for path in (archive / "changes").iterdir()}
    assert len(before.items() & after.items()) == 1
    assert len(facts(archive)) == len(lines(archive))
