"""Patterns that are written out as plain texts find what the patterns find."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.extraction.value_tests import ValueTest, exists, matching, union

PATTERNS = [
    "bread-?crumb|tags",
    "^shar|social",
    "(?:^| )ad-|-ad-",
    "dfp[Aa]d",
    "article(?:-|__)?body",
    "^(?:nav|post-nav|Form)",
    "^[Cc]omment(?!ary)|(?:article|post)-comments",
    "a+|b*c",
    "[a-c]x",
    "x|",
]
PIECES = ["ad", "-", "dfp", "A", "a", "d", "article", "__", "body", "nav", "post", "Comment", "comments",
          "ary", " ", "shar", "bread", "crumb", "b", "c", "x", "Form"]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=5).map("".join))
def test_a_pattern_holds_where_it_is_found(pattern, value):
    assert matching(pattern).holds(value) == bool(re.search(pattern, value))


@pytest.mark.parametrize("value", ["FullText", "a fulltext b", "full text"])
def test_case_is_ignored_where_asked(value):
    wanted = bool(re.search("fulltext", value, re.IGNORECASE))
    assert matching("fulltext", ignores_case=True).holds(value) == wanted
    assert matching("full[t]ext", ignores_case=True).holds(value) == wanted


def test_plain_patterns_need_no_pattern():
    assert matching("(?:entry|art)-content|^nav").patterns == ()
    assert sorted(matching("(?:entry|art)-content").inside) == ["art-content", "entry-content"]


def test_a_union_holds_where_one_does():
    tests = [ValueTest(inside=("bar",)), ValueTest(inside=("navbar",)), ValueTest(starts=("x",)),
             ValueTest(equal=("story",)), ValueTest(lower=("text",))]  # fmt: skip
    both = union(tests)
    assert both.inside == ("bar",)
    for value in ("navbar", "x1", "story", "TEXT", "my story", "1x", ""):
        assert both.holds(value) == any(test.holds(value) for test in tests)
    assert exists().holds("")
