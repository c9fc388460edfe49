"""What does a query mean, and what is said of what cannot be meant?"""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.errors import QueryError
from newscrawl.query import Query, parse
from newscrawl.query.operators import OPERATORS
from newscrawl.query.tree import (
    And,
    Author,
    Has,
    Is,
    Label,
    Language,
    Node,
    Not,
    Or,
    Source,
    Text,
    Time,
)

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)


def asked(text: str) -> Query:
    return parse(text, now=NOW)


def at(day: str) -> float:
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()


A, B, C = Text("a"), Text("b"), Text("c")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a OR b", Or((A, B))),
        ("a OR b c", Or((A, And((B, C))))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("a -b", And((A, Not(B)))),
        ("a NOT b", And((A, Not(B)))),
        ("a -(b c)", And((A, Not(And((B, C)))))),
        ("NOT NOT a", A),
        ("a and b", And((A, Text("and"), B))),
        ("well-known", Text("well-known")),
        ('"a b"', Text("a b", is_exact=True)),
        ("„a b“", Text("a b", is_exact=True)),
        ('"a b"*', Text("a b", is_exact=True, is_prefix=True)),
        ("Polizist*", Text("Polizist", is_prefix=True)),
        ("title:a", Text("a", is_title=True)),
        ("TITLE:a", Text("a", is_title=True)),
        ("title:(a OR b) c", Or((Text("a", is_title=True), Text("b", is_title=True)))),
        ('author:"Ann Lee"', Author("Ann Lee")),
        ("-author:Lee*", Not(Author("Lee", is_prefix=True))),
        ('source:"The Gazette"', Source("The Gazette")),
        ("source:gaz*", Source("gaz", is_prefix=True)),
        ("lang:DE_at", Language("de-at")),
        ('section:"Latest news"', Label("section", "Latest news")),
        ("tag:-x*", Label("tag", "-x", is_prefix=True)),
        ("before:2026-05", Time("published", None, at("2026-05-01"))),
        ("after:2026-05-19", Time("published", at("2026-05-19"), None)),
        ("published:2026-05-19", Time("published", at("2026-05-19"), at("2026-05-20"))),
        ("published:2026-04..2026-05-19", Time("published", at("2026-04-01"), at("2026-05-20"))),
        ("captured:..2025", Time("captured", None, at("2026-01-01"))),
        ("captured:7d", Time("captured", at("2026-05-13T12:00"), None)),
        ('after:"2026-05-19 12:30"', Time("published", at("2026-05-19T12:30"), None)),
        ("after:2026-05-19T14:30+02:00", Time("published", at("2026-05-19T12:30"), None)),
        ("is:latest", Is("latest")),
        ("is:changed has:date", And((Is("changed"), Has("date")))),
        ("https://paper.example/a", Text("https://paper.example/a")),
        ("12:30", Text("12:30")),
        ("Breaking: a", And((Text("Breaking"), A))),
        ("", None),
    ],
)
def test_meaning(text: str, meaning: Node | None) -> None:
    # `title:(a OR b) c` is the one that has something after its group.
    wanted = And((meaning, C)) if isinstance(meaning, Or) and text.endswith(") c") else meaning
    found = asked(text)
    assert found.root == wanted
    assert found.notes == ()


@pytest.mark.parametrize(
    ("text", "meaning", "position", "said"),
    [
        ("x foo:bar", And((Text("x"), Text("foo:bar"))), 3, "no operator"),
        ("sorce:bbc", Text("sorce:bbc"), 1, "did you mean source:"),
        ("a (b", And((A, B)), 3, "no ) for this ("),
        ("a) b", And((A, B)), 2, "no ( before"),
        ('a "b c', And((A, Text("b c", is_exact=True))), 3, 'no second "'),
        ("a OR", A, 3, "OR needs"),
        ("OR a", A, 1, "OR needs"),
        ("a AND", A, 3, "AND needs"),
        ("a AND AND b", And((A, B)), 3, "AND needs"),
        ("a NOT", A, 3, "NOT needs"),
        ("a -", A, 3, "no letter or digit"),
        ("a ***", A, 3, "no letter or digit"),
        ("a title:", A, 3, "needs a value"),
        ("a title:!", A, 9, "no letter or digit"),
        ('a source:""', A, 10, "needs a value"),
        ("C++", Text("C++"), 1, "without them"),
        ("Poli*zist", Text("Poli*zist"), 1, "without them"),
    ],
)
def test_what_cannot_be_meant_is_repaired_and_said(
    text: str, meaning: Node, position: int, said: str
) -> None:
    found = asked(text)
    assert found.root == meaning
    (note,) = found.notes
    assert note.position == position
    assert said in note.message
    assert str(note).startswith(f"character {position}: ")


@pytest.mark.parametrize(
    ("text", "position", "said"),
    [
        ("a before:then", 10, "before: then: not a date or time"),
        ("captured:2026..x", 10, "captured: x: not a date or time"),
        ("published:..", 11, "needs a time"),
        ("is:new", 4, "new is not one of latest, changed"),
        ("has:(date OR pictures)", 14, "pictures is not one of date,"),
        ("(" * 60, 13, "within each other"),
        ("a " * 201, 401, "at most 200"),
        ("a" * 10_001, 10_001, "at most 10,000"),
    ],
)
def test_what_has_no_meaning_is_an_error_with_its_place(
    text: str, position: int, said: str
) -> None:
    with pytest.raises(QueryError) as caught:
        asked(text)
    assert caught.value.position == position
    assert said in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


PIECES = st.sampled_from(
    [*(f"{name}:" for name in OPERATORS), "AND", "OR", "NOT", "-", "(", ")", '"', "*", " ", "..",
     "2026-05-19", "7d", "ferry", "Straße", "渡轮", "foo:", "\x00", "\ud800"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
@settings(deadline=None)
def test_no_text_is_an_error_of_ours(text: str) -> None:
    try:
        found = parse(text, now=NOW)
    except QueryError as error:
        assert 1 <= error.position <= len(text) + 1
    else:
        assert all(1 <= note.position <= len(text) for note in found.notes)


def test_a_query_is_narrowed_by_filters() -> None:
    assert asked("a OR b").narrowed([Is("latest")]).root == And((Or((A, B)), Is("latest")))
    assert asked("a b").narrowed([Is("latest")]).root == And((A, B, Is("latest")))
    assert asked("").narrowed([]).root is None
