"""A crawl that dies between record file and tables: its articles are recovered as it would have kept them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from newscrawl.archive.layout import Layout
from newscrawl.collection import record_files
from newscrawl.collection.commit import Collection
from newscrawl.collection.recovery import recover
from newscrawl.crawl.recrawl import RecrawlPolicy
from newscrawl.crawl.source_rules import SourceRules
from newscrawl.database.engine import open_database
from newscrawl.frontier import DiscoveredUrl, SqlFrontier
from newscrawl.sources.source import Source
from newscrawl.store import Store
from newscrawl.urls import key
from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Start

HOUR, NOW = 3600.0, 1_780_000_000.0


@pytest.fixture
def torn(tmp_path: Path, small_site: Start) -> Iterator[tuple[Collection, str]]:
    """A crawled archive whose tables know nothing of its one article, which a source of a file announced."""
    site = small_site({"/feed.xml": feed("/news/2026/a.html"), "/news/2026/a.html": story(1)})
    root = tmp_path / "news"
    assert crawl(root, site.base + "/feed.xml").code == 0
    layout = Layout(root)
    layout.database.unlink()
    engine = open_database(layout.database)
    collection = Collection(layout, Store(engine), SqlFrontier(engine))
    url = site.base + "/news/2026/a.html"
    collection.frontier.add([DiscoveredUrl(url, "article", "The Example Times")], now=NOW)
    collection.frontier.lease(owner="dead", now=NOW, count=1, seconds=60)
    yield collection, url
    collection.store.close()


def test_an_article_keeps_its_source_and_its_next_visit(torn: tuple[Collection, str]) -> None:
    collection, url = torn
    policy = RecrawlPolicy(SourceRules([Source("The Example Times", "https://paper.example/")]))
    recovery = recover(
        collection, now=NOW, due_again=lambda lease: policy.after_article(lease, now=NOW)
    )
    assert recovery.records == 1
    assert set(collection.store.counts()) == {"The Example Times"}
    assert collection.frontier.ended([url])[url].kind == "article"
    assert collection.frontier.next_due(now=NOW) == NOW + HOUR


def test_what_is_recovered_twice_is_there_once(torn: tuple[Collection, str]) -> None:
    collection, _ = torn
    [first] = [recover(collection, now=NOW).records]
    again = recover(collection, now=NOW).records
    assert (first, again) == (1, 0)
    assert [record["revision"] for _, record in collection.store.records()] == [1]


def test_adopted_records_keep_the_source_of_their_articles(
    tmp_path: Path, small_site: Start
) -> None:
    site = small_site({"/feed.xml": feed("/news/2026/a.html"), "/news/2026/a.html": story(1)})
    root, sources = tmp_path / "news", tmp_path / "sources.toml"
    sources.write_text(
        f'[[source]]\nname = "The Example Times"\nhome = "{site.base}/"\nfeeds = ["{site.base}/feed.xml"]\n'
    )
    assert crawl(root, "--sources", sources).code == 0
    layout = Layout(root)
    [path] = layout.records.glob("*.jsonl")
    [record] = record_files.read(path)
    # As another version of the code had made it.
    path.write_text(json.dumps({**record, "title": "Otherwise"}) + "\n")
    assert newscrawl("replay", root, "--adopt").code == 0
    engine = open_database(layout.database)
    assert set(Store(engine).counts()) == {"The Example Times"}
    known = SqlFrontier(engine).known([record["url"]])
    assert known[key(record["url"])].source == "The Example Times"
    engine.dispose()
