"""What is removed is nowhere any more, comes back by no way, and takes nothing else along."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from making import HEAD, exchange, writer
from members import members_of, urls_in

from newscrawl.archive import archive_lock
from newscrawl.archive.cdxj_file import IndexReader
from newscrawl.archive.layout import Layout
from newscrawl.archive.revisits import in_cdxj, resolve
from newscrawl.warc import http
from newscrawl.warc.reader import read_record
from newscrawl.warc.record_builder import RefersTo
from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from pathlib import Path

    import private_postgresql

    from tests.conftest import SmallSite, Start

PATHS = [f"/news/2026/story-{n}.html" for n in range(3)]
GONE = PATHS[1]


@pytest.fixture(scope="module")
def site(lasting_site: Start) -> SmallSite:
    answers = {path: story(n) for n, path in enumerate(PATHS)}
    answers["/old.html"] = {"status": 301, "headers": {"Location": GONE}, "body": ""}
    return lasting_site({"/feed.xml": feed(*PATHS, "/old.html"), **answers})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, site: SmallSite) -> Path:
    root = tmp_path_factory.mktemp("whole") / "news"
    assert crawl(root, site.base + "/feed.xml").code == 0
    return root


@pytest.fixture
def archive(tmp_path: Path, whole: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "news")


def remove(archive: Path, wanted: str, *more: object) -> str:
    ran = newscrawl("remove", wanted, "--archive", archive, "--reason", "court order 12", *more)
    assert ran.code == 0, ran.err
    return ran.out


def exported(archive: Path) -> set[str]:
    return {record["url"] for record in newscrawl("export", "--archive", archive).lines}


def sound(archive: Path) -> None:
    ran = newscrawl("verify", "--archive", archive, "--records", "--independent")
    assert ran.code == 0, ran.out


def test_a_removed_article_is_nowhere_and_the_rest_is_as_it_was(
    archive: Path, site: SmallSite
) -> None:
    before, url = members_of(archive), site.base + GONE
    out = remove(archive, url)
    assert url in out
    assert site.base + "/old.html" in out
    assert exported(archive) == {site.base + path for path in PATHS if path != GONE}
    assert newscrawl("search", "part 1", "--archive", archive).out.count("part 1") == 0
    shown = newscrawl("show", url, "--archive", archive)
    assert (shown.code, "removed" in shown.err, "court order 12" in shown.err) == (1, True, True)
    assert not urls_in(archive) & {url, site.base + "/old.html"}
    assert GONE not in (archive / "index.cdxj").read_text()
    after = members_of(archive)
    kept = before.keys() & after.keys()
    assert {i: before[i] for i in kept} == {i: after[i] for i in kept}
    assert len(before) - len(kept) == 2 * 3  # of two URLs: response, metadata, request
    sound(archive)


def test_the_tombstone_says_what_when_and_why(archive: Path, site: SmallSite) -> None:
    [record] = [
        r for r in newscrawl("export", "--archive", archive).lines if r["url"].endswith(GONE)
    ]
    remove(archive, record["id"])
    [said] = [
        data
        for path in (archive / "warc").glob("*.warc.gz")
        for data in _blocks(path)
        if f"removed-url: {site.base}{GONE}" in data
    ]
    capture = record["capture"]
    assert f"removed-record-id: {capture['record_id']}" in said
    assert f"removed-payload-digest: {capture['payload_digest']}" in said
    assert f"removed-captured-at: {capture['captured_at']}" in said
    assert "removed-reason: court order 12" in said
    with closing(sqlite3.connect(archive / "news.db")) as tables:
        rows = tables.execute("SELECT record_id, reason FROM tombstones").fetchall()
        assert (capture["record_id"], "court order 12") in rows
        [announced] = tables.execute(
            "SELECT announcement FROM urls WHERE url = ?", (record["url"],)
        ).fetchone()
        assert announced is None


def _blocks(path: Path) -> list[str]:
    from newscrawl.warc.reader import iter_records

    return [r.block.decode("utf-8", "replace") for r in iter_records(path, on_damage=print)]


def test_it_is_not_fetched_again(archive: Path, site: SmallSite) -> None:
    remove(archive, site.base + GONE)
    asked = site.asked.count(GONE)
    for _ in range(2):
        crawl(archive, site.base + "/feed.xml", site.base + GONE)
    assert site.asked.count(GONE) == asked
    misses = {
        m["url"]: m["cause"] for m in newscrawl("export", "misses", "--archive", archive).lines
    }
    assert misses[site.base + GONE] == "removed"
    assert site.base + GONE not in exported(archive)
    (archive / "news.db").rename(archive / "aside.db")


def test_a_dry_run_changes_nothing(archive: Path, site: SmallSite) -> None:
    before = members_of(archive)
    assert "would go" in remove(archive, site.base + GONE, "--dry-run")
    assert members_of(archive) == before
    assert site.base + GONE in exported(archive)


def test_nothing_is_rewritten_while_a_crawl_writes(archive: Path, site: SmallSite) -> None:
    before = members_of(archive)
    lock = archive_lock.share(Layout(archive))
    try:
        for words in (
            ("remove", site.base + GONE, "--reason", "x"),
            ("prune", "--before", "2100"),
            ("compact",),
            ("archive", "move", archive.with_name("moved")),
        ):
            ran = newscrawl(*words, "--archive", archive)
            assert (ran.code, len(ran.err.splitlines())) == (1, 1), ran.err
            assert "end it first" in ran.err
    finally:
        os.close(lock)
    assert members_of(archive) == before


def test_what_is_not_known_cannot_be_removed(archive: Path) -> None:
    for wanted in ("https://paper.example/none", "0123456789abcdef"):
        ran = newscrawl("remove", wanted, "--archive", archive, "--reason", "x")
        assert (ran.code, len(ran.err.splitlines())) == (2, 1), ran.err


def test_an_older_copy_brings_it_back_neither_as_a_record_nor_as_a_capture(
    archive: Path, site: SmallSite, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(archive / "warc", copy)
    remove(archive, site.base + GONE)
    [old] = copy.iterdir()
    printed = newscrawl("replay", archive, old)
    assert {record["url"] for record in printed.lines} == exported(archive)
    ran = newscrawl("replay", archive, old, "--into", tmp_path / "again")
    assert ran.code == 0, ran.err
    assert "removed URLs taken out" in ran.err
    assert site.base + GONE not in urls_in(tmp_path / "again")
    assert crawl(tmp_path / "again", site.base + "/feed.xml").code in (0, 4)
    assert site.base + GONE not in exported(tmp_path / "again")
    shutil.copy(old, archive / "warc")
    named = newscrawl("verify", "--archive", archive)
    assert "was removed from this archive" in named.out


def test_earlier_generations_and_parquet_files_forget_it(
    archive: Path, site: SmallSite, tmp_path: Path
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    _change_a_record(archive)
    assert newscrawl("replay", archive, "--adopt").code == 0
    assert (
        newscrawl("export", "--archive", archive, "--format", "parquet", "-o", tmp_path / "p").code
        == 0
    )
    remove(archive, site.base + GONE, "--parquet", tmp_path / "p")
    for path in (archive / "records").rglob("*.jsonl"):
        records = [json.loads(line) for line in path.read_text().splitlines()]
        assert all(not record["url"].endswith(GONE) for record in records)
        assert all((archive / "warc" / r["capture"]["warc"]).exists() for r in records)
    assert list((archive / "records").glob("generation-0001/*.jsonl"))
    urls = {
        url.as_py()
        for path in (tmp_path / "p").rglob("*.parquet")
        for url in parquet.ParquetFile(path).read()["url"]
    }
    assert urls == exported(archive)
    sound(archive)


def _change_a_record(archive: Path) -> None:
    [path] = (archive / "records").glob("*.jsonl")
    path.write_text(path.read_text().replace("The harbour council", "The Harbour Council"))


BODY = b"<html>the same page on two addresses</html>"


@pytest.mark.parametrize(
    "head", [HEAD, HEAD.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n")]
)
def test_a_capture_with_the_same_bytes_under_another_url_keeps_them(
    tmp_path: Path, head: bytes
) -> None:
    root, first, second = tmp_path / "news", "http://paper.example/1", "http://mirror.example/1"
    one = writer(root)
    [original] = one.write([exchange(first, HEAD + BODY)], None, first)
    one.close()
    refers = RefersTo(original.record_id, first, original.captured_at)
    chunked = b"chunked" in head
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY) if chunked else BODY
    two = writer(root, writer_id="bbbbbbbb", original=lambda *_: refers)
    two.write([exchange(second, head + body)], None, second)
    two.close()
    assert newscrawl("replay", root, "--into", tmp_path / "own").code == 0
    own = tmp_path / "own"
    assert second in remove(own, first)
    layout, reader = Layout(own), IndexReader(own / "index.cdxj")
    assert list(reader.lookup(first)) == []
    [entry] = reader.lookup(second)
    record = read_record(layout.warc(entry.filename), entry.offset, entry.length)
    assert record.type == "response"
    found = resolve(record, in_cdxj(reader, layout.warc))
    assert found is not None
    assert http.body_of(found.blocks())[1] == BODY
    assert newscrawl("verify", "--archive", own).code == 0, newscrawl(
        "verify", "--archive", own
    ).out


def test_tables_in_postgresql_follow(
    tmp_path: Path, site: SmallSite, postgresql: private_postgresql.Cluster
) -> None:
    root, url = tmp_path / "news", postgresql.database()
    for _ in range(2):
        assert crawl(root, site.base + "/feed.xml", "--db", url).code in (0, 4)
    assert newscrawl("compact", "--archive", root, "--db", url).code in (0, 4)
    ran = newscrawl("remove", site.base + GONE, "--archive", root, "--db", url, "--reason", "x")
    assert ran.code == 0, ran.err
    left = {r["url"] for r in newscrawl("export", "--archive", root, "--db", url).lines}
    assert left == {site.base + path for path in PATHS if path != GONE}
    proved = newscrawl("verify", "--archive", root, "--db", url, "--records")
    assert proved.code == 0, proved.out
    asked = site.asked.count(GONE)
    crawl(root, site.base + "/feed.xml", site.base + GONE, "--db", url)
    assert site.asked.count(GONE) == asked


def test_the_reason_is_the_last_one_everywhere(
    archive: Path, site: SmallSite, tmp_path: Path
) -> None:
    url, again = site.base + GONE, tmp_path / "again"
    remove(archive, url)
    anew = newscrawl("remove", url, "--archive", archive, "--reason", "settled on 3 May")
    assert anew.code == 0, anew.err
    restored = newscrawl("archive", "restore", archive / "warc", "--archive", again)
    assert restored.code == 0, restored.err
    for root in (archive, again):
        assert "settled on 3 May" in newscrawl("show", url, "--archive", root).err
        misses = newscrawl("export", "misses", "--archive", root).lines
        assert {m["detail"] for m in misses if m["url"] == url} <= {"settled on 3 May"}
    with closing(sqlite3.connect(archive / "news.db")) as tables:
        [(told,)] = tables.execute("SELECT detail FROM urls WHERE url = ?", (url,)).fetchall()
    assert told == "settled on 3 May"
