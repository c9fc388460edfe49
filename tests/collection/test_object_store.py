"""WARCs that are in a store alone are read there, and what leaves the archive leaves the store."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from ranged_files import served

from tests.conftest import FAST, crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import SmallSite, Start

PATHS = [f"/news/2026/story-{n}.html" for n in range(2)]

pytest.importorskip("fsspec")


@pytest.fixture(scope="module")
def site(lasting_site: Start) -> SmallSite:
    answers = {path: story(n) for n, path in enumerate(PATHS)}
    return lasting_site({"/feed.xml": feed(*PATHS), **answers})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, site: SmallSite) -> Path:
    root = tmp_path_factory.mktemp("whole") / "news"
    assert crawl(root, site.base + "/feed.xml").code == 0
    return root


@pytest.fixture
def archive(tmp_path: Path, whole: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "news")


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
    assert f"({len(data):,} bytes in " in ran.out
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
    assert "the index in the store names it" in ran.err
    assert not list((store / "records").iterdir())
    upload(archive, store, "move")
    assert gone not in (store / "index.cdxj").read_text()
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
    assert "NEWSCRAWL_STORE_KEEP soon" in ran.err


@dataclass(frozen=True)
class Bucket:
    """A bucket of a server that answers as S3 does: its folder, the environment that leads to it, its log."""

    folder: Path
    env: dict[str, str]
    log: Path

    def read(self) -> int:
        """How many bytes were read of its objects."""
        return sum(int(line.rpartition(" ")[2]) for line in self.log.read_text().splitlines())


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[Bucket]:
    folder, log = tmp_path / "served" / "newsbucket", tmp_path / "log"
    folder.mkdir(parents=True)
    with served(folder.parent, log=log) as base:
        keys = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "none")
        env = {**keys, "AWS_ENDPOINT_URL": base, "AWS_DEFAULT_REGION": "us-east-1"}
        store = {"NEWSCRAWL_STORE": "s3://newsbucket/news", "NEWSCRAWL_STORE_KEEP": "move"}
        yield Bucket(folder, {**env, **store}, log)


def test_a_crawl_moves_its_files_and_every_command_reads_them_there(
    site: SmallSite, tmp_path: Path
) -> None:
    root, store = tmp_path / "moved", tmp_path / "store"
    named = ("-s", f"NEWSCRAWL_STORE=file://{store}", "-s", "NEWSCRAWL_STORE_KEEP=move")
    assert crawl(root, site.base + "/feed.xml", *named).code == 0
    assert not list((root / "warc").glob("*.warc.gz"))
    assert {path.name for path in store.iterdir()} == {"index.cdxj", "records", "warc"}
    for words in (
        ("verify", "--records", "--independent", "--archive", root),
        ("replay", root, "--check"),
        ("export", "--format", "wacz", "--archive", root, "-o", tmp_path / "news.wacz"),
        ("export", "--format", "folder", "--archive", root, "-o", tmp_path / "folder"),
        ("archive", "copy", tmp_path / "kept", "--archive", root),
        ("verify", tmp_path / "news.wacz"),
    ):
        done = newscrawl(*words)
        assert done.code == 0, (words, done.out, done.err)
    # A later pass moves its own file, and asks with what the first one captured.
    assert crawl(root, site.base + "/feed.xml", "--now", *named).code == 0
    assert not list((root / "warc").glob("*.warc.gz"))
    assert len(newscrawl("export", "--archive", root).lines) == len(PATHS)


def test_a_bucket_of_s3_is_a_store(site: SmallSite, tmp_path: Path, bucket: Bucket) -> None:
    root, env = tmp_path / "moved", bucket.env
    ran = newscrawl("crawl", "--archive", root, *FAST, site.base + "/feed.xml", env=env)
    assert ran.code == 0, ran.err
    assert not list((root / "warc").glob("*.warc.gz"))
    [old] = (bucket.folder / "news" / "warc").iterdir()
    gone = site.base + PATHS[1]
    for words in (
        ("remove", gone, "--archive", root, "--reason", "x"),
        ("archive", "upload", "--archive", root),
        ("verify", "--records", "--archive", root),
    ):
        done = newscrawl(*words, env=env)
        assert done.code == 0, (words, done.out, done.err)
    assert not old.exists()
    assert len(list((bucket.folder / "news" / "warc").iterdir())) == 1
    assert len(newscrawl("export", "--archive", root).lines) == len(PATHS) - 1


def test_one_capture_is_read_by_ranges(site: SmallSite, tmp_path: Path, bucket: Bucket) -> None:
    root = tmp_path / "moved"
    assert (
        newscrawl("crawl", "--archive", root, *FAST, site.base + "/feed.xml", env=bucket.env).code
        == 0
    )
    [record, _] = newscrawl("export", "--archive", root).lines
    before, at = bucket.read(), record["capture"]["captured_at"][:19]
    versions = ("--from", at, "--to", "1")
    ran = newscrawl("diff", "--archive", root, record["url"], *versions, env=bucket.env)
    assert ran.code == 0, ran.err
    assert bucket.read() - before <= record["capture"]["length"] + 3 * 4096


def test_a_store_that_fails_ends_no_crawl_and_loses_nothing(
    site: SmallSite, tmp_path: Path
) -> None:
    root, store = tmp_path / "news", tmp_path / "store"
    store.write_text("a file where the folder is to be")
    named = ("-s", f"NEWSCRAWL_STORE=file://{store}/x", "-s", "NEWSCRAWL_STORE_KEEP=move")
    ran = crawl(root, site.base + "/feed.xml", *named)
    assert (ran.code, "the files stay here" in ran.err) == (0, True), ran.err
    assert newscrawl("verify", "--archive", root, "--records").code == 0
    store.unlink()
    ran = crawl(root, site.base + "/feed.xml", "--now", *named)
    assert ran.code == 0, ran.err
    assert not list((root / "warc").glob("*.warc.gz"))


def test_a_crawl_with_a_store_that_is_none_does_not_begin(site: SmallSite, tmp_path: Path) -> None:
    for setting, said in (
        ("NEWSCRAWL_STORE=here", "name a URL"),
        ("NEWSCRAWL_STORE=nosuch://x", "nosuch"),
    ):
        ran = crawl(tmp_path / "news", site.base + "/feed.xml", "-s", setting)
        assert (ran.code, len(ran.err.splitlines())) == (2, 1), ran.err
        assert said in ran.err
