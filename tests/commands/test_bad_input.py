"""A user's mistake, or the world's: one line that names it, the exit code of the table, no traceback.

That there is no traceback is checked where every command runs, in `conftest.newscrawl`.
"""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.warc.reader import read_record
from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Crawled, SmallSite

    Start = Callable[[dict[str, dict[str, Any]]], SmallSite]


def test_a_port_that_nobody_listens_on(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        ran = crawl(tmp_path / "news", url)
    assert ran.code == 1
    assert f"newscrawl: {url}: connection" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["crawl", "not a url"], 2, "'not a url' is not a URL"),
        (["crawl", "ftp://paper.example/"], 2, "scheme 'ftp'"),
        (["crawl", "javascript://paper.example/"], 2, "scheme 'javascript'"),
        (["crawl", "http://"], 2, "'http://' is not a URL"),
        (["crawl", "http://127.0.0.1:99999/"], 2, "is not a URL"),
        (["crawl"], 2, "knows no URL yet"),
        (["crawl", "--limit", "0", "http://127.0.0.1/"], 2, "--limit"),
        (["crawl", "-s", "NONSENSE", "http://127.0.0.1/"], 2, "NAME=VALUE"),
        (["status"], 2, "is not an archive"),
        (["search", "x"], 2, "is not an archive"),
        (["show", "x"], 2, "is not an archive"),
        (["verify"], 2, "is not an archive"),
        (["export", "--format", "wacz"], 2, "--output"),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_what_cannot_be_done(tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    command, *rest = arguments
    where = [] if command == "nonsense" else ["--archive", tmp_path / "none"]
    ran = newscrawl(command, *where, *rest)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert not (tmp_path / "none").exists()


#: What a server answers where a feed should be, and how the URL ends.
NO_FEEDS = {
    "/empty-feed": (feed(), "no-links"),
    "/empty-file": ({"headers": {"Content-Type": "application/rss+xml"}}, "no-links"),
    "/html": ({"body": "<html><body><p>Hello.</p></body></html>"}, "no-links"),
    "/missing": ({"status": 404}, "http-404"),
    "/failing": ({"status": 500}, "http-5xx"),
    "/nowhere": ({"status": 302, "headers": {"Location": "http://"}}, "redirects"),
    "/image": ({"body": "\x89PNG", "headers": {"Content-Type": "image/png"}}, "no-links"),
}


def test_urls_that_give_nothing(tmp_path: Path, small_site: Start) -> None:
    site = small_site({path: answer for path, (answer, _) in NO_FEEDS.items()})
    urls = {site.base + path: cause for path, (_, cause) in NO_FEEDS.items()}
    ran = crawl(tmp_path / "news", *urls, "-s", "RETRY_ENABLED=False")
    assert ran.code == 1
    misses = newscrawl("export", "misses", "--archive", tmp_path / "news").lines
    assert {miss["url"]: miss["cause"] for miss in misses} == urls
    for url, cause in urls.items():
        assert f"newscrawl: {url}: {cause}" in ran.err


def test_an_archive_folder_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    ran = crawl(tmp_path, "http://127.0.0.1:9/")
    assert ran.code == 2
    assert f"{tmp_path} holds something else than an archive" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    a_file = crawl(tmp_path / "thesis.txt", "http://127.0.0.1:9/")
    assert (a_file.code, "is a file" in a_file.err) == (2, True)


@pytest.mark.skipif(not os.path.ismount("/proc"), reason="needs a read-only file system: /proc")
def test_a_disk_that_cannot_be_written() -> None:
    ran = newscrawl("crawl", "--archive", "/proc/news", "http://127.0.0.1:9/")
    assert ran.code == 1
    assert "newscrawl: /proc/news: " in ran.err


def test_files_that_are_no_archive(tmp_path: Path) -> None:
    empty, text = tmp_path / "empty.warc.gz", tmp_path / "text.warc"
    empty.touch()
    text.write_text("this is not a WARC")
    for file, said in ((empty, "empty"), (text, "at byte 0")):
        ran = newscrawl("replay", file)
        assert (ran.code, ran.out) == (3, "")
        assert str(file) in ran.err
        assert said in ran.err
    missing = newscrawl("replay", tmp_path / "missing.warc")
    assert (missing.code, "no such file" in missing.err) == (2, True)


def test_a_warc_cut_in_the_middle(tmp_path: Path, part: Crawled) -> None:
    [warc] = (part.archive / "warc").iterdir()
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(warc.read_bytes()[: warc.stat().st_size // 2])
    ran = newscrawl("replay", cut)
    assert ran.code == 3
    assert f"newscrawl: {cut}: at byte " in ran.err
    assert 0 < len(ran.lines) < len(part.records)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", 1),
        (b"\xfe\xfe garbage \x80", 1),
        (story(1)["body"].encode("utf-16"), 0),
        (story(1)["body"].replace("harbour", "h\u00e4fen").encode("latin-1"), 0),
        (b"<meta charset=no-such-charset>" + story(1)["body"].encode(), 0),
    ],
)
def test_any_bytes_may_be_extracted(tmp_path: Path, content: bytes, code: int) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(content)
    ran = newscrawl("extract", file, "--url", "https://paper.example/a-story")
    assert ran.code == code, ran.err
    assert len(ran.lines) == 1
    assert bool(ran.err) is bool(code)
    if code:
        assert str(file) in ran.err


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x00\xff\xfe garbage \x80", "binary data"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x1f\x8b\x08", "a gzip file (newscrawl replay reads WARCs)"),
    ],
)
def test_what_is_no_text_is_named_and_gives_no_record(
    tmp_path: Path, content: bytes, kind: str
) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(content)
    ran = newscrawl("extract", file)
    assert (ran.code, ran.out, ran.err) == (1, "", f"newscrawl: {file}: {kind}, not HTML\n")


