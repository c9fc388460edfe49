"""Articles at rest: revisions, look-up, search."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from newscrawl.database.engine import open_database
from newscrawl.items import Article, Capture
from newscrawl.store import Store, full_text
from tests.support.revising import revised_by
from tests.support.searching import search

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    target = ":memory:"
    if request.param == "postgresql":
        target = request.getfixturevalue("postgresql").database()
    engine = open_database(target)
    yield Store(engine)
    engine.dispose()


def article(number: int, **fields: object) -> Article:
    capture = Capture(
        "a.warc.gz",
        number,
        10,
        f"urn:uuid:{number}",
        f"sha256:{number}",
        f"2026-01-0{number}T00:00:00Z",
        200,
    )
    fields = {
        "url": "https://paper.example/story",
        "source": "paper",
        "title": "A story",
        "body": "Text.",
        **fields,
    }
    return Article(capture=capture, **fields)  # type: ignore[arg-type]


def add(store: Store, *articles: Article) -> list[int | None]:
    """Store as a crawl does; return the revisions."""
    revised = revised_by(store, *articles)
    store.add_articles(("paper", each) for each in revised if each)
    return [each.revision if each else None for each in revised]


def test_the_same_text_is_no_new_revision(store: Store) -> None:
    assert add(store, article(1)) == [1]
    assert add(store, article(2)) == [None]
    assert add(store, article(3, body="Text,  changed."), article(4, body="Text, changed.")) == [
        2,
        None,
    ]
    assert add(store, article(5)) == [3]


@pytest.mark.parametrize("change", [{"title": "Other"}, {"authors": ("Ann",)}, {"body": "Other"}])
def test_what_readers_see_makes_a_revision(store: Store, change: dict[str, object]) -> None:
    add(store, article(1))
    assert add(store, replace(article(2), **change)) == [2]  # type: ignore[arg-type]


def test_what_they_do_not_see_makes_none(store: Store) -> None:
    add(store, article(1))
    assert add(store, article(2, section="News", published_at="2026-01-01")) == [None]


def test_a_record_is_found_by_id_and_by_url(store: Store) -> None:
    first, second = article(1), article(2, body="Changed.")
    add(store, first, second)
    assert store.find(first.id) == replace(second, revision=2).to_dict()
    assert store.find("https://paper.example/story?utm_source=x") == store.find(first.id)
    assert store.find(first.id, revision=1) == first.to_dict()
    assert store.find("nothing") is None


def test_adding_a_record_again_changes_nothing(store: Store) -> None:
    first = article(1)
    store.add_articles([("paper", first), ("paper", first)])
    assert [record for _, record in store.records()] == [first.to_dict()]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ferry", True),
        ("FERRY harbour", True),
        ('"returns to the harbour"', True),
        ('"harbour returns"', False),
        ("ferry submarine", False),
        ("渡轮", True),
        ("轮渡", False),
        ("العبارة", True),
        ("paris", True),  # accents do not count
        ("ferry OR submarine", True),
        ("ferry -submarine", True),
        ("ferry -harbour", False),
    ],
)
def test_search_in_any_script(store: Store, words: str, found: bool) -> None:
    add(
        store,
        article(
            1,
            title="The ferry returns",
            body="It returns to the harbour of Pâris. 渡轮回到港口 عادت العبارة",
        ),
        article(2, url="https://paper.example/other", title="Other", body="Nothing of it."),
    )
    assert bool(search(store, words)) is found


def test_a_match_in_the_title_comes_first_and_is_marked(store: Store) -> None:
    add(
        store,
        article(1, url="https://paper.example/1", title="Weather", body="The ferry sails. " * 3),
        article(2, url="https://paper.example/2", title="The ferry", body="It sails."),
    )
    hits = search(store, "ferry")
    assert [hit.record["title"] for hit in hits] == ["The ferry", "Weather"]
    assert "[ferry]" in hits[0].snippet
    assert len(search(store, "")) == 2


def test_of_too_many_matches_the_last_ones_are_ranked(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [
        article(n, url=f"https://paper.example/{n}", title="Ferry" if n in (1, 5) else "Weather",
                body="The ferry sails.")
        for n in range(1, 8)
    ]  # fmt: skip
    add(store, *found)
    assert [hit.record["capture"]["offset"] for hit in search(store, "ferry", limit=2)] == [1, 5]
    monkeypatch.setattr(full_text, "MAX_RANKED", 3)
    assert [hit.record["capture"]["offset"] for hit in search(store, "ferry")] == [5, 6, 7]


def test_snippets_of_chinese_are_readable(store: Store) -> None:
    add(store, article(1, title="渡轮回到港口", body="渡轮回到港口。"))
    assert search(store, "渡轮")[0].snippet == "[渡轮]回到港口"


def test_originals_are_committed_captures_of_the_same_url(store: Store) -> None:
    one, two = article(1).capture, article(2).capture
    assert one and two
    url = "https://paper.example/story"
    store.add_captures([(url, one), (url, two)])
    assert store.original(url, "sha256:1") == one
    assert store.original(url, None) == two
    assert store.original(url, "sha256:9") is None
    assert store.original("https://paper.example/other", "sha256:1") is None


def test_records_take_the_place_of_those_of_the_same_captures(store: Store) -> None:
    add(store, article(1), article(2, body="Herring."), article(3, url="https://other.example/"))
    others = [("elsewhere", replace(article(2, body="Mackerel."), revision=1))]
    for _ in range(2):
        store.supersede(["urn:uuid:1", "urn:uuid:2"], others)
        assert [record["body"] for _, record in store.records()] == ["Text.", "Mackerel."]
        assert not search(store, "herring")
        assert len(search(store, "mackerel")) == 1
        assert set(store.counts()) == {"paper"}
