"""Where conditions leave few articles, words are looked up among these: the results are the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.database.engine import open_database
from newscrawl.items import Article, Capture
from newscrawl.query import parse
from newscrawl.store import Store, full_text
from newscrawl.store.result_pages import ResultPages

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 6, 1, tzinfo=UTC)
QUERIES = [
    "ferry source:paper-1",
    "ferry source:paper-1 after:2026-05-10 before:2026-05-20",
    "ferr* lang:de",
    "title:ferry -bridge source:paper-2",
    "(ferry OR bridge) published:2026-05-12",
    "ferry source:nobody",
    "ferry is:changed",
    "ferry has:date source:paper-0",
]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("narrowed") / "news.db"
    store = Store(open_database(path))
    store.add_articles(
        (f"paper-{n % 3}", _article(n, revision)) for n in range(40) for revision in (1, 2)[: 1 + n % 4 // 3]
    )  # fmt: skip
    store.close()
    return path


def _article(number: int, revision: int) -> Article:
    at = f"2026-05-{1 + number % 28:02}T10:00:00Z"
    id_ = f"<urn:uuid:{number:030}{revision:02}>"
    return Article(
        url=f"https://paper-{number % 3}.example/{number}",
        title=("The ferry", "A bridge", "The ferries and a bridge")[number % 5 % 3],
        body=f"Number {number} of the ferry, in revision {revision}.",
        language=("en", "de")[number % 2],
        published_at=at if number % 7 else None,
        capture=Capture("a.warc.gz", number * 4 + revision, 10, id_, None, at, 200),
        revision=revision,
    )


def found(pages: ResultPages, query: str) -> list[Any]:
    out: list[Any] = []
    with pages.of(parse(query, now=NOW)) as results:
        for order in ("relevance", "published", "seen"):
            page = results.page(order=order, after=None, limit=4, marks=("[", "]"))
            rest = page.next and results.page(
                order=order, after=page.next, limit=50, marks=("[", "]")
            )
            out += [page.found, rest and rest.found]
        return [*out, results.count(most=5), results.facets()]


@pytest.mark.parametrize("query", QUERIES)
def test_the_results_are_the_same(
    query: str, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_database(database)
    narrow = found(ResultPages(engine), query)
    with engine.connect() as connection:
        plan = full_text.query_sql.plan(connection, parse(query, now=NOW))
        assert full_text.narrowed(connection, plan).numbers is not None
        monkeypatch.setattr(full_text, "MAX_NARROW", -1)
        assert full_text.narrowed(connection, plan).numbers is None
    assert found(ResultPages(engine), query) == narrow
    assert bool(narrow[-2]) == (query != "ferry source:nobody")
    engine.dispose()
