"""SQLite and PostgreSQL give the same answers to a query."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from amounts import amount
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.database.engine import open_database
from newscrawl.edits.change import Change
from newscrawl.edits.observation import Observed, first_state
from newscrawl.errors import QueryError
from newscrawl.items import Article, Capture
from newscrawl.query import parse
from newscrawl.query.operators import OPERATORS
from newscrawl.store import Store
from tests.support.searching import NOW, search

if TYPE_CHECKING:
    from collections.abc import Iterator

    import private_postgresql

    from newscrawl.store.statistics import Dimension

GAZETTE, WOCHE = "The Quayminster Gazette", "Die Woche"


def article(number: int, source: str, **fields: object) -> tuple[str, Article]:
    capture = Capture("a.warc.gz", number, 9, f"urn:uuid:{number}", f"sha256:{number}",
                      f"2026-05-{10 + number}T08:00:00.5Z", 200)  # fmt: skip
    fields = {"url": f"https://paper.example/{number}", "body": "Text.", **fields}
    return source, Article(capture=capture, **fields)  # type: ignore[arg-type]


ARTICLES = [
    article(1, GAZETTE, title="Ferry returns to the harbour", authors=("Ann Lee", "Bob Stone"),
            language="en", section="Latest News", tags=("Climate change", "Ferry"),
            published_at="2026-05-01T23:30:00+02:00", body="It runs again, says the Straße Company."),
    article(2, GAZETTE, title="Lighthouse dark", authors=("Lee Miller",), language="en-GB",
            section="Sport", tags=("climate",), published_at="2026-05-02",
            body="The ferry was late in the storm."),
    article(3, WOCHE, title="Hochwasserschutzmaßnahmen in München", authors=("Jörg Müller",),
            language="de", section="Österreich", tags=("Überflutung",),
            published_at="2026-05-03T00:30:00+02:00", body="Die Züge fahren. Polizistin warnt."),
    article(4, WOCHE, title="Zuege nach Muenchen", authors=("Juergen Mueller",), language="de-AT",
            body="Die Strasse ist gesperrt, sagt ein Polizist."),
    article(5, "asahi.example", title="渡轮回到港口", language="zh", published_at="2026-05-10",
            body="渡轮回到港口。 Pâris العبارة"),
    article(6, GAZETTE, url="https://paper.example/2", title="Lighthouse lit again", revision=2,
            authors=("Lee Miller",), language="en", published_at="2026-05-02", body="It shines."),
    article(7, "asahi.example", title="Elsewhere", authors=("Rudolf Heß", "王小明", "Zoë O’Hara-Łuk"),
            language="fr", published_at="2026-04-30", body="Nothing."),
]  # fmt: skip


@pytest.fixture(scope="module")
def sqlite() -> Iterator[Store]:
    yield from filled(":memory:")


@pytest.fixture(scope="module")
def server(postgresql: private_postgresql.Cluster) -> Iterator[Store]:
    yield from filled(postgresql.database())


@pytest.fixture(params=["sqlite", "server"])
def store(request: pytest.FixtureRequest) -> Store:
    made: Store = request.getfixturevalue(request.param)
    return made


def filled(target: str) -> Iterator[Store]:
    engine = open_database(target)
    made = Store(engine)
    made.add_articles(ARTICLES)
    changed, gone = ARTICLES[5][1], ARTICLES[3][1]
    change = Change(
        changed.id, changed.url or "", GAZETTE, "body", "body", None, None, 1, 2, "2026-05-12T08:00:00Z",
        "2026-05-16T08:00:00Z", "urn:uuid:6", "rule", statement="modified-equal",
    )  # fmt: skip
    noise = replace(change, article=gone.id, record_id="urn:uuid:4", noise="white-space")
    state = replace(first_state(gone), is_removed=True)
    observed = [Observed("a", first_state(changed), (change,)), Observed("a", state, (noise,))]
    made.change_log.enter(observed)
    yield made
    engine.dispose()


def found(store: Store, query: str) -> list[int]:
    return sorted(hit.record["capture"]["offset"] for hit in search(store, query))


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("ferry", [1, 2]),
        ("ferry OR lighthouse", [1, 2, 6]),
        ("ferry storm", [2]),
        ("ferry -storm", [1]),
        ("ferry NOT (storm OR harbour)", []),
        ("(ferry OR lighthouse) -storm", [1, 6]),
        ("-ferry", [3, 4, 5, 6, 7]),
        ("ferry OR -lighthouse", [1, 2, 3, 4, 5, 7]),
        ('"the harbour"', [1]),
        ('"harbour the"', []),
        ('"to the harb"*', [1]),
        ('"to the harb"', []),
        ("Polizist*", [3, 4]),
        ("title:ferry", [1]),
        ("title:(ferry OR lighthouse)", [1, 2, 6]),
        ("title:fer*", [1]),
        ('title:"ferry returns"', [1]),
        # Spellings and compounds.
        ("Hochwasser", [3]),
        ('"Hochwasser"', []),
        ("Polizist -Hochwasser", [3, 4]),
        ("Massnahmen", []),
        ("Hochwasserschutzmassnahmen", [3]),
        ("Straße", [1, 4]),
        ("strasse", [1, 4]),
        ("Stras*", [1, 4]),
        ("Züge", [3, 4]),
        ("Zuege", [3, 4]),
        ("München", [3, 4]),
        ("Munchen", [3, 4]),
        ('"Zuege nach München"', [4]),
        # Stems, of the language of the article.
        ("run", [1]),
        ("returning", [1]),
        ("storms", [2]),
        ("storms OR returning", [1, 2]),
        ("ferries -harbours", [1, 2]),
        ('"storms"', []),
        ("storms*", []),
        ("title:storms", []),
        ("title:returning", [1]),
        ("title:Zügen", [4]),
        ("Zug", [3, 4]),
        ("Strassen", [4]),
        ("dies", []),
        # Other scripts.
        ("渡轮", [5]),
        ("轮渡", []),
        ("渡轮 paris", [5]),
        ("العبارة", [5]),
        # Filters.
        ("is:silent", [2, 6]),
        ("is:removed", [4]),
        ("-is:silent -is:removed", [1, 3, 5, 7]),
        ("lighthouse is:silent", [2, 6]),
        ("author:lee", [1, 2, 6]),
        ('author:"Ann Lee"', [1]),
        ('author:"Lee Bob"', []),
        ("author:ston*", [1]),
        ("author:müller", [3, 4]),
        ("author:mueller", [3, 4]),
        ("author:ferry", []),
        ("author:hess", [7]),
        ("author:Heß", [7]),
        ("author:hes*", [7]),
        ("author:小明", [7]),
        ("author:zoe", [7]),
        ("author:hara-łuk", [7]),
        ('author:"rudolf 王"', []),
        ("-author:hess author:王", []),
        ("elsewhere author:hess", [7]),
        ("author:lee OR author:hess", [1, 2, 6, 7]),
        ('source:"the quayminster gazette"', [1, 2, 6]),
        ("source:die*", [3, 4]),
        ("source:(asahi.example OR nobody)", [5, 7]),
        ("source:nobody", []),
        ("-source:die*", [1, 2, 5, 6, 7]),
        ("lang:de", [3, 4]),
        ("lang:de-AT", [4]),
        ("lang:e", []),
        ("lang:%", []),
        ('section:"latest news"', [1]),
        ("section:latest", []),
        ("section:late*", [1]),
        ("section:österreich", [3]),
        ("section:OSTERREICH", [3]),
        ("tag:climate", [2]),
        ('tag:"Climate Change"', [1]),
        ("tag:climate*", [1, 2]),
        ("tag:überflutung", [3]),
        ("tag:%", []),
        ("published:2026-05-01", [1]),
        ("published:2026-05-02", [2, 3, 6]),
        ("published:2026-05-01..2026-05-02", [1, 2, 3, 6]),
        ("after:2026-05-02", [2, 3, 5, 6]),
        ("before:2026-05-02", [1, 7]),
        ("-before:2026-05-02", [2, 3, 4, 5, 6]),
        ("captured:2026-05-14", [4]),
        ("captured:2026-05-15..", [5, 6, 7]),
        ("captured:..2026-05-12T08:00:00", [1, 2]),
        ("captured:6d", [5, 6, 7]),
        ("is:latest", [1, 3, 4, 5, 6, 7]),
        ("is:changed", [2, 6]),
        ("is:changed -is:latest", [2]),
        ("has:date", [1, 2, 3, 5, 6, 7]),
        ("-has:date", [4]),
        ("has:author", [1, 2, 3, 4, 6, 7]),
        ("has:section has:tag", [1, 2, 3]),
        ("-has:language", []),
        # Text and filters together.
        ("ferry source:the*", [1, 2]),
        ('ferry source:"The Quayminster Gazette" lang:en', [1, 2]),
        ("ferry OR lang:de", [1, 2, 3, 4]),
        ("ferry is:latest", [1]),
        ("lighthouse -lang:en-gb", [6]),
        ("(storm OR lang:zh) -title:nothing", [2, 5]),
        ("", [1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_answers(store: Store, query: str, numbers: list[int]) -> None:
    assert found(store, query) == numbers
    streamed = [
        record["capture"]["offset"] for _, record in store.records(query=parse(query, now=NOW))
    ]
    assert streamed == numbers


def test_records_go_on_after_a_number(store: Store) -> None:
    query = parse("ferry OR lighthouse", now=NOW)
    assert [number for number, _ in store.records(after=1, query=query)] == [2, 6]


@pytest.mark.parametrize(
    ("query", "cited"),
    [
        ("returns", "Ferry [returns] to the harbour"),
        ("Polizist*", "Die Züge fahren. [Polizistin] warnt."),
        ("storms", "The ferry was late in the [storm]."),
        ("title:Zügen", "[Zuege] nach Muenchen"),
        ("tag:überflutung", "Die Züge fahren. Polizistin warnt."),
    ],
)
def test_snippets(store: Store, query: str, cited: str) -> None:
    assert cited in [hit.snippet for hit in search(store, query)]


def test_filters_hold_before_matches_are_counted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newscrawl.store.full_text.MAX_RANKED", 1)
    monkeypatch.setattr("newscrawl.store.full_text.MAX_FILTERED", 1)
    assert found(store, "lighthouse") == [6]
    assert found(store, "lighthouse tag:climate") == [2]


@pytest.mark.parametrize(
    ("by", "query", "counts"),
    [
        (["source"], "", {(GAZETTE,): 2, (WOCHE,): 2, ("asahi.example",): 2}),
        (["language"], "lang:de OR ferry", {("de",): 1, ("de-AT",): 1, ("en",): 1}),
        (["day"], "-source:asahi.example",
         {("",): 1, ("2026-05-01",): 1, ("2026-05-02",): 1, ("2026-05-03",): 1}),
        (["author"], 'source:"The Quayminster Gazette" OR lang:zh',
         {("",): 1, ("Ann Lee",): 1, ("Bob Stone",): 1, ("Lee Miller",): 1}),
        (["source", "section"], "has:section", {(GAZETTE, "Latest News"): 1, (WOCHE, "Österreich"): 1}),
        (["section"], "zebrafish", {}),
    ],
)  # fmt: skip
def test_counts(
    store: Store, by: list[Dimension], query: str, counts: dict[tuple[str, ...], int]
) -> None:
    groups = store.group_counts(by, parse(query, now=NOW))
    assert {group.values: group.number for group in groups} == counts
    assert groups == sorted(groups, key=lambda group: group.values)


PIECES = st.sampled_from(
    [*(f"{name}:" for name in OPERATORS), "is:latest ", "has:date ", "after:7d ", " AND ", " OR ",
     " NOT ", " -", "(", ")", '"', "*", " ", "ferry", "Straße", "lighthouse ", "渡轮", "foo:", "'",
     "polizist", "lee ", "climate", "hochwasser", "zuege ", "e", "h", "s", "the ",
     "\\", "%", "\x00", "\ud800", "ª", "1e5", "&", "|", ":*"]
)  # fmt: skip


#: Marks stand apart: a word with them is found, and without them by one database alone
#: (docs/reference/search.md).
UNMARKED = st.characters(exclude_categories=["Mn", "Mc", "Me"])


@given(st.one_of(st.text(UNMARKED, max_size=30), st.lists(PIECES, max_size=30).map("".join)))
@settings(deadline=None, max_examples=amount(60, thorough=150))
def test_whatever_can_be_asked_has_one_answer(sqlite: Store, server: Store, text: str) -> None:
    try:
        query = parse(text, now=NOW)
    except QueryError:
        return
    answers = [[number for number, _ in store.records(query=query)] for store in (sqlite, server)]
    assert answers[0] == answers[1]
    for store in (sqlite, server):
        assert len(store.search(query)) == len(answers[0])


@given(st.text(max_size=30))
@settings(deadline=None, max_examples=amount(50, thorough=100))
def test_no_text_is_an_error_of_a_database(sqlite: Store, server: Store, text: str) -> None:
    try:
        query = parse(text, now=NOW)
    except QueryError:
        return
    for store in (sqlite, server):
        store.search(query)


@pytest.mark.parametrize(
    "query",
    [
        " ".join(["Strassenmassnahmen"] * 200),
        " OR ".join(["author:Massmannstrasse"] * 66),
        " ".join(["-ferry"] * 100),
        "(ferry OR lang:de -" * 6 + "a",
        "(ferry OR lang:de " * 12,
    ],
)
def test_the_longest_queries_are_answered(store: Store, query: str) -> None:
    store.search(parse(query, now=NOW))
