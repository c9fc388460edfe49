"""Which records are chosen, which source they have, and what the views say of them: on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from newscrawl.database.engine import open_database
from newscrawl.export.columns import value_of
from newscrawl.items import Article, Capture
from newscrawl.query import EVERYTHING, narrowed, parse
from newscrawl.store import Store
from newscrawl.store.articles import COLUMN_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    target = ":memory:"
    if request.param == "postgresql":
        target = request.getfixturevalue("postgresql").database()
    engine = open_database(target)
    yield engine
    engine.dispose()


def article(number: int, **fields: object) -> Article:
    at = f"2026-05-2{number}T00:00:00.5Z"
    capture = Capture("a.warc.gz", number, 10, f"urn:uuid:{number}", "sha256:0", at, 200)
    fields = {"url": f"https://paper.example/{number}", "title": f"Story {number}", **fields}
    return Article(capture=capture, **fields)  # type: ignore[arg-type]


ARTICLES = (
    article(1, published_at="2026-05-20T00:30:00+02:00", language="en-GB", authors=("Ann", "Bob")),
    article(2, published_at="2026-05-20", language="EN", source="gazette"),
    article(3, language="eng"),
    article(4, url="https://paper.example/1", body="Changed.", revision=2, authors=("Zoe", "Ann")),
)
DAY = {"since": datetime(2026, 5, 20, tzinfo=UTC), "until": datetime(2026, 5, 21, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({}, [1, 2, 3, 4]),
        ({"latest": True}, [2, 3, 4]),
        (DAY, [2]),
        ({"until": DAY["since"]}, [1]),
        ({"since": DAY["until"]}, [3, 4]),
        ({"languages": ["en"]}, [1, 2]),
        ({"languages": ["EN-gb", "eng"]}, [1, 3]),
        ({"sources": ["gazette", "nobody"]}, [2]),
        ({"sources": ["Gazette"], "languages": ["eng"]}, []),
    ],
)
def test_records_are_chosen(engine: Engine, filters: dict[str, Any], numbers: list[int]) -> None:
    """A search finds the same as an export."""
    store, which = Store(engine), narrowed(EVERYTHING, **filters)
    store.add_articles(("paper", each) for each in ARTICLES)
    assert [number for number, _ in store.records(query=which)] == numbers
    assert [n for n, _ in store.records(query=which, after=1)] == [n for n in numbers if n > 1]
    found = [hit.record["capture"]["offset"] for hit in store.search(which)]
    assert sorted(found) == numbers


#: Times as pages state them, and None: without a date, with one that is no more than a day, without a zone.
STATED = [
    None, "2026-05-19", "2026-05-20", "2026-05-21", "2026-05-20T00:00:00", "2026-05-19T23:59:59Z",
    "2026-05-20T01:00:00+02:00", "2026-05-19T20:00:00-05:00", "2026-05-20T23:59:59", "2026-05-21T00:00:00Z",
    "2026-05-21T01:30:00+02:00", "2026-05-20T12:00:00.25+00:00",
]  # fmt: skip


def test_every_way_to_choose_by_date_has_one_rule(engine: Engine) -> None:
    """By `published_at`, else by the capture; a day begins at midnight UTC, and no zone is UTC."""
    store = Store(engine)
    many = []
    for n, (stated, day) in enumerate(product(STATED, range(3))):
        made = article(day, published_at=stated, url=f"https://paper.example/{n}", title=str(n))
        assert made.capture is not None
        capture = replace(made.capture, record_id=f"urn:uuid:{n}")
        many.append(replace(made, capture=capture, body=f"Harbour {n}"))
    store.add_articles(("paper", each) for each in many)
    day = narrowed(EVERYTHING, **DAY)

    def is_of_the_day(each: Article) -> bool:
        assert each.capture is not None
        at = datetime.fromisoformat(each.published_at or each.capture.captured_at)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return DAY["since"] <= at < DAY["until"]

    expected = sorted(each.title or "" for each in many if is_of_the_day(each))
    assert len(expected) == 19
    assert sorted(record["title"] for _, record in store.records(query=day)) == expected
    assert sorted(hit.record["title"] for hit in store.search(day, limit=99)) == expected
    words = narrowed(parse("harbour", now=DAY["since"]), **DAY)
    assert sorted(hit.record["title"] for hit in store.search(words, limit=99)) == expected
    counted = store.group_counts(["source"], day)
    assert [(group.values, group.number) for group in counted] == [(("paper",), len(expected))]


def test_more_records_than_are_read_together_are_all_there(engine: Engine) -> None:
    store = Store(engine)
    place = ARTICLES[0].capture
    assert place is not None
    captures = {
        f"https://paper.example/{n}": replace(place, record_id=f"urn:{n}") for n in range(450)
    }
    many = (replace(ARTICLES[0], url=url, capture=captures[url]) for url in captures)
    store.add_articles(("paper", each) for each in many)
    assert [number for number, _ in store.records()] == list(range(1, 451))


def test_a_record_without_a_source_has_that_of_the_tables(engine: Engine) -> None:
    """As those of older versions; one that states no more than its site, too."""
    store = Store(engine)
    store.add_articles(("Paper", each) for each in ARTICLES[:2])
    store.add_articles([("Paper", replace(ARTICLES[2], source="paper.example"))])
    assert [record["source"] for _, record in store.records()] == ["Paper", "gazette", "Paper"]
    first = ARTICLES[0].id
    found = [
        store.find(first),
        *store.revisions(first),
        store.search(parse("Story", now=datetime.now(UTC)))[0].record,
    ]
    assert [record["source"] for record in found if record] == ["Paper"] * 2 + [found[2]["source"]]  # type: ignore[index]
    assert list(found[0] or {})[:4] == ["id", "url", "canonical_url", "source"]


def test_views_have_values_and_no_json(engine: Engine) -> None:
    store = Store(engine)
    store.add_articles(("paper", each) for each in ARTICLES)
    store.add_captures((each.url or "", each.capture) for each in ARTICLES if each.capture)
    with engine.connect() as connection:
        query = "SELECT number, revision, authors, source, warc_offset FROM {} ORDER BY number"
        flat = connection.execute(text(query.format("articles_flat"))).all()
        latest = connection.execute(text(query.format("articles_latest"))).all()
        captured = connection.scalar(text("SELECT max(warc_offset) FROM captures_flat"))
    assert [tuple(row) for row in flat] == [
        (1, 1, "Ann; Bob", "paper", 1), (2, 1, None, "gazette", 2),
        (3, 1, None, "paper", 3), (4, 2, "Zoe; Ann", "paper", 4),
    ]  # fmt: skip
    assert latest == flat[1:]
    assert captured == 4


def test_captures_are_chosen_by_their_times(engine: Engine) -> None:
    store = Store(engine)
    store.add_captures((each.url or "", each.capture) for each in ARTICLES if each.capture)
    since, until = datetime(2026, 5, 22, tzinfo=UTC), datetime(2026, 5, 24, tzinfo=UTC)
    found = [page.capture.offset for page in store.captures(since=since, until=until)]
    assert found == [2, 3]


def test_columns_say_what_the_records_say(engine: Engine) -> None:
    store = Store(engine)
    store.add_articles(("paper", each) for each in ARTICLES)
    query = narrowed(EVERYTHING, latest=True)
    records = [record for _, record in store.records(query=query)]
    assert list(store.columns(COLUMN_FIELDS, query=query)) == [
        {name: value_of(record, name) for name in COLUMN_FIELDS} for record in records
    ]
