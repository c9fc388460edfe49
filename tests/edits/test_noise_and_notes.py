"""What is no change for a reader, and by what a publisher owns one."""

from __future__ import annotations

import pytest

from newscrawl.edits.noise import body_noise, noise
from newscrawl.edits.notes import is_note, new_notes, words

TEXT = "The council met on Monday. It voted for the plan.\nMore is to follow on Friday."


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("A headline", "A  headline ", "white-space"),
        ("Caf\u00e9 \ufb01nds", "Cafe\u0301 finds", "unicode-form"),
        ('He said "no"', "He said “no”", "quotes-and-dashes"),
        ("Mayor - and more", "Mayor — and more", "quotes-and-dashes"),
        ("Mayor says no", "Mayor says yes", None),
        ("50 dead", "500 dead", None),
    ],
)
def test_classes_of_noise(old: str, new: str, expected: str | None) -> None:
    assert noise(old, new) == expected
    assert noise(new, old) == expected


@pytest.mark.parametrize("line", ["Advertisement", "12 comments", "Read more", "3 min read"])
def test_a_label_that_comes_or_goes_is_boilerplate(line: str) -> None:
    assert body_noise(TEXT, f"{TEXT}\n{line}") == "boilerplate"
    assert body_noise(f"{line}\n{TEXT}", TEXT) == "boilerplate"


@pytest.mark.parametrize("line", ["He resigned.", "No one was hurt in it.", "死者はいない。"])
def test_a_short_sentence_is_none(line: str) -> None:
    assert body_noise(TEXT, f"{TEXT}\n{line}") is None


@pytest.mark.parametrize("tag", words())
def test_every_word_of_the_list_begins_a_note(tag: str) -> None:
    for word in words()[tag]:
        assert is_note(f"{word.rstrip(':')}: the name was misspelt."), word


@pytest.mark.parametrize(
    "text",
    [
        "Corrections officers walked out of three prisons on Monday.",
        "Update your phone now, experts say.",
        "Korrekturen sind nötig, sagt die Ministerin.",
        "更新换代加速",
        "Updates to the law are expected by the end of the year.",
        "Correction facilities are full.",
    ],
)
def test_a_sentence_that_begins_alike_is_no_note(text: str) -> None:
    assert not is_note(text)


@pytest.mark.parametrize(
    "text",
    [
        "CORRECTED",
        "(Update, 12:00 Uhr: neu)",
        "Correction, May 5: the name was wrong.",
        "Updated at 10:15: adds detail.",
        "*An earlier version of this article misstated the year.",
        "訂正　記事の日付に誤りがありました。",
        "更正：前文有誤",
        "تصحيح: ورد خطأ في الاسم",
        "Anm. d. Red.: In einer früheren Version stand ein anderer Name.",
    ],
)
def test_notes_as_papers_write_them(text: str) -> None:
    assert is_note(text)


def test_only_a_note_that_was_not_there_is_new() -> None:
    old = f"{TEXT}\nCorrection: the day was wrong."
    new = f"{TEXT}\nCorrection:  the day was wrong.\nUpdate: the plan was dropped."
    assert new_notes(old, new) == ["Update: the plan was dropped."]
