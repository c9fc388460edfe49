"""The difference of two texts: minimal, the same from both sides, and readable."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from newscrawl.edits import diff as diff_module
from newscrawl.edits.diff import diff
from newscrawl.edits.tokens import tokens
from tests.support.seeded_editor import SCRIPTS, Editor

if TYPE_CHECKING:
    from newscrawl.edits.diff import Span, TextDiff


def marked(spans: tuple[Span, ...]) -> str:
    return "".join(s.text if s.kind == "equal" else f"[{s.text}]" for s in spans)


def sides(found: TextDiff) -> list[tuple[str, str, str]]:
    return [(row.kind, marked(row.old), marked(row.new)) for row in found.rows]


def number_marked(found: TextDiff) -> int:
    rows = [row for row in found.rows if row.kind != "moved-here"]
    spans = [span for row in rows for side in (row.old, row.new) for span in side]
    return sum(len(tokens(span.text)) for span in spans if span.kind == "changed")


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("我有很多桌子", "梅有很多儿子", [("changed", "[我]有很多[桌]子", "[梅]有很多[儿]子")]),
        ("台灣好", "臺灣好", [("changed", "[台]灣好", "[臺]灣好")]),
        ("It cost 50 pounds", "It cost 500 pounds",
         [("changed", "It cost [50] pounds", "It cost [500] pounds")]),
        ("at 1,234.56 now", "at 1,234.57 now",
         [("changed", "at [1,234.56] now", "at [1,234.57] now")]),
        ("กำลังไป", "กำลังมา", [("changed", "กำลัง[ไป]", "กำลัง[มา]")]),
        ("One line.", "One  line. ", [("equal", "One line.", "One  line.")]),
        ("", "New text.", [("changed", "", "[New text.]")]),
    ],
)  # fmt: skip
def test_words_numbers_and_characters_are_whole(
    old: str, new: str, shown: list[tuple[str, str, str]]
) -> None:
    assert sides(diff(old, new)) == shown


def test_a_moved_paragraph_is_moved_and_not_rewritten() -> None:
    old = "The first one stays here.\nThe second one goes away.\nThe third one stays as well."
    new = "The first one stays here.\nThe third one stays as well.\nThe second one goes off."
    found = diff(old, new)
    assert sides(found) == [
        ("equal", "The first one stays here.", "The first one stays here."),
        ("moved-away", "The second one goes [away].", "The second one goes [off]."),
        ("equal", "The third one stays as well.", "The third one stays as well."),
        ("moved-here", "The second one goes [away].", "The second one goes [off]."),
    ]
    assert (found.deleted, found.inserted, found.moved) == (1, 1, 5)


def test_a_paragraph_that_was_split_costs_its_new_words_alone() -> None:
    found = diff("The cat sat. It then left.", "The cat sat.\nIt then quietly left.")
    assert (found.deleted, found.inserted) == (0, 1)


def test_another_paragraph_in_the_place_of_one_is_marked_whole() -> None:
    old = "The minister said on Monday that the plan was dead, and left."
    new = "Rain is expected in the north on most of the days to come."
    assert sides(diff(old, new)) == [("changed", f"[{old}]", f"[{new}]")]


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("share", [0.02, 0.2])
def test_hardly_more_is_marked_than_must_be(script: str, share: float) -> None:
    editor = Editor(Random(f"{script} {share}"), script, share)
    text = editor.text(800)
    old, new = editor.joined(text), editor.joined(editor.edited(text))
    least = Indel.distance([t.text for t in tokens(old)], [t.text for t in tokens(new)])
    assert 0 < number_marked(diff(old, new)) <= 1.05 * least


def test_repeated_lines_keep_the_difference_small() -> None:
    lines = [f"Line {n} of the list." if n % 3 else "The same line." for n in range(300)]
    changed = [*lines[:100], "A new one of its own.", *lines[100:]]
    found = diff("\n".join(lines), "\n".join(changed))
    assert (found.deleted, found.inserted, found.moved) == (0, 6, 0)


TEXTS = st.text(st.sampled_from("ab 我กำ.\n5,"), max_size=60)


@given(old=TEXTS, new=TEXTS)
@settings(max_examples=300, deadline=None)
def test_one_direction_mirrors_the_other(old: str, new: str) -> None:
    there, back = diff(old, new), diff(new, old)
    assert [(r.old, r.new) for r in there.rows] == [(r.new, r.old) for r in back.rows]
    assert (there.deleted, there.inserted) == (back.inserted, back.deleted)
    assert there.is_equal == ([*_words(old)] == [*_words(new)])


@given(old=TEXTS, new=TEXTS)
@settings(max_examples=300, deadline=None)
def test_nothing_of_a_text_is_lost(old: str, new: str) -> None:
    found = diff(old, new)
    before = [r.old for r in found.rows if r.kind != "moved-here"]
    after = [r.new for r in found.rows if r.kind != "moved-away"]
    assert _words("\n".join(_text(s) for s in before if s)) == _words(old)
    assert _words("\n".join(_text(s) for s in after if s)) == _words(new)


def test_texts_beyond_the_bound_are_compared_by_paragraphs_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = "\n".join(f"word{n} and more words than can be compared" for n in range(9))
    new = old.replace("word4 and", "word4 or")
    assert diff(old, new).is_complete
    monkeypatch.setattr(diff_module, "MAX_CELLS", 10)
    found = diff(old, new)
    assert not found.is_complete
    assert [row.kind for row in found.rows].count("equal") == 8
    assert (found.deleted, found.inserted) == (8, 8)


def _words(text: str) -> list[str]:
    return [token.text for token in tokens(text)]


def _text(spans: tuple[Span, ...]) -> str:
    return "".join(span.text for span in spans)
