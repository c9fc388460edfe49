"""Words of different forms are found as one."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newscrawl.database.reindexing import FTS5_COLUMNS, FTS5_VALUES, fts5_row
from newscrawl.query.tree import Text
from newscrawl.store.text_syntax import Fts5
from newscrawl.text.stems import ALGORITHMS, asked, has_stem, rare_stems_of, stems_of

#: Words that share stems, or whose stem is a word with another stem.
GROUPS = (
    "run runs running runs2 run_runs", "lauf Läufe laufen läuft", "die dies dying", "leas leasing leased lea",
    "Haus Häuser haus. hous houses", "policia policías", "naïve naive", "ß Straße strasse",
)  # fmt: skip
LANGUAGES = ("de", "en", "es")


@st.composite
def records_and_words(draw: st.DrawFn) -> tuple[list[dict[str, object]], str]:
    """Records of words of one group, and such a word."""
    words = st.sampled_from(draw(st.sampled_from(GROUPS)).split())
    record = st.fixed_dictionaries(
        {
            "language": st.sampled_from(["en", "de-AT", "es", None]),
            "title": st.lists(words, max_size=2).map(" ".join),
            "authors": st.lists(words, max_size=1),
            "description": st.none() | words,
            "body": st.lists(words, max_size=2).map(" ".join),
        }
    )
    return draw(st.lists(record, min_size=1, max_size=6)), draw(words)


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


@given(records_and_words(), st.booleans())
# A word of the text that is the stem of another word, and has another stem itself.
@example(([{"language": "en", "title": "", "body": "leas"}], "leasing"), False)
def test_an_index_of_rare_stems_finds_what_one_of_all_stems_does(
    given_: tuple[list[dict[str, object]], str], is_title: bool
) -> None:
    records, word = given_
    node = Text(word, is_title=is_title)
    plain = Fts5(LANGUAGES).words(node, widened=True, is_stemmed=False)
    tokens = asked(word, LANGUAGES, is_title=is_title)
    with closing(sqlite3.connect(":memory:")) as tables:
        tables.execute(
            f"CREATE VIRTUAL TABLE found USING fts5({FTS5_COLUMNS.removeprefix('rowid, ')},"
            " tokenize = 'unicode61 remove_diacritics 2')"
        )
        rows = [fts5_row(number, record) for number, record in enumerate(records)]
        tables.executemany(f"INSERT INTO found ({FTS5_COLUMNS}) VALUES ({FTS5_VALUES})", rows)

        def matching(query: str) -> set[int]:
            rows = tables.execute("SELECT rowid FROM found WHERE found MATCH ?", [query])
            return {number for (number,) in rows}

        has_token = {n for n, each in enumerate(records) if set(tokens) & set(stems_of(each))}
        stemmed = Fts5(LANGUAGES).words(node, widened=True, is_stemmed=True)
        assert matching(stemmed) == matching(plain) | has_token


def test_what_is_a_word_of_the_text_has_no_token() -> None:
    record = {"language": "en", "title": "Ferries", "body": "A ferri runs to run. Storms."}
    assert rare_stems_of(record) == "1en1ferri 0en0storm"
