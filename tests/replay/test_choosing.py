"""Which captures a replay reads, and from where."""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from ranged_files import served
from replaying import captured_pages

from newscrawl.archive.files import archive_files
from newscrawl.replay import select
from newscrawl.text.timespec import span
from newscrawl.warc import cdxj
from tests.conftest import newscrawl

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.conftest import Crawled


NOW = datetime(2026, 11, 27, tzinfo=UTC)


def fail(damage: object) -> None:
    raise AssertionError(damage)


def chosen_urls(archive: Path, **choice: Any) -> list[str]:
    """The URLs of the chosen pages: the same through an index and by reading everything."""
    since, until = choice.pop("since", None), choice.pop("until", None)
    wanted = select(span=span(since, until, now=NOW), **choice)
    through = captured_pages(archive_files(archive), wanted, on_damage=fail)
    index = archive / "index.cdxj"
    aside = index.rename(archive / "aside")
    try:
        read = captured_pages(archive_files(archive), wanted, on_damage=fail)
    finally:
        aside.rename(index)
    assert through == read
    return [captured.page.url for captured in through]


@pytest.fixture(scope="module")
def archive(crawled: Crawled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(crawled.archive, tmp_path_factory.mktemp("chosen") / "news")


def test_choosing_by_url_and_host(archive: Path) -> None:
    everything = chosen_urls(archive)
    one = next(url for url in everything if "127.0.0.3" in url)
    assert chosen_urls(archive, prefixes=[one]) == [u for u in everything if u.startswith(one)]
    section = "http://127.0.0.3:" + one.split(":")[2].split("/")[0] + "/2026/05/"
    found = chosen_urls(archive, prefixes=[section])
    assert found == [url for url in everything if url.startswith(section)] != []
    found = chosen_urls(archive, domains=["127.0.0.3"])
    assert found == [url for url in everything if url.startswith("http://127.0.0.3:")] != []
    assert len(chosen_urls(archive, domains=["127.0.0.3", "127.0.0.1"])) > len(found)
    assert chosen_urls(archive, domains=["27.0.0.3"]) == []


def test_choosing_by_time_status_and_media_type(archive: Path) -> None:
    everything = chosen_urls(archive)
    entries = [cdxj.parse(line) for line in (archive / "index.cdxj").read_text().splitlines()]
    middle = max(entry.timestamp for entry in entries if entry.url in everything)
    since = (
        f"{middle[:4]}-{middle[4:6]}-{middle[6:8]}T{middle[8:10]}:{middle[10:12]}:{middle[12:]}Z"
    )
    later = chosen_urls(archive, since=since)
    assert set(later) == {e.url for e in entries if e.timestamp >= middle} & set(everything)
    assert set(later) | set(chosen_urls(archive, until=since)) == set(everything)
    day = since[:10]
    assert chosen_urls(archive, since=day, until=day) == everything
    assert chosen_urls(archive, until="2000") == []
    gone = [entry.url for entry in entries if entry.status == 410]
    assert chosen_urls(archive, statuses=[410]) == gone != []
    html = chosen_urls(archive, mimes=["text/html"])
    assert 0 < len(html) < len(everything)
    assert set(html) < set(chosen_urls(archive, mimes=["text/*"])) | set(html)


def test_what_is_not_chosen_is_not_read(archive: Path, tmp_path: Path, crawled: Crawled) -> None:
    """A file that is nothing but the chosen record, with zeros in the place of all others, does as well."""
    url, record = next(iter(crawled.records.items()))
    hollow = tmp_path / "news"
    (hollow / "warc").mkdir(parents=True)
    shutil.copy(archive / "index.cdxj", hollow)
    capture = record["capture"]
    data = (archive / "warc" / capture["warc"]).read_bytes()
    start, end = capture["offset"], capture["offset"] + capture["length"]
    rest = data[end : end + 20_000]  # what was announced of it lies behind
    (hollow / "warc" / capture["warc"]).write_bytes(b"\0" * start + data[start:end] + rest)
    ran = newscrawl("replay", hollow, "--url-prefix", url)
    assert (ran.code, ran.err) == (0, "")
    assert ran.lines == [record]


def test_an_index_that_is_not_sorted_chooses_as_a_sorted_one(few: Crawled, tmp_path: Path) -> None:
    """Named, and beside the file, where nobody has named it."""
    lines = (few.archive / "index.cdxj").read_bytes().splitlines(keepends=True)
    hosts = {urlsplit(url).hostname for url in few.records}
    assert len(hosts) > 1
    [warc] = (few.archive / "warc").glob("*.warc.gz")
    beside = tmp_path / warc.name
    shutil.copy(warc, beside)
    named, own = tmp_path / "named.cdxj", tmp_path / "index.cdxj"
    named.write_bytes(b"".join(lines[::-1]))
    for options in (("--cdxj", named), ()):
        for host in hosts:
            ran = newscrawl("replay", beside, "--domain", host, *options)
            assert {urlsplit(each["url"]).hostname for each in ran.lines} == {host}
        own.write_bytes(named.read_bytes())


def test_an_index_of_another_kind_is_refused(archive: Path, tmp_path: Path) -> None:
    index = tmp_path / "index.cdx"
    index.write_text(" CDX a b a m s k r M V g u\nhttp://a.example/ 20240520120000 x\n")
    ran = newscrawl("replay", archive, "--domain", "a.example", "--cdxj", index)
    assert (ran.code, ran.out) == (2, "")
    assert f"{index}: not a CDXJ index, line 1 is" in ran.err


def test_a_choice_is_checked_alone(archive: Path, crawled: Crawled) -> None:
    number = sum("127.0.0.3" in url for url in crawled.records)
    ran = newscrawl("replay", archive, "--check", "--domain", "127.0.0.3")
    assert (ran.code, ran.out) == (0, f"{number} records, {number} identical\n")
    ran = newscrawl("replay", archive, "--domain", "paper.example")
    assert (ran.code, "no captured page that was chosen in" in ran.err) == (4, True)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--since", "soon", "--since soon: not a date or time"),
        ("--url-prefix", "ftp://paper.example/", "the scheme 'ftp' is not http or https"),
        ("--cdxj", "none.cdxj", "--cdxj none.cdxj: no such file"),
    ],
)
def test_what_cannot_be_chosen(archive: Path, option: str, value: str, said: str) -> None:
    ran = newscrawl("replay", archive, option, value)
    assert (ran.code, said in ran.err) == (2, True)