def test_extract_says_what_it_cannot_read(tmp_path: Path) -> None:
    ran = newscrawl("extract", tmp_path / "none.html")
    assert (ran.code, "none.html" in ran.err) == (2, True)
    file = tmp_path / "page.html"
    file.write_text("<p>x")
    ran = newscrawl("extract", file, "--captured-at", "soon")
    assert (ran.code, "--captured-at soon: not a date" in ran.err) == (2, True)
    for option, value in (("--zone", "No/Where"), ("--header", "x"), ("--announced", "colour=red")):
        ran = newscrawl("extract", file, option, value)
        assert (ran.code, ran.err.count("\n")) == (2, 1)
        assert option in ran.err
    ran = newscrawl("extract", "https://paper.example/a-story")
    assert (ran.code, "newscrawl crawl https://paper.example/a-story" in ran.err) == (2, True)


def test_extract_takes_what_is_known_beside_the_page(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    text = "<p>The council met on Monday evening and voted for the plan after a debate of six hours.</p>"
    file.write_text(
        f"<article><h1>Council votes</h1><p>19 May 2026, 9.15am</p>{text * 4}</article>"
    )
    [record] = newscrawl(
        *("extract", file, "--url", "https://paper.example/a", "--zone", "Europe/Berlin"),
        *(
            "--language",
            "en-GB",
            "--header",
            "X-Robots-Tag: noarchive",
            "--captured-at",
            "2026-05-20",
        ),
    ).lines
    assert record["published_at"] == "2026-05-19T09:15:00+02:00"
    assert (record["language"], record["rights"]) == ("en-GB", ["x-robots-tag: noarchive"])


def test_nothing_to_do_has_a_code_of_its_own(tmp_path: Path, part: Crawled) -> None:
    """An archive that was made from captures knows no URL to start from, and a warcinfo is no page."""
    again = tmp_path / "again"
    assert newscrawl("replay", part.archive, "--into", again).code == 0
    ran = crawl(again)
    assert (ran.code, f"newscrawl: {again} knows nothing that is due" in ran.err) == (4, True)
    [warc] = (part.archive / "warc").iterdir()
    only_info = tmp_path / "info.warc.gz"
    first = read_record(warc, 0)
    only_info.write_bytes(warc.read_bytes()[: first.length])
    ran = newscrawl("replay", only_info)
    assert (ran.code, ran.out, "no captured page" in ran.err) == (4, "", True)
