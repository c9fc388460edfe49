"""WARCs that are in a store alone are read there, and what leaves the archive leaves the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SmallSite, Start

PATHS = [f"/news/2026/story-{n}.html" for n in range(2)]

pytest.importorskip("fsspec")


@pytest.fixture
def site(small_site: Start) -> SmallSite:
    answers = {path: story(n) for n, path in enumerate(PATHS)}
    return small_site({"/feed.xml": feed(*PATHS), **answers})


@pytest.fixture
def archive(tmp_path: Path, site: SmallSite) -> Path:
    root = tmp_path / "news"
    assert crawl(root, site.base + "/feed.xml").code == 0
    return root


def upload(archive: Path, store: Path, keep: str) -> str:
    ran = newscrawl(
        "archive", "upload", "--archive", archive, "--store", f"file://{store}", "--keep", keep
    )
    assert ran.code == 0, ran.err
    return ran.out


def test_what_is_in_the_store_alone_is_read_there(archive: Path, tmp_path: Path) -> None:
    store, records = tmp_path / "store", newscrawl("export", "--archive", archive).lines
    [warc] = (archive / "warc").glob("*.warc.gz")
    data = warc.read_bytes()
    assert "uploaded" in upload(archive, store, "keep")
    assert warc.exists()
    assert (store / "warc" / warc.name).read_bytes() == data
    assert (store / "index.cdxj").read_bytes() == (archive / "index.cdxj").read_bytes()
    assert len(list((store / "records").iterdir())) == 1
    assert "1 WARC deleted here" in upload(archive, store, "move")
    assert not warc.exists()
    ran = newscrawl("verify", "--archive", archive, "--records", "--independent")
    assert ran.code == 0, ran.out
    assert newscrawl("replay", archive, "--check").code == 0
    assert newscrawl("export", "--archive", archive).lines == records
    assert "0 files uploaded" in upload(archive, store, "move")


def test_a_young_file_stays_for_so_long(archive: Path, tmp_path: Path) -> None:
    upload(archive, tmp_path / "store", "30d")
    assert list((archive / "warc").glob("*.warc.gz"))


def test_what_is_removed_leaves_the_store(archive: Path, site: SmallSite, tmp_path: Path) -> None:
    store = tmp_path / "store"
    upload(archive, store, "move")
    [old] = (store / "warc").iterdir()
    gone = site.base + PATHS[1]
    ran = newscrawl("remove", gone, "--archive", archive, "--reason", "x")
    assert ran.code == 0, ran.err
    assert not old.exists()
    upload(archive, store, "move")
    assert [path.name for path in (store / "warc").iterdir()] != [old.name]
    verified = newscrawl("verify", "--archive", archive, "--records")
    assert verified.code == 0, verified.out
    assert gone not in {r["url"] for r in newscrawl("export", "--archive", archive).lines}


def test_a_store_that_is_none_is_named(archive: Path) -> None:
    for store, said in (("here", "name a URL"), ("nosuch://x/y", "nosuch")):
        ran = newscrawl("archive", "upload", "--archive", archive, "--store", store)
        assert (ran.code, len(ran.err.splitlines())) == (2, 1), ran.err
        assert said in ran.err
    ran = newscrawl(
        "archive", "upload", "--archive", archive, "--store", "file:///x", "--keep", "soon"
    )
    assert ran.code == 2
    assert "--keep soon" in ran.err