def test_files_by_glob_by_list_and_elsewhere(few: Crawled, tmp_path: Path) -> None:
    [warc] = (few.archive / "warc").iterdir()
    shutil.copy(warc, tmp_path)
    chosen = ("--domain", "127.0.0.3")
    wanted = newscrawl("replay", tmp_path / warc.name, *chosen).out
    assert wanted.count("\n") > 1
    assert newscrawl("replay", f"{tmp_path}/*.warc.gz", *chosen).out == wanted
    listed = tmp_path / "warc.paths.gz"
    listed.write_bytes(gzip.compress(f"{warc.name}\n".encode()))
    with served(tmp_path) as base:
        for paths in ([f"@{listed}", "--base", base], [f"@{base}/{listed.name}", "--base", base]):
            assert newscrawl("replay", *paths, *chosen).out == wanted
        root = tmp_path / "again"
        assert newscrawl("replay", f"{base}/{warc.name}", "--into", root).code == 0
        assert not (root / "warc" / warc.name).exists()
        assert newscrawl("verify", "--archive", root).code == 0
        assert newscrawl("replay", root, "--check").code == 0
        gone = newscrawl("replay", f"{base}/none.warc.gz")
        assert (gone.code, gone.err) == (3, f"newscrawl: {base}/none.warc.gz: no such file\n")
    unreachable = newscrawl("replay", root)
    assert unreachable.code == 1
    assert f"newscrawl: {base}/{warc.name}: " in unreachable.err
    with served(tmp_path, "no ranges") as base:
        ran = newscrawl(
            "replay", f"{base}/{warc.name}", "--cdxj", few.archive / "index.cdxj", *chosen
        )
        assert (ran.code, ran.out) == (0, wanted)


def test_an_index_that_is_named_chooses_in_a_file_elsewhere(
    archive: Path, tmp_path: Path, crawled: Crawled
) -> None:
    url, record = next(iter(crawled.records.items()))
    with served(archive / "warc") as base:
        there = f"{base}/{record['capture']['warc']}"
        ran = newscrawl("replay", there, "--cdxj", archive / "index.cdxj", "--url-prefix", url)
    assert ran.lines == [json.loads(json.dumps(record))]
