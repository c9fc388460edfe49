"""WARCs that are in a store alone are read there, and what leaves the archive leaves the store."""

from __future__ import annotations

import shutil
import socket
import subprocess
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Iterator
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


@pytest.fixture
def bucket() -> Iterator[dict[str, str]]:
    """A server of S3 with one bucket, and the environment that leads to it."""
    if (tool := shutil.which("moto_server")) is None:
        pytest.skip("moto_server is not installed (pip install 'moto[server]')")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        [tool, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as server:
        try:
            assert server.stderr is not None
            for line in server.stderr:
                if b"Running on" in line:
                    break
            asked = urllib.request.Request(f"{url}/newsbucket", method="PUT")
            urllib.request.urlopen(asked).close()
            keys = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "none")
            yield {**keys, "AWS_ENDPOINT_URL": url, "AWS_DEFAULT_REGION": "us-east-1"}
        finally:
            server.kill()
            server.communicate()


def test_a_bucket_of_s3_is_a_store(archive: Path, site: SmallSite, bucket: dict[str, str]) -> None:
    env = {**bucket, "NEWSCRAWL_STORE": "s3://newsbucket/news", "NEWSCRAWL_STORE_KEEP": "move"}
    records = newscrawl("export", "--archive", archive).lines
    ran = newscrawl("archive", "upload", "--archive", archive, env=env)
    assert ran.code == 0, ran.err
    assert "1 WARC deleted here" in ran.out
    assert not list((archive / "warc").glob("*.warc.gz"))
    for words in (("verify", "--records", "--archive", archive), ("replay", archive, "--check")):
        done = newscrawl(*words, env=env)
        assert done.code == 0, (done.out, done.err)
    removed = newscrawl(
        "remove", site.base + PATHS[1], "--archive", archive, "--reason", "x", env=env
    )
    assert removed.code == 0, removed.err
    assert newscrawl("archive", "upload", "--archive", archive, env=env).code == 0
    done = newscrawl("verify", "--records", "--archive", archive, env=env)
    assert done.code == 0, done.out
    assert len(newscrawl("export", "--archive", archive).lines) == len(records) - 1
