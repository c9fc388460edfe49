"""The sample newspaper, from its front pages to records and misses."""

from __future__ import annotations

import gzip
import json
import subprocess
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawl.causes import CAUSES
from newscrawl.discovery import discover
from newscrawl.newspaper import Newspaper, expected, expected_misses
from tests.conftest import FAST, crawl, newscrawl, python, start_newscrawl

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Crawled


def test_every_article_is_recorded_once_and_nothing_else(crawled: Crawled) -> None:
    assert crawled.ran.code == 0, crawled.ran.err
    urls = [record["url"] for record in newscrawl("export", "--archive", crawled.archive).lines]
    assert sorted(urls) == sorted(expected(crawled.paper.sites))


def test_every_other_url_is_a_miss_with_its_cause(crawled: Crawled) -> None:
    wanted = expected_misses(crawled.paper.sites)
    found = {url: miss["cause"] for url, miss in crawled.misses.items()}
    assert {url: cause for url, cause in found.items() if wanted.get(url) != cause} == {}
    # Each way to end that the paper has in stock was met.
    assert set(found.values()) == set(wanted.values())
    assert set(found.values()) <= set(CAUSES)


def test_table_names_what_was_found(crawled: Crawled) -> None:
    titles = [record["title"] for record in expected(crawled.paper.sites).values()]
    assert sum(title[:30] in crawled.ran.out for title in titles) == len(titles)
    assert f"{len(titles)} new articles" in crawled.ran.err
    assert str(crawled.archive) in crawled.ran.err
    assert crawled.ran.err.count("newscrawl ") >= 3  # the three commands to try next


def test_each_record_points_at_its_response(crawled: Crawled) -> None:
    for url, record in crawled.records.items():
        capture = record["capture"]
        with (crawled.archive / "warc" / capture["warc"]).open("rb") as file:
            file.seek(capture["offset"])
            member = file.read(capture["length"])
        headers, _, block = gzip.decompress(member).partition(b"\r\n\r\n")
        assert f"WARC-Target-URI: {url}\r\n".encode() in headers
        assert f"WARC-Record-ID: <{capture['record_id']}>\r\n".encode() in headers
        assert b"WARC-Type: response\r\n" in headers
        assert block.startswith(b"HTTP/1.1 200 ")


def test_others_read_what_was_written(crawled: Crawled) -> None:
    for warc in sorted((crawled.archive / "warc").iterdir()):
        assert python("-m", "warcio.cli", "check", warc).code == 0
        assert subprocess.run(["gzip", "-t", str(warc)], check=False).returncode == 0
        with warc.open("rb") as stream:
            kinds = [record.rec_type for record in ArchiveIterator(stream)]
        assert kinds[0] == "warcinfo"
        assert kinds.count("response") == kinds.count("request") > 60


def test_index_is_sorted_and_complete(crawled: Crawled) -> None:
    lines = (crawled.archive / "index.cdxj").read_bytes().splitlines()
    assert lines == sorted(lines)
    indexed = {(e["filename"], int(e["offset"])) for e in map(_fields, lines)}
    records = crawled.records.values()
    assert {(r["capture"]["warc"], r["capture"]["offset"]) for r in records} <= indexed


def articles_of(paper: Newspaper, seeds: list[str]) -> dict[str, dict[str, Any]]:
    """The records of some of its sites: one costs a third of what a crawl of the whole paper does."""
    found = expected(paper.sites, paper.edition)
    return {url: record for url, record in found.items() if url.startswith(tuple(seeds))}


def test_second_crawl_fetches_no_article_again(tmp_path: Path, paper: Newspaper) -> None:
    archive = tmp_path / "news"
    crawl(archive, paper.seeds[0])
    before = len(paper.log)
    again = crawl(archive, paper.seeds[0])
    articles = {url.split("/", 3)[3] for url in articles_of(paper, paper.seeds[:1])}
    fetched = {entry["path"].lstrip("/") for entry in paper.log[before:]}
    assert again.code == 0
    assert fetched
    assert not fetched & articles
    assert "no new articles" in again.err


def test_next_edition_makes_new_revisions_only_of_what_changed(tmp_path: Path) -> None:
    archive = tmp_path / "news"
    with Newspaper() as first:
        crawl(archive, first.seeds[0])
        port, old = first.own_port, articles_of(first, first.seeds[:1])
    with Newspaper(edition=2, port=port) as second:
        ran = crawl(archive, second.seeds[0])
        new = articles_of(second, second.seeds[:1])
        asked = {entry["path"] for entry in second.log}
    records = newscrawl("export", "--archive", archive).lines
    revised = {r["url"] for r in records if r["revision"] == 2}
    changed = {url for url in new if url in old and new[url]["body"] != old[url]["body"]}
    assert len(changed) == 1
    assert revised == changed
    assert {r["url"] for r in records} == {*old, *new}
    assert f"{len({*new} - {*old}) + 1} new articles" in ran.err
    unchanged = {url.split("/", 3)[3] for url in {*old} & {*new} - changed}
    assert not {path.lstrip("/") for path in asked} & unchanged
    check = newscrawl("replay", archive, "--check")
    assert (check.code, check.out) == (0, f"{len(records)} records, {len(records)} identical\n")


