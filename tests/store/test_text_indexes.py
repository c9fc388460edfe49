"""What a worker makes of an article's texts for the tables is used when the article is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from newscrawl.database.engine import open_database
from newscrawl.items import Article, Capture
from newscrawl.processing.text_index import TextIndex, indexed, text_index
from newscrawl.query import parse
from newscrawl.store import Store
from newscrawl.store.text_indexes import MAX_HELD, TextIndexes
from tests.support.reworded_pairs import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BODY = Writer.of("latin").joined(Writer.of("latin").text(1, 300))
COPIED = "https://copy.example/1"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(open_database(tmp_path / "news.db"))
    yield made
    made.close()


def article(url: str, body: str = BODY, *, day: int = 1) -> Article:
    capture = Capture(
        "a.warc.gz", day, 10, f"<urn:uuid:{day:032}>", None, f"2026-05-{day:02}T10:00:00Z", 200
    )
    return Article(url=url, title="The ferries return", language="en", body=body, capture=capture)


def found(store: Store, words: str) -> list[str]:
    return [
        hit.record["url"]
        for hit in store.search(parse(words, now=datetime(2026, 6, 1, tzinfo=UTC)))
    ]


def test_what_was_made_for_the_texts_is_stored(store: Store) -> None:
    made = text_index(article(COPIED))
    store.text_indexes.add(replace(made, stems=f"{made.stems} 0en0marker", packed=b""))
    store.add_articles([("copy", article(COPIED))])
    assert found(store, '"0en0marker"') == [COPIED]
    # Without sampled hashes the article takes no part in comparisons.
    assert not store.reuse_log.takes_part(article(COPIED).id)


def test_a_text_that_was_changed_since_is_indexed_anew(store: Store) -> None:
    made = text_index(article(COPIED))
    store.text_indexes.add(replace(made, stems="0en0marker", packed=b""))
    store.add_articles([("copy", article(COPIED, f"{BODY} Ferries were running."))])
    assert found(store, '"0en0marker"') == []
    assert found(store, "ferry run") == [COPIED]
    assert store.reuse_log.takes_part(article(COPIED).id)


def test_the_tables_are_the_same_whoever_makes_it(tmp_path: Path) -> None:
    both = article("https://paper.example/1"), article(COPIED, f"{BODY}\nOwn words.", day=2)
    pairs = []
    for name in ("worker", "store"):
        store = Store(open_database(tmp_path / f"{name}.db"))
        for each in both:
            if name == "worker":
                _, index = indexed(lambda given: given, each)
                store.text_indexes.add(TextIndex.from_json(index.to_json()))
            store.add_articles([(name, each)])
        assert sorted(found(store, "ferry")) == sorted(str(each.url) for each in both)
        pairs.append(list(store.reuse_log.pairs()))
        store.close()
    assert [pair.label for pair in pairs[0]] == ["reprint"]
    assert pairs[0] == pairs[1]


def test_of_articles_that_are_never_stored_the_oldest_go() -> None:
    held = TextIndexes()
    for number in range(MAX_HELD + 1):
        held.add(text_index(article(COPIED, f"{number}")))
    assert held.take(article(COPIED, "0").to_dict()) is None
    assert held.take(article(COPIED, "1").to_dict()) is not None
    assert held.take(article(COPIED, "1").to_dict()) is None
