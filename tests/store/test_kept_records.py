"""Records in the database: compressed, whole again when they are read, and readable without our code."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest
import zstandard
from sqlalchemy import text

from newscrawl.database.engine import open_database
from newscrawl.database.records import PARTS, TRAINED_AT
from newscrawl.items import Article, Capture
from newscrawl.store import Store
from tests.support.searching import search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

WORDS = ["".join(random.Random(n).choices("aeioulmnrst", k=6)) for n in range(2_000)]


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    target = ":memory:"
    if request.param == "postgresql":
        target = request.getfixturevalue("postgresql").database()
    made = open_database(target)
    yield made
    made.dispose()


def article(number: int, *, words: int = 60) -> Article:
    capture = Capture(
        "a.warc.gz", number, 9, f"urn:uuid:{number}", "sha256:0", "2026-05-20T01:02:03.000004Z", 200
    )
    body = " ".join(random.Random(number).choices(WORDS, k=words))
    return Article(
        url=f"https://paper.example/{number}", title=f"Story {number}", authors=("Ann", "Bob"),
        source="paper", language="en", published_at="2026-05-19", body=body, body_markdown=body,
        capture=capture,
    )  # fmt: skip


def frames(engine: Engine) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    with engine.connect() as connection:
        for place, data in connection.execute(
            text("SELECT place, data FROM records ORDER BY place")
        ):
            found[place // PARTS] = found.get(place // PARTS, b"") + bytes(data)
    return found


def test_a_dictionary_is_trained_and_what_is_there_stays_readable(engine: Engine) -> None:
    store, number = Store(engine), TRAINED_AT[0] + 50
    articles = [article(n) for n in range(number)]
    for start in range(0, number, 50):
        store.add_articles(("paper", each) for each in articles[start : start + 50])
    whole = [each.to_dict() for each in articles]
    for reader in (store, Store(engine)):
        assert [record for _, record in reader.records()] == whole
        assert reader.find(articles[-1].url or "") == whole[-1]
    kept = frames(engine)
    named = [zstandard.get_frame_parameters(kept[n]).dict_id for n in sorted(kept)]
    assert set(named[: TRAINED_AT[0]]) == {0}
    assert set(named[TRAINED_AT[0] :]) == {1}
    without, withal = (sum(len(kept[n]) for n in some) / len(some)
                       for some in (range(1, 51), range(number - 49, number + 1)))  # fmt: skip
    assert withal < without / 1.5


@pytest.mark.parametrize("words", [1, 400, 900, 3_000, 40_000])
def test_a_record_of_any_size_comes_out_as_it_went_in(engine: Engine, words: int) -> None:
    store = Store(engine)
    both = [article(1, words=words), article(2)]
    store.add_articles(("paper", each) for each in both)
    assert [record for _, record in store.records()] == [each.to_dict() for each in both]
    assert [number for number, _ in store.records(after=1)] == [2]
    [first, *_] = frames(engine).values()
    assert (
        zstandard.ZstdDecompressor().decompress(first)
        == json.dumps(both[0].to_dict(), ensure_ascii=False, separators=(",", ":")).encode()
    )


def test_a_rolled_back_dictionary_is_used_by_nobody(engine: Engine) -> None:
    store = Store(engine)
    store.add_articles([("paper", article(1))])
    with pytest.raises(ZeroDivisionError), engine.begin() as connection:
        store._records.train(connection, 1, (f"{n} {WORDS[n]}" for n in range(400)))
        raise ZeroDivisionError
    store.add_articles([("paper", article(2))])
    assert {zstandard.get_frame_parameters(data).dict_id for data in frames(engine).values()} == {0}
    assert len(list(Store(engine).records())) == 2


def test_other_programs_find_the_main_fields(engine: Engine) -> None:
    store, new = Store(engine), article(7)
    assert new.capture
    store.add_articles([("paper", new)])
    store.add_captures([(new.url or "", new.capture)])
    with engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM article_fields")).mappings().one()
    assert dict(row) == {
        "number": 1, "id": new.id, "revision": 1, "url": new.url, "source": "paper",
        "title": "Story 7", "authors": '["Ann", "Bob"]', "published_at": "2026-05-19",
        "language": "en", "publisher": None, "section": None, "kind": None,
        "captured_at": new.capture.captured_at, "record_id": "urn:uuid:7", "warc": "a.warc.gz",
        "offset": 7, "length": 9, "status": 200,
    }  # fmt: skip


def test_a_record_goes_with_its_article_whoever_deletes_it(engine: Engine) -> None:
    store = Store(engine)
    store.add_articles([("paper", article(1)), ("paper", article(2, words=3_000))])
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM articles WHERE number = 2"))
    assert list(frames(engine)) == [1]
    assert len(search(store, article(2).title or "")) == 0
    store.add_articles([("paper", article(3))])
    assert len(list(store.records())) == 2
