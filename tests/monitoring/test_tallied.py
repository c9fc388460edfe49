"""The counts of URLs, captures and articles are those of their rows, whatever changes the rows."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text

from newscrawl.database.engine import open_database
from newscrawl.frontier import DiscoveredUrl, Outcome, SqlFrontier
from newscrawl.frontier.tables import url_counts
from newscrawl.items import Article, Capture
from newscrawl.monitoring.tallied import disagreements
from newscrawl.store import Store
from newscrawl.urls import key
from tests.support.revising import revised_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

DAY = 86_400.0
CAUSES = ("http-404", "moved", "duplicate", "not-an-article", "timeout")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    target = ":memory:"
    if request.param == "postgresql":
        target = request.getfixturevalue("postgresql").database()
    made = open_database(target)
    yield made
    made.dispose()


def capture(number: int) -> Capture:
    day, hour = number % 27 + 1, number % 24
    at = f"2026-01-{day:02}T{hour:02}:00:00Z"
    return Capture("a.warc.gz", number, 10, f"urn:uuid:{number}", f"sha256:{number}", at, 200)


def article(number: int, url: str, **fields: object) -> Article:
    return Article(
        url=url, title=f"Story {number}", body="Text.", capture=capture(number), **fields
    )  # type: ignore[arg-type]


def change(rng: random.Random, frontier: SqlFrontier, now: float) -> None:
    """What a crawl does to URLs, in no order that a crawl has."""
    names = [f"https://{rng.choice('abc')}.example/{rng.randint(0, 30)}" for _ in range(8)]
    what = rng.randint(0, 4)
    if what == 0:
        kind, source = rng.choice(["article", "feed"]), rng.choice("xyz")
        via = rng.choice([None, "https://a.example/feed", "https://b.example/"])
        new = [DiscoveredUrl(name, kind, source, via=via, again_before=now) for name in names]
        frontier.add(new, now=now)
    elif what == 1:
        frontier.lease(owner=rng.choice("vw"), now=now, count=9, seconds=60)
    elif what == 2:
        kinds = [
            Outcome("article"),
            Outcome("links"),
            Outcome("miss", rng.choice(CAUSES), status=404),
        ]
        ends = [replace(rng.choice(kinds), capture=capture(n)) for n in range(len(names))]
        ends[0] = replace(ends[0], again_at=now + DAY)
        frontier.settle([(key(u), end) for u, end in zip(names, ends, strict=True)], now=now)
    elif what == 3:
        frontier.restate(
            (key(u), Outcome("miss", "moved", capture=capture(n))) for n, u in enumerate(names)
        )
    else:
        frontier.release(["v"], now=now)


@pytest.mark.parametrize("seed", range(3))
def test_urls_are_counted_whatever_becomes_of_them(engine: Engine, seed: int) -> None:
    rng, frontier = random.Random(seed), SqlFrontier(engine)
    for step in range(60):
        change(rng, frontier, now=step * DAY / 5)
    assert list(disagreements(engine)) == []
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM urls WHERE source = 'x'"))
        connection.execute(text("UPDATE urls SET source = 'x', kind = 'seed' WHERE source = 'y'"))
    assert list(disagreements(engine)) == []
    assert "y" not in frontier.counts()
    frontier.put_right(now=100 * DAY)
    assert list(disagreements(engine)) == []
    assert sum(sum(found.values()) for found in frontier.counts().values()) > 0


def test_articles_and_captures_are_counted_whatever_becomes_of_them(engine: Engine) -> None:
    store, rng = Store(engine), random.Random(0)
    old = {"published_at": "2020-01-01"}
    for n in range(40):
        more = old if rng.random() < 0.2 else {}
        new = article(n, f"https://a.example/{rng.randint(0, 15)}", authors=(str(n),), **more)
        [revised] = revised_by(store, new)
        assert revised
        store.add_articles([(rng.choice("xy"), revised), (rng.choice("xy"), revised)])
        store.add_captures([(new.url or "", capture(n)), (new.url or "", capture(n))])
    assert list(disagreements(engine)) == []
    assert store.capture_count() == 40
    gone = [f"urn:uuid:{n}" for n in range(0, 40, 3)]
    store.supersede(gone, [("z", article(n, f"https://b.example/{n}")) for n in range(0, 40, 6)])
    assert list(disagreements(engine)) == []
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM articles WHERE source = 'x'"))
        connection.execute(text("UPDATE articles SET source = 'w' WHERE source = 'y'"))
    assert list(disagreements(engine)) == []
    assert set(store.counts()) == {"w", "z"}


def test_a_count_that_is_wrong_is_named(engine: Engine) -> None:
    SqlFrontier(engine).add([DiscoveredUrl("https://a.example/", "article", "x")], now=1.0)
    with engine.begin() as connection:
        connection.execute(text("UPDATE url_counts SET number = 7"))
    [line] = disagreements(engine)
    assert line == "1 counts in url_counts are not those of the rows that they count"


def test_on_postgresql_counts_are_folded(postgresql: object) -> None:
    engine = open_database(postgresql.database())  # type: ignore[attr-defined]
    frontier = SqlFrontier(engine)
    frontier.add(
        [DiscoveredUrl(f"https://a.example/{n}", "article", "x") for n in range(20)], now=1.0
    )
    before = frontier.counts()
    frontier.put_right(now=2.0)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(url_counts)) == 1
    assert frontier.counts() == before == {"x": {"due": 20}}
    engine.dispose()
