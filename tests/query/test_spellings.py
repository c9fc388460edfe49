"""German words are found in each of their spellings."""

from __future__ import annotations

import pytest

from newscrawl.query.spellings import may_begin_compounds, spellings, with_sharp_s


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("Züge", "zuege"),
        ("Zuege", "zuge"),
        ("Munchen", "muenchen"),
        ("Mu\u0308nchen", "muenchen"),
        ("für die Züge", "fuer die zuege"),
        ("Straße", "strasse"),
    ],
)
def test_spellings(word: str, other: str) -> None:
    assert other in spellings(word)


@pytest.mark.parametrize("word", ["toe", "Doe", "2026", "渡轮"])
def test_words_with_one_spelling(word: str) -> None:
    assert spellings(word) == (word.casefold(),)


def test_no_umlaut_stands_after_some_letters() -> None:
    assert "baur" not in spellings("Bauer")
    assert "qulle" not in spellings("Quelle")


def test_sharp_s() -> None:
    assert with_sharp_s("strasse", is_prefix=False) == ("strasse", "straße")
    assert with_sharp_s("stras", is_prefix=True) == ("stras", "straß")
    assert with_sharp_s("massstrasse", is_prefix=False) == (
        "massstrasse", "maßstrasse", "massstraße", "maßstraße",
    )  # fmt: skip


def test_what_may_begin_compounds() -> None:
    assert may_begin_compounds("Hochwasser")
    assert not may_begin_compounds("Zug")
    assert not may_begin_compounds("well-known")
