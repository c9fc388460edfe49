"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import re

import pytest

from newscrawl.text.patterns import deferred


def test_a_deferred_pattern_finds_what_a_compiled_one_finds() -> None:
    ours, theirs = deferred(r"(?P<day>\d+)\. mai", re.IGNORECASE), r"(?i)(?P<day>\d+)\. mai"
    for text in ("Am 3. Mai und am 17. Mai", "nothing"):
        assert ours.findall(text) == re.findall(theirs, text)
        assert [m["day"] for m in ours.finditer(text)] == re.findall(theirs, text)
        assert ours.sub("x", text) == re.sub(theirs, "x", text)
    assert ours.pattern == r"(?P<day>\d+)\. mai"


def test_a_deferred_pattern_is_compiled_when_it_is_used() -> None:
    wrong = deferred("(")
    with pytest.raises(re.error):
        wrong.search("text")
    with pytest.raises(AttributeError):
        wrong.unknown  # type: ignore[attr-defined]  # noqa: B018
