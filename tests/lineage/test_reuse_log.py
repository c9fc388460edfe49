"""Pairs of articles in SQL: found once, the same in whatever order they come, without boilerplate."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from newscrawl.database.engine import open_database
from newscrawl.items import Article, Capture
from newscrawl.store import Store, shingle_index
from newscrawl.store.lineage_tables import documents, reuse, shingles
from tests.support.reworded_pairs import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

WRITER = Writer.of("latin")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    is_file = request.param == "sqlite"
    target = tmp_path / "news.db" if is_file else request.getfixturevalue("postgresql").database()
    store = Store(open_database(target))
    yield store
    store.close()


def article(
    source: str, n: int, body: str, *, minute: int | None = None, revision: int = 1
) -> Article:
    seen = f"2026-03-{1 + (minute or n) // 1440:02}T{(minute or n) // 60 % 24:02}:{(minute or n) % 60:02}:00Z"
    capture = Capture("w.warc.gz", 0, 1, f"<urn:{source}:{n}:{revision}>", f"d{n}", seen, 200)
    url = f"https://{source}.test/{n}"
    return Article(
        url=url, source=source, title=f"Title {n}", body=body, capture=capture, revision=revision
    )


def add(store: Store, articles: Sequence[Article], size: int = 1) -> None:
    for n in range(0, len(articles), size):
        store.add_articles((a.source or "", a) for a in articles[n : n + size])


def text(seed: int, words: int = 200) -> str:
    return WRITER.joined(WRITER.text(seed, words))


def spun(seed: int, share: float, words: int = 200) -> str:
    return WRITER.joined(WRITER.spun(WRITER.text(seed, words), share))


def labels(store: Store) -> dict[str, int]:
    return store.reuse_log.counts()


def mixed() -> list[Article]:
    """Articles of four sources, a third of which share words with an earlier one, some with a revision."""
    out = []
    for n in range(36):
        source = f"paper{n % 4}"
        body = text(n)
        if n % 3 == 1:
            body = spun(n - 1, 0.2) if n % 2 else text(n - 1)
        if n % 5 == 4:
            body += "\n" + text(n - 4, 90)
        out.append(article(source, n, body + "\n" + text(900 + n % 4, 60)))
        if n % 7 == 0:
            out.append(article(source, n, body + text(500 + n, 30), minute=n + 20, revision=2))
    return out


def state(store: Store) -> list[object]:
    return [*store.reuse_log.pairs()]


def test_a_copy_is_found_once_and_labelled(store: Store) -> None:
    add(store, [article("a", 1, text(1)), article("b", 2, text(1)), article("c", 3, text(3))])
    [pair] = store.reuse_log.pairs()
    assert (pair.label, pair.earlier_share, pair.later_share) == ("reprint", 1.0, 1.0)
    assert store.reuse_log.pairs_of([pair.later]) == [pair]


def test_the_pairs_are_the_same_in_any_order_and_any_batches(tmp_path: Path) -> None:
    some, states = mixed(), []
    for n, size in enumerate((1, 7, 50)):
        store = Store(open_database(tmp_path / f"{n}.db"))
        if n:
            random.Random(n).shuffle(some)
        add(store, some, size)
        states.append(state(store))
        store.close()
    assert len(states[0]) > 15
    assert states[1] == states[0]
    assert states[2] == states[0]


def test_a_footer_is_boilerplate_after_a_few_stories(store: Store) -> None:
    footer = text(7_000, 80)
    for n in range(12):
        add(store, [article(name, 100 * k + n, text(100 * k + n, 150) + "\n" + footer)
                    for k, name in enumerate("ab", 1)])  # fmt: skip
    late = [p for p in store.reuse_log.pairs() if p.label != "unrelated"]
    first = {article(name, 100 * k + n, "").id for n in range(6) for k, name in enumerate("ab", 1)}
    assert all({p.earlier, p.later} <= first for p in late)


def test_many_reprints_make_no_word_boilerplate(store: Store) -> None:
    add(store, [article(f"paper{n}", n, text(1, 80)) for n in range(70)], 35)
    add(store, [article("last", 999, text(1, 80))])
    pairs = store.reuse_log.pairs_of([article("last", 999, "").id])
    assert {pair.label for pair in pairs} == {"reprint"}
    assert article("paper0", 0, "").id in {pair.earlier for pair in pairs}


def test_old_articles_are_thinned_and_still_found(store: Store) -> None:
    add(store, [article("a", n, text(n, 400)) for n in range(1, 4)])
    before = _rows(store)
    add(store, [article("b", 50, text(50), minute=24 * 60 * 30)], 1)
    with store._engine.begin() as connection:
        shingle_index.thin(connection, "2026-05-01T00:00:00Z", 100)
    assert _rows(store) < before / 2
    add(store, [article("b", 51, text(1, 400), minute=40_000)])
    assert labels(store)["reprint"] == 1


def test_a_source_counts_each_copy_once_for_the_earlier_text_that_has_most_of_it(
    store: Store,
) -> None:
    longer = text(1) + "\n" + text(2)
    add(store, [article("a", 1, text(1)), article("b", 2, longer), article("c", 3, longer),
                article("c", 4, text(4)), article("a", 5, text(4)), article("b", 6, text(6)),
                article("b", 7, text(6))])  # fmt: skip
    found = store.reuse_log.by_source()
    assert {name: (each.origins, each.copiers) for name, each in found.items()} == {
        "a": ((("c", 1),), (("b", 1),)),
        "b": ((("a", 1),), (("c", 1),)),
        "c": ((("b", 1),), (("a", 1),)),
    }
    assert dict(found["b"].labels) == {"part": 1}
    for name, each in found.items():
        assert store.reuse_log.by_source(name) == {name: each}
    assert store.reuse_log.by_source("nobody")["nobody"].copies == 0


def test_articles_that_are_taken_out_leave_nothing(store: Store) -> None:
    some = [article("a", 1, text(1)), article("b", 2, text(1)), article("c", 3, text(1))]
    add(store, some)
    assert labels(store) == {"reprint": 3}
    captures = [a.capture.record_id for a in some[:2] if a.capture]
    store.supersede(captures, [])
    assert labels(store) == {}
    with store._engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(documents)) == 1
    store.supersede([], [("a", some[0])])
    assert labels(store) == {"reprint": 1}


def test_pairs_of_other_rules_are_derived_again(store: Store) -> None:
    add(store, [article("a", 1, text(1)), article("b", 2, text(1)), article("c", 3, text(3))])
    [pair] = store.reuse_log.pairs()
    assert not store.reuse_log.has_outdated()
    with store._engine.begin() as connection:
        connection.execute(update(reuse).values(rule="reuse/0", label="part"))
    assert store.reuse_log.has_outdated()
    store.reuse_log.mark_outdated()
    assert store.reuse_log.pending() == 1
    assert store.reuse_log.settle_pending() == 0
    assert list(store.reuse_log.pairs()) == [pair]


def test_a_new_reading_of_a_text_has_its_pairs_derived_again(store: Store) -> None:
    some = [article("a", 1, text(1)), article("b", 2, text(2))]
    add(store, some)
    assert labels(store) == {}
    assert some[1].capture
    store.supersede([some[1].capture.record_id], [("b", article("b", 2, text(1)))])
    assert labels(store) == {"reprint": 1}


@pytest.mark.parametrize("backend", ["file", "postgresql"])
def test_two_crawlers_that_store_copies_at_one_moment_find_each_pair_once(
    backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    is_file = backend == "file"
    target = tmp_path / "news.db" if is_file else request.getfixturevalue("postgresql").database()
    stores = [Store(open_database(target)) for _ in range(2)]
    together = Barrier(2)

    def work(which: int) -> None:
        for n in range(10):
            copy = article("ab"[which], 2 * n + which, text(n, 60))
            together.wait(timeout=60)
            stores[which].add_articles([(copy.source or "", copy)])

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work, which) for which in range(2)]:
            done.result(timeout=120)
    pairs = list(stores[0].reuse_log.pairs())
    assert [
        (p.label, p.earlier, p.later) for p in sorted(pairs, key=lambda p: p.earlier)
    ] == sorted(
        ("reprint", article("a", 2 * n, "").id, article("b", 2 * n + 1, "").id) for n in range(10)
    )
    for each in stores:
        each.close()


def _rows(store: Store) -> int:
    with store._engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(shingles)) or 0
