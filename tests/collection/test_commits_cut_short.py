"""A process that dies within a commit, or loses its database, at whichever transaction.

What was captured is not fetched again, and each record is there once."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from newscrawl.archive.captures import captures_in
from newscrawl.archive.layout import Layout
from newscrawl.archive.writer import WriterPolicy
from newscrawl.collection import record_files
from newscrawl.collection.commit import Collection, enter_tables
from newscrawl.collection.recovery import recover
from newscrawl.collection.results import Result
from newscrawl.crawl.ledger import Ledger
from newscrawl.database.engine import open_database
from newscrawl.frontier import DiscoveredUrl, Outcome, SqlFrontier
from newscrawl.items import Article
from newscrawl.storage.file_names import writer_id_of
from newscrawl.store import Store
from newscrawl.wire.recorder import Recorder
from tests.conftest import SmallSite, crawl, feed, story

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

NOW = 1_780_000_000.0
SHORT = {"body": "<!doctype html><html lang=en><title>Short</title><p>No article.</p></html>"}
PAGES = {"/news/2026/a.html": story(1), "/news/2026/b.html": story(2), "/news/2026/c.html": SHORT}
#: More than one commit has.
TRANSACTIONS = 3


class KilledError(Exception):
    """The process dies."""


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Result]]:
    """An archive of a crawl, without its tables, and the results that the crawl committed."""
    root = tmp_path_factory.mktemp("captured") / "news"
    site = SmallSite(tmp_path_factory.mktemp("site"), {"/feed.xml": feed(*PAGES), **PAGES})
    assert crawl(root, site.base + "/feed.xml").code == 0
    site.close()
    layout = Layout(root)
    layout.database.unlink()
    [records] = layout.records.glob("*.jsonl")
    [warc] = layout.finished()
    articles = {each.url: each for each in map(Article.from_dict, record_files.read(records))}
    results = []
    for found in captures_in(warc):
        article = articles.get(found.uri)
        if article is not None:
            ended = Outcome("article", capture=found.capture)
            results.append(Result(found.uri, "paper", ended, article))
        elif found.uri.endswith("c.html"):
            ended = Outcome("miss", "not-article", capture=found.capture)
            results.append(Result(found.uri, "paper", ended))
    assert len(results) == len(PAGES)
    return root, results


@pytest.fixture(params=["sqlite", "postgresql"])
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    target = tmp_path / "news.db"
    if request.param == "postgresql":
        target = request.getfixturevalue("postgresql").database()
    engine = open_database(target)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("survived", range(TRANSACTIONS + 1))
def test_every_captured_page_has_ended_or_is_read(
    captured: tuple[Path, list[Result]], tables: Engine, survived: int
) -> None:
    root, results = captured
    collection = Collection(Layout(root), Store(tables), SqlFrontier(tables))
    frontier, urls = collection.frontier, {result.url for result in results}
    frontier.add([DiscoveredUrl(url, "article", "paper") for url in urls], now=NOW)
    [writer] = {writer_id_of(path.name) for path in collection.layout.finished()}
    assert writer is not None
    assert len(frontier.lease(owner=writer, now=NOW, count=9, seconds=60)) == len(urls)
    with dying_after(tables, survived) as committed:
        enter_tables(collection, results, now=NOW)
    assert committed.total() <= TRANSACTIONS
    pages = recover(collection, now=NOW).pages
    ended = frontier.ended(urls)
    assert {page.url for page in pages} == urls - set(ended)
    assert {url for url, end in ended.items() if end.kind == "article"} == {
        result.url for result in results if result.article is not None
    }


@pytest.mark.parametrize("survived", range(TRANSACTIONS))
def test_a_database_that_is_lost_for_a_moment_doubles_no_record(
    captured: tuple[Path, list[Result]], tables: Engine, tmp_path: Path, survived: int
) -> None:
    _, results = captured
    layout = Layout(tmp_path / "again")
    layout.create()
    collection = Collection(layout, Store(tables), SqlFrontier(tables))
    urls = {result.url for result in results}
    collection.frontier.add([DiscoveredUrl(url, "article", "paper") for url in urls], now=NOW)

    async def settle() -> list[Result]:
        recorder = Recorder(layout, WriterPolicy(), writer_id="0", now=lambda: datetime.now(UTC))
        ledger = Ledger(collection, recorder, now=lambda: NOW, patience=60)
        with losing_after(tables, survived):
            settled = await asyncio.gather(*map(ledger.settle, results))
        await ledger.close(finished=False)
        await recorder.close()
        return settled

    articles = sorted(result.url for result in results if result.article is not None)
    settled = asyncio.run(settle())
    assert sorted(result.url for result in settled if result.article is not None) == articles
    [path] = layout.records.iterdir()
    assert sorted(str(record["url"]) for record in record_files.read(path)) == articles
    assert set(collection.frontier.ended(urls)) == urls


@contextmanager
def losing_after(engine: Engine, survived: int) -> Iterator[None]:
    """One transaction after so many fails, as if the server had gone before it committed it."""
    begun = count()

    def lose(_connection: Connection) -> None:
        if next(begun) == survived:
            raise OperationalError("COMMIT", None, ConnectionError("gone"))

    event.listen(engine, "commit", lose)
    yield
    event.remove(engine, "commit", lose)


@contextmanager
def dying_after(engine: Engine, survived: int) -> Iterator[Counter[str]]:
    """All transactions after so many fail, as if the process had died before it committed them."""
    begun: Counter[str] = Counter()

    def die(_connection: Connection) -> None:
        begun["commit"] += 1
        if begun.total() > survived:
            raise KilledError

    event.listen(engine, "commit", die)
    try:
        yield begun
    except KilledError:
        pass
    finally:
        event.remove(engine, "commit", die)
