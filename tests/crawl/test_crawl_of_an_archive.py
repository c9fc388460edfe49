"""An archive in the network's place: the same crawl again, and nobody is asked."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from making import START, exchange, writer

from newscrawl.archive.layout import Layout
from newscrawl.warc.record_builder import RefersTo
from newscrawl.warc.warc_fields import format_warc_date
from newscrawl.wire.archive_transport import ArchiveTransport, link_network
from tests.conftest import Ran, crawl, newscrawl, python, story

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.warc.exchange import Exchange
    from tests.conftest import Crawled, SmallSite

OFFLINE = str(Path(__file__).parents[1] / "support" / "offline")


def crawl_offline(network: Path, archive: Path, *arguments: object) -> Ran:
    """Crawl the archive `network`; no process may so much as try to reach a network."""
    reached = archive.with_name(f"{archive.name}.reached")
    ran = newscrawl(
        "crawl",
        "--archive",
        archive,
        "-s",
        f"NEWSCRAWL_NETWORK={network}",
        *arguments,
        env={"PYTHONPATH": OFFLINE, "REACHED": str(reached)},
    )
    assert not reached.exists(), reached.read_text()
    return ran


def of(archive: Path, *what: str) -> dict[str, dict[str, Any]]:
    return {each["url"]: each for each in newscrawl("export", *what, "--archive", archive).lines}


def digests(archive: Path) -> dict[str, str]:
    files = (path for path in archive.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def fail(damage: object) -> None:
    raise AssertionError(damage)


@pytest.mark.parametrize("started", [{}, {"STARTED": "anew"}], ids=["ready", "anew"])
@pytest.mark.parametrize("call", ["connect", "connect_ex"])
def test_who_tries_to_reach_a_network_is_noted(
    call: str, started: dict[str, str], tmp_path: Path
) -> None:
    """In a process that is forked from the ready one, and in one that is started."""
    reached = tmp_path / "reached"
    tries = f"import socket; socket.socket().{call}(('127.0.0.1', 9))"
    env = {"PYTHONPATH": OFFLINE, "REACHED": str(reached), **started}
    ran = python("-c", tries, env=env)
    assert (ran.code, "must not reach" in ran.err) == (1, True)
    assert "('127.0.0.1', 9)" in reached.read_text()


def test_the_sample_paper_again(crawled: Crawled, tmp_path: Path) -> None:
    before = digests(crawled.archive)
    archive = tmp_path / "again"
    assert crawl_offline(crawled.archive, archive, *crawled.paper.seeds).code == 0
    assert of(archive) == crawled.records
    assert {url: (m["cause"], m["detail"]) for url, m in of(archive, "misses").items()} == {
        url: (miss["cause"], miss["detail"]) for url, miss in crawled.misses.items()
    }
    # The captures are where they were, pointed at, and there are no others.
    assert digests(crawled.archive) == before
    theirs = {path.name: path.resolve() for path in (crawled.archive / "warc").iterdir()}
    assert {path.name: path.resolve() for path in (archive / "warc").iterdir()} == theirs
    assert newscrawl("verify", "--archive", archive).code == 0


def test_plain_scrapy_on_the_archive_that_it_would_write_to(
    crawled: Crawled, tmp_path: Path
) -> None:
    archive = shutil.copytree(crawled.archive, tmp_path / "archives" / "news")
    url, record = next(iter(crawled.records.items()))
    before, reached = digests(archive), tmp_path / "reached"
    ran = newscrawl(
        *("crawl", "news", "-a", f"urls={url}", "-s", "LOG_LEVEL=ERROR"),
        *("-s", f"NEWSCRAWL_ARCHIVE={archive}", "-s", f"NEWSCRAWL_NETWORK={archive}"),
        env={
            "PYTHONPATH": OFFLINE,
            "REACHED": str(reached),
            "SCRAPY_SETTINGS_MODULE": "newscrawl.settings",
        },
        module="scrapy",
    )
    assert (ran.code, ran.err, reached.exists()) == (0, "", False)
    # What is crawled is never written to: the results lie beside.
    assert digests(archive) == before
    assert of(archive.with_name("news-offline")) == {url: record}


def test_a_changed_rule_is_tried_and_what_is_not_captured_is_counted(
    small_site: Callable[..., SmallSite], tmp_path: Path
) -> None:
    links = "".join(
        f"<h2><a href='/{way}/2026/05/12/harbour-council-decides-{n}.html'>The harbour council"
        f" decides, part {n}</a></h2>"
        for n, way in enumerate(["news", "sport", "views"])
    )
    robots = {"body": "User-agent: *\nDisallow: /views/"}
    answers = {
        "/robots.txt": robots,
        "/": {"body": f"<html><body>{links}</body></html>"},
        "/n*": story(1),
        "/s*": story(2),
        "/v*": story(3),
    }
    site = small_site(answers)
    table = f'[[source]]\nname = "Paper"\nhome = "{site.base}/"\n'
    sources = tmp_path / "sources.toml"
    sources.write_text(table + "exclude = ['/sport/']\n")
    live = tmp_path / "live"
    assert crawl(live, "--sources", sources).code == 0
    asked = len(site.asked)
    archive = tmp_path / "again"
    # Nobody is spared: with this rate it would take minutes.
    slow = table + "rate = 0.01\n"
    sources.write_text(slow + "exclude = ['/sport/']\n")
    assert crawl_offline(live, archive, "--sources", sources).code == 0
    assert [url.rsplit("/", 5)[1] for url in of(archive)] == ["news"]
    # The rule no longer leaves out what was never fetched.
    sources.write_text(slow)
    ran = crawl_offline(live, archive, "--sources", sources, "--now")
    assert "1 not-in-archive" in ran.err
    causes = {url.rsplit("/", 5)[1]: miss["cause"] for url, miss in of(archive, "misses").items()}
    assert causes["sport"] == "not-in-archive"
    assert causes["views"] == "robots"
    assert len(site.asked) == asked


def answered(url: str, body: bytes, *, hour: int, status: bytes = b"200 OK") -> Exchange:
    made = exchange(url, b"HTTP/1.1 " + status + b"\r\nContent-Type: text/html\r\n\r\n" + body)
    made.started_at = START + timedelta(hours=hour)
    return made


def test_of_several_captures_the_latest_up_to_a_time_answers(tmp_path: Path) -> None:
    url, other = "http://paper.example/1", "https://paper.example/1"
    first = RefersTo("urn:uuid:a1b2c3d4-0000-4000-8000-000000000002", url, format_warc_date(START))
    out = writer(tmp_path / "live", original=lambda _, digest: None if digest else first)
    for hour, body, status in (
        (0, b"first", b"200 OK"),
        (1, b"second", b"200 OK"),
        (2, b"busy", b"503 Busy"),
        (3, b"", b"304 Not Modified"),
    ):
        made = answered(url, body, hour=hour, status=status)
        made.check_duplicates = hour == 3
        [capture] = out.write([made], None, url)
        if not hour:
            first = replace(first, record_id=capture.record_id)
    out.close()
    layout = Layout(tmp_path / "again")
    layout.create()
    assert link_network(layout, tmp_path / "live", on_damage=fail) == [capture.warc]

    def body(at: str = "", url: str = url) -> bytes | None:
        found = ArchiveTransport(layout, at=at, on_damage=fail).find_response(url)
        return found.record.block.rpartition(b"\r\n")[2] if found else None

    # 14:22:33 and each hour after that.
    assert [body(at) for at in ("202603051422", "2026030515", "2026030516")] == [
        b"first",
        b"second",
        b"second",  # and not the 503, which only says that there is no answer now
    ]
    assert body() == b"first"  # for which the 304 stands
    assert [body("202603051421"), body(url=other), body(url=url + "1")] == [None, None, None]
    assert body(url="http://PAPER.example:80/1") == b"first"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["-s", "NEWSCRAWL_NETWORK=docs", "-s", "NEWSCRAWL_WATCH=True"],
            "NEWSCRAWL_NETWORK: nothing new comes from an archive",
        ),
        (["-s", "NEWSCRAWL_NETWORK=absent"], "absent: no such file or folder"),
        (["-s", "NEWSCRAWL_NETWORK=docs"], "no WARC, ARC or WACZ file in this folder"),
        (
            ["-s", "NEWSCRAWL_NETWORK=docs", "-s", "NEWSCRAWL_NETWORK_AT=soon"],
            "NEWSCRAWL_NETWORK_AT soon: not a date or time",
        ),
    ],
)
def test_what_cannot_stand_for_a_network(arguments: list[str], said: str, tmp_path: Path) -> None:
    ran = newscrawl("crawl", "--archive", tmp_path / "news", *arguments, "http://127.0.0.1:9/")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
