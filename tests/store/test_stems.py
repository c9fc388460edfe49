"""Words of different forms are found as one."""

from __future__ import annotations

import pytest

from newscrawl.database.stems import ALGORITHMS, asked, has_stem, stems_of


@pytest.mark.parametrize(
    ("code", "said", "wanted"),
    [
        ("en", "ferries", "ferry"),
        ("de", "Häusern", "Haus"),
        ("de", "Zuege", "zug"),
        ("es", "policías", "policia"),
        ("fr", "mangées", "manger"),
        ("ru", "городами", "город"),
        ("tr", "evler", "ev"),
        ("pl", "domami", "dom"),
        ("nb", "båtene", "båt"),
    ],
)
def test_one_form_finds_another(code: str, said: str, wanted: str) -> None:
    tokens = stems_of({"language": f"{code}-XX", "body": f"A, {said}.", "title": None})
    found = asked(wanted, ALGORITHMS)
    assert bool(set(tokens) & set(found)) is (len(wanted) > 2)
    assert all(token in found for token in asked(wanted, [code]))


def test_words_of_the_title_have_tokens_of_their_own() -> None:
    record = {
        "language": "en",
        "title": "Ferries",
        "description": None,
        "body": "Storms. Storm! x2 a1b",
    }
    assert stems_of(record) == ["1en1ferri", "0en0ferri", "0en0storm"]
    assert asked("ferry", ["en", "zh"][:1], is_title=True) == ["1en1ferri"]


@pytest.mark.parametrize("language", [None, "", "zh", "ja-JP", "hi", "xx"])
def test_other_languages_have_no_stems(language: str | None) -> None:
    assert stems_of({"language": language, "title": "Ferries", "body": "渡轮"}) == []


@pytest.mark.parametrize(
    "word", ["", "to", "C++", "well-known", "渡轮2", "ferry harbour", "a" * 41]
)
def test_what_is_not_one_word_has_no_stems(word: str) -> None:
    assert asked(word, ALGORITHMS) == []


def test_a_word_of_a_text_is_recognised() -> None:
    tokens = asked("storms", ["en"])
    assert has_stem("(Storm),", "en", tokens)
    assert not has_stem("stork", "en", tokens)
