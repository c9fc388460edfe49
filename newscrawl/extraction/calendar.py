"""What the words for months and for "so long ago" are, in 70 languages.

`calendar_words.json` holds CLDR's month names and past forms, with some spellings of the press added:
`months` by name, `past` patterns by unit, `fixed` whole phrases, `one` the words for a single unit.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any

from newscrawl.extraction.wording import plain

_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10080}


@cache
def _words() -> dict[str, dict[str, Any]]:
    file = resources.files("newscrawl.extraction").joinpath("calendar_words.json")
    words: dict[str, dict[str, Any]] = json.loads(file.read_text("utf-8"))
    return words


@cache
def months(language: str) -> dict[str, int]:
    """Month numbers by name; the language's own names win, then English ones, then those that all share."""
    shared: dict[str, int] = {}
    disputed: set[str] = set()
    for words in _words().values():
        for name, number in words["months"].items():
            if shared.setdefault(name, number) != number:
                disputed.add(name)
    table = {name: number for name, number in shared.items() if name not in disputed}
    for own in ("en", language):
        table.update(_words().get(own, {"months": {}})["months"])
    return table


@cache
def month_pattern(language: str) -> re.Pattern[str]:
    """Any month's name as a word; the longest first."""
    names = sorted(months(language), key=lambda n: (-len(n), n))
    return re.compile(r"(?<![^\W\d_])(?:" + "|".join(map(re.escape, names)) + r")(?![^\W\d_])")


@cache
def _past() -> re.Pattern[str]:
    """Every language's "{0} hours ago", as one pattern with a group a unit."""
    units = []
    for unit in _MINUTES:
        forms = set()
        for words in _words().values():
            count = r"(?:\d{1,3}" + "".join(f"|{re.escape(w)}" for w in words.get("one", ())) + ")"
            for form in words["past"].get(unit, ()):
                before, after = map(_loose, form.split("{0}", 1))
                forms.add(f"{before}{count}{after}")
        units.append(f"(?P<{unit}>" + "|".join(sorted(forms, key=lambda f: (-len(f), f))) + ")")
    return re.compile(r"(?<![\w])(?:" + "|".join(units) + r")(?!\w)")


@cache
def _fixed() -> dict[str, tuple[str, int]]:
    return {
        phrase: (unit, number)
        for words in _words().values()
        for phrase, (unit, number) in words.get("fixed", {}).items()
    }


@cache
def _fixed_pattern() -> re.Pattern[str]:
    phrases = sorted(_fixed(), key=lambda p: (-len(p), p))
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, phrases)) + r")(?!\w)")


def ago(text: str) -> tuple[timedelta, str, str] | None:
    """How long before now "3 hours ago" is, its precision and the words that say so; None if nothing does."""
    folded = _ascii_digits(plain(text).casefold())
    if found := _past().search(folded):
        unit = found.lastgroup or "day"
        digits = re.search(r"\d+", found[0])
        count = int(digits[0]) if digits else 1
    elif found := _fixed_pattern().search(folded):
        unit, count = _fixed()[found[0]]
    else:
        return None
    precision = unit if unit in ("minute", "hour") else "day"
    return timedelta(minutes=count * _MINUTES[unit]), precision, found[0]


def _loose(fixed: str) -> str:
    """The fixed part of a pattern with spaces and full stops optional."""
    return re.sub(r"(?:\\ |\s)+", r"\\s*", re.escape(fixed)).replace(r"\.", r"\.?")


def _ascii_digits(text: str) -> str:
    return "".join(str(int(c)) if c.isdecimal() else c for c in text)
