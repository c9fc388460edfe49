"""Every alternative of the word tables around names matches the words that it stands for."""

from __future__ import annotations

import re
from itertools import islice, product
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

import pytest

from newscrawl import extract_article
from newscrawl.extraction import roles

TABLES = {name: pattern for name, pattern in vars(roles).items() if isinstance(pattern, re.Pattern)}
#: What stands behind the words of a table, so that its assertions hold.
BEHIND = {"BY": " Ada", "SOURCE": "", "BESIDE": " X", "OTHER_MAKER": " by Ada", "POSTED": " by Ada"}
#: A character of each class that the tables name.
_OF_CLASS = {ops.CATEGORY_WORD: "a", ops.CATEGORY_DIGIT: "1", ops.CATEGORY_SPACE: " "}
_MOST = 4000


def samples(pattern):
    """Texts, one for each way through the alternatives of a pattern, with options taken and left."""
    return sorted(set(islice(_of(parser.parse(pattern)), _MOST)))


def _of(items):
    for parts in product(*(list(_of_one(op, value)) for op, value in items)):
        yield "".join(parts)


def _of_one(op, value):
    if op is ops.LITERAL:
        yield chr(value)
    elif op is ops.NOT_LITERAL or op is ops.ANY:
        yield "a"
    elif op is ops.IN:
        yield _of_set(value)
    elif op is ops.BRANCH:
        for branch in value[1]:
            yield from islice(_of(branch), 40)
    elif op is ops.SUBPATTERN:
        yield from _of(value[-1])
    elif op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        low, _, inner = value
        inner = list(islice(_of(inner), 60))
        if low == 0:
            yield ""
        yield from (text * max(low, 1) for text in inner)
    else:  # an assertion or an anchor takes no characters
        yield ""


def _of_set(value):
    for op, argument in value:
        if op is ops.NEGATE:
            return "a"
        if op is ops.LITERAL:
            return chr(argument)
        if op is ops.RANGE:
            return chr(argument[0])
        if op is ops.CATEGORY:
            return _OF_CLASS.get(argument, "a")
    raise AssertionError(value)


@pytest.mark.parametrize("table", TABLES)
def test_no_table_waits_for_a_backslash(table):
    assert [text for text in samples(TABLES[table].pattern) if "\\" in text] == []


@pytest.mark.parametrize(
    "table", ["BY", "ROLE", "BODY_WORD", "SOURCE", "DEGREE", "CJK_ROLE", "CJK_BODY"]
)
def test_every_alternative_matches_itself(table):
    pattern, behind = TABLES[table], BEHIND.get(table, "")
    unmatched = [
        text
        for text in samples(pattern.pattern)
        if text.strip() and not ((found := pattern.search(text + behind)) and found[0].strip())
    ]
    assert unmatched == []


def test_a_correspondent_of_a_country_with_dots_is_an_author():
    for country in ("US", "U.S.", "UK", "U.K."):
        page = _page(f'<p class="byline">By {country} correspondent Jane Doe</p>', "en")
        assert extract_article(page).authors == ("Jane Doe",), country


def test_a_greek_photographer_is_no_author():
    page = _page('<p class="byline">Φωτογραφίες: Νίκος Παπάς</p>', "el")
    assert extract_article(page).authors == ()


def test_the_studio_of_a_broadcaster_is_a_role():
    assert roles.ROLE.fullmatch("ARD-Hauptstadtstudio")
    assert roles.ROLE.fullmatch("Landesbüro")


def _page(byline, language):
    text = "<p>" + "The council kept the old bridge open for another winter, it said. " * 8 + "</p>"
    return (
        f'<html lang="{language}"><article><h1>The bridge</h1>{byline}{text * 3}</article></html>'
    )
