"""What requests to a source's hosts carry: to those hosts alone, and without values in the archive."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawl.crawl.request_options import load
from newscrawl.sources import parse_sources
from tests.conftest import FAST, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import SmallSite

    Start = Callable[[dict[str, Any]], SmallSite]

ONE, MOVED, THERE = (f"/news/story-of-the-harbour-{n}" for n in range(3))
SECRETS = ("key-of-ours", "cookie-of-ours", b64encode(b"reader:word-of-ours").decode())
OPTIONS = """
headers = { "X-Key" = "key-of-ours", "Accept-Language" = "de" }
cookies = "cookies.txt"
user_agent = "library/1 (+https://library.example)"
auth = { user = "PAPER_USER", password = "PAPER_PASSWORD" }
"""
#: What a feed names may be on loopback, too.
LOOPBACK = ("-s", "NEWSCRAWL_ALLOWED_NETWORKS=127.0.0.0/8")
ENV = {"PAPER_USER": "reader", "PAPER_PASSWORD": "word-of-ours"}


def test_they_go_to_the_hosts_of_the_source_and_to_no_others(
    tmp_path: Path, small_site: Start
) -> None:
    """Not where a redirect leads, nor to what a feed names on another host, nor to its robots.txt."""
    other = small_site({THERE: story(2), "/robots.txt": {"body": "User-agent: *\nAllow: /\n"}})
    moved = {"status": 302, "headers": {"Location": other.base + THERE}}
    site = small_site(
        {
            "/feed": feed(ONE, MOVED, f"{other.base}/elsewhere"),
            ONE: story(1),
            MOVED: moved,
            "/robots.txt": {"body": "User-agent: newscrawl\nDisallow: /\n"},
        }
    )
    file, archive = _file(tmp_path, site, OPTIONS), tmp_path / "news"
    ran = newscrawl(
        "crawl", "--archive", archive, *FAST, *LOOPBACK, "--sources", file, "--json", env=ENV
    )
    assert {record["url"] for record in ran.lines} == {site.base + ONE, other.base + THERE}
    for path, headers in zip(site.asked, site.headers, strict=True):
        assert headers["X-Key"] == "key-of-ours", path
        assert headers["Accept-Language"] == "de"
        assert headers["Cookie"] == "sid=cookie-of-ours"
        assert headers["User-Agent"] == "library/1 (+https://library.example)"
        assert headers["Authorization"] == f"Basic {SECRETS[2]}"
    assert set(other.asked) == {"/robots.txt", THERE, "/elsewhere"}
    for headers in other.headers:
        assert not {"X-Key", "Accept-Language", "Cookie", "Authorization"} & set(headers)
        assert headers["User-Agent"].startswith("newscrawl/")
    _has_no_secret(archive)
    info, requests = _records(archive)
    assert "source-requests: A: X-Key, Accept-Language, Cookie, User-Agent, Authorization" in info
    named = {
        fields.get("WARC-Redacted-Headers", "") for url, fields in requests if site.base in url
    }
    [names] = named
    assert set(names.split(", ")) == {"X-Key", "Accept-Language", "Cookie", "Authorization"}
    assert all(
        "WARC-Redacted-Headers" not in fields for url, fields in requests if other.base in url
    )
    assert newscrawl("verify", "--archive", archive, "--records").code == 0
    # A crawl of a URL keeps to the file that the environment names.
    env = {**ENV, "NEWSCRAWL_SOURCES": str(file)}
    assert newscrawl("crawl", "--archive", archive, *FAST, site.base + ONE, env=env).code == 0
    assert site.headers[-1]["Cookie"] == "sid=cookie-of-ours"


def test_a_proxy_is_used_for_its_source_alone(tmp_path: Path, small_site: Start) -> None:
    other = small_site({THERE: story(2)})
    site = small_site({"/feed": feed(ONE, other.base + THERE), ONE: story(1)})
    script = Path(__file__).parent.parent / "support" / "tiny_proxy.py"
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stdin is not None
        port = json.loads(process.stdout.readline())
        port = port["port"] if isinstance(port, dict) else port
        file = _file(tmp_path, site, f'proxy = "http://me:word-of-ours@127.0.0.1:{port}"\n')
        archive = tmp_path / "news"
        ran = newscrawl(
            "crawl", "--archive", archive, *FAST, *LOOPBACK, "--sources", file, "--json"
        )
        process.stdin.close()
    assert len(ran.lines) == 2, ran.err
    asked = [json.loads(line) for line in (tmp_path / "asked.jsonl").read_text().splitlines()]
    # The first request of each connection.
    assert {head.split(" ", 2)[1] for head in asked} <= {site.base + path for path in site.asked}
    assert other.asked
    assert all("Proxy-Authorization: Basic " in head for head in asked)
    _has_no_secret(archive)
    info, _ = _records(archive)
    assert "source-requests: A: by proxy" in info


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (OPTIONS, "sources.toml: A: auth: PAPER_USER is not set in the environment"),
        ('cookies = "none.txt"', "none.txt: No such file or directory"),
        ('cookies = "sources.toml"', "sources.toml is not a Netscape cookie file"),
        ('headers = { Cookie = "a=b" }', "sources.toml:5: headers.Cookie: cannot be given here"),
        ('headers = { X = "a\\r\\nb" }', "headers.X: is not the value of a header"),
        ('proxy = "socks5://p:1"', "proxy: is not the URL of a proxy"),
        ('auth = { user = "A" }', "auth.password: is missing"),
    ],
)
def test_what_is_wrong_or_missing_is_one_line(
    tmp_path: Path, small_site: Start, options: str, said: str
) -> None:
    site = small_site({"/feed": feed(ONE), ONE: story(1)})
    file = _file(tmp_path, site, options)
    ran = newscrawl("crawl", "--archive", tmp_path / "news", "--sources", file)
    assert (ran.code, said in ran.err, site.asked) == (2, True, []), ran.err
    assert "word-of-ours" not in ran.err


def test_secrets_of_an_encrypted_site_are_not_sent_unencrypted(tmp_path: Path) -> None:
    text = '[[source]]\nname = "A"\nhome = "https://www.example.com/"\nuser_agent = "library/1"\n'
    [options] = load(parse_sources(text, file="x"), tmp_path)
    assert options.is_for("https://example.com/a") and options.is_for("https://m.example.com/")
    assert not options.is_for("http://www.example.com/")
    assert not options.is_for("https://example.org/")


def _file(folder: Path, site: SmallSite, options: str) -> Path:
    host = site.base.removeprefix("http://").partition(":")[0]
    jar = f"# Netscape HTTP Cookie File\n{host}\tFALSE\t/\tFALSE\t0\tsid\tcookie-of-ours\n"
    jar += "other.example\tFALSE\t/\tFALSE\t0\tsid\tof-another\n"
    (folder / "cookies.txt").write_text(jar)
    file = folder / "sources.toml"
    file.write_text(f'[[source]]\nname = "A"\nhome = "{site.base}/feed"\n\n{options.strip()}\n')
    return file


def _has_no_secret(archive: Path) -> None:
    """Neither WARCs nor any other file of the archive holds a value."""
    for secret in (*SECRETS, "word-of-ours", b64encode(b"me:word-of-ours").decode()):
        for path in archive.rglob("*"):
            assert not path.is_file() or secret.encode() not in path.read_bytes()
        for path in (archive / "warc").iterdir():
            with path.open("rb") as stream:
                for record in ArchiveIterator(stream):
                    assert secret.encode() not in record.raw_stream.read()


def _records(archive: Path) -> tuple[str, list[tuple[str, dict[str, str]]]]:
    """The first warcinfo block, and URL and fields of each request."""
    info, requests = "", []
    for path in sorted((archive / "warc").iterdir()):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type == "warcinfo":
                    info = info or record.raw_stream.read().decode()
                elif record.rec_type == "request":
                    fields = dict(record.rec_headers.headers)
                    requests.append((fields["WARC-Target-URI"], fields))
    return info, requests