def test_limit_stops_after_so_many_articles(tmp_path: Path, paper: Newspaper) -> None:
    archive = tmp_path / "news"
    assert len(crawl(archive, paper.seeds[0], "--limit", 4, "--json").lines) == 4
    # What was left is taken up by the next crawl.
    crawl(archive, paper.seeds[0])
    assert len(newscrawl("export", "--archive", archive).lines) == len(
        articles_of(paper, paper.seeds[:1])
    )


@pytest.mark.parametrize("path", ["feed.xml", "article"])
def test_a_url_may_be_a_feed_or_an_article(tmp_path: Path, paper: Newspaper, path: str) -> None:
    """The command finds out what it was given, and takes an article for that article alone."""
    articles = expected(paper.sites)
    url = next(iter(articles))
    if path == "article":
        ran = crawl(tmp_path / "news", url, "--json")
        assert [record["url"] for record in ran.lines] == [url]
        return
    feeds = _announced_feeds(paper)
    ran = crawl(tmp_path / "news", feeds[0], "--json")
    assert 1 < len(ran.lines) < len(articles)
    assert {record["url"] for record in ran.lines} <= set(articles)


def test_scrapy_is_a_door_of_its_own(tmp_path: Path, paper: Newspaper) -> None:
    listed = newscrawl("list", module="scrapy")
    assert listed.out == "news\nproxy\n"
    feed = tmp_path / "articles.jsonl"
    arguments = ("crawl", "news", "-a", f"urls={','.join(paper.seeds[1:])}", "-O", feed, *FAST)
    archive = f"NEWSCRAWL_ARCHIVE={tmp_path / 'news'}"
    ran = newscrawl(*arguments, "-s", archive, "-s", "LOG_LEVEL=WARNING", module="scrapy")
    assert ran.code == 0, ran.err
    urls = [json.loads(line)["url"] for line in feed.read_text("utf-8").splitlines()]
    assert sorted(urls) == sorted(articles_of(paper, paper.seeds[1:]))


def test_two_crawls_at_once_share_the_work(tmp_path: Path, paper: Newspaper) -> None:
    archive = tmp_path / "news"
    command = ["crawl", "--archive", archive, *FAST, *paper.seeds[1:]]
    both = [start_newscrawl(*command) for _ in range(2)]
    said = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    fetched = [entry["path"] for entry in paper.log if entry["status"] == 200]
    articles = {url.split("/", 3)[3] for url in articles_of(paper, paper.seeds[1:])}
    visits = [path for path in fetched if path.lstrip("/") in articles]
    assert len(visits) == len(set(visits)) == len(articles)
    assert newscrawl("replay", archive, "--check").code == 0


def _fields(line: bytes) -> dict[str, str]:
    fields: dict[str, str] = json.loads(line.split(b" ", 2)[2])
    return fields


def _announced_feeds(paper: Newspaper) -> list[str]:
    with urllib.request.urlopen(paper.seeds[0]) as answer:
        found = discover(answer.read(), url=paper.seeds[0])
    return [link.url for link in found.links if link.kind == "feed"]


def test_an_unchanged_feed_is_asked_after_and_not_fetched(tmp_path: Path, paper: Newspaper) -> None:
    archive = tmp_path / "news"
    crawl(archive, paper.seeds[0])
    before = len(paper.log)
    crawl(archive, paper.seeds[0])
    again = [entry for entry in paper.log[before:] if "robots" not in entry["path"]]
    conditional = [entry for entry in again if entry["if_none_match"]]
    assert conditional
    assert {entry["status"] for entry in conditional} == {304}
    before = len(paper.log)
    crawl(archive, paper.seeds[0], "-s", "NEWSCRAWL_TRUST_SECONDS=0")
    assert not [entry for entry in paper.log[before:] if entry["if_none_match"]]
    assert newscrawl("replay", archive, "--check").code == 0
    assert newscrawl("verify", "--archive", archive).code == 0


def test_status_says_how_many_bytes_are_of_each_source(crawled: Crawled) -> None:
    [facts] = newscrawl("status", "--archive", crawled.archive, "--bytes", "--json").lines
    assert sum(each["captures"] for each in facts["captured"]) == facts["captures"]
    by_source = {each["source"]: each["bytes"] for each in facts["captured"]}
    assert by_source.keys() == {*facts["sources"], None}
    mine = sum(r["capture"]["length"] for r in crawled.records.values())
    assert mine < sum(size for source, size in by_source.items() if source) < facts["bytes"]
    shown = newscrawl("status", "--archive", crawled.archive, "--bytes").out
    assert all(f"{size:,} bytes, " in shown for size in by_source.values())
