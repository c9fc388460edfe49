"""The names of months, weekdays and parts of the day, and the words for "so long ago".

`calendar_words.json` holds, for each language: `months` (1 to 12) and `weekdays` (0 is Monday) by name,
`halves`, the words for a part of the day with the hours at which it begins and ends, and for the larger
languages `past` patterns by unit, `fixed` whole phrases and `one`, the words for a single unit. It is made
from CLDR by `benchmarks/calendar_words.py`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import timedelta
from functools import cache, lru_cache
from importlib import resources
from typing import Any

_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10080}
#: Languages whose names share a table: `nn` has the months of `nb` and so on.
_ALIKE = {"no": "nb", "iw": "he", "in": "id", "tl": "fil", "sh": "sr", "mo": "ro"}
#: A shorter name of a month is read in its own language alone: "te" is July in Turkish.
_MIN_SHARED = 3
#: Vowel signs, elongation and marks of direction that do not tell two Arabic words apart.
_MARKS = re.compile("[\u064b-\u0652\u0640\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ONE_LETTER = str.maketrans({"ي": "ی", "ك": "ک"})


@cache
def _words() -> dict[str, dict[str, Any]]:
    file = resources.files("newscrawl.text").joinpath("calendar_words.json")
    words: dict[str, dict[str, Any]] = json.loads(file.read_text("utf-8"))
    return words


def primary(language: str) -> str:
    """The first part of a language tag, as the tables have it."""
    code = re.split("[-_]", language, maxsplit=1)[0].lower()
    return _ALIKE.get(code, code)


def normalised(text: str) -> str:
    """`text` with compatible characters unified, digits of every script as 0-9, white space single."""
    if text.isascii():
        return " ".join(text.split())
    text = _MARKS.sub("", unicodedata.normalize("NFKC", text))
    text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def spelt(word: str) -> str:
    """A word as the tables have it; also its case and its Arabic letters are unified."""
    word = _MARKS.sub("", unicodedata.normalize("NFKC", word)).casefold()
    return unicodedata.normalize("NFC", word).translate(_ONE_LETTER).strip(" .")


@lru_cache(maxsize=64)
def months(language: str) -> dict[str, int]:
    """Month numbers by name; the language's own names win, then English ones, then those that all share."""
    table = dict(_shared_months())
    for own in ("en", primary(language)):
        table.update(_names("months", own))
    return table


@cache
def _shared_months() -> dict[str, int]:
    """The names that mean one month in all languages of which we know how they say "ago"."""
    shared: dict[str, int] = {}
    disputed: set[str] = set()
    for language, words in _words().items():
        if "past" not in words:
            continue
        for name, number in _names("months", language).items():
            if len(name) >= _MIN_SHARED and shared.setdefault(name, number) != number:
                disputed.add(name)
    return {name: number for name, number in shared.items() if name not in disputed}


@cache
def _names(kind: str, language: str) -> dict[str, int]:
    table: dict[str, int] = _words().get(language, {}).get(kind, {})
    return {spelt(name): number for name, number in table.items()}


@lru_cache(maxsize=64)
def month_pattern(language: str) -> re.Pattern[str]:
    """Any month's name as a word of case-folded text; the longest first."""
    names = sorted(months(language), key=lambda n: (-len(n), n))
    return re.compile(r"(?<![^\W\d_])(?:" + "|".join(map(re.escape, names)) + r")(?![^\W\d_])")


@lru_cache(maxsize=64)
def weekdays(language: str) -> dict[str, int]:
    """Numbers of weekdays (0 is Monday) by name, in the language and in English."""
    return {**_names("weekdays", "en"), **_names("weekdays", primary(language))}


@lru_cache(maxsize=64)
def halves(language: str) -> dict[str, tuple[int, int]]:
    """Parts of the day by their words: the hours at which each begins and ends.

    Those of the language and of English; of others the words in scripts of their own.
    """
    table: dict[str, tuple[int, int]] = {}
    disputed = set()
    for words in _words().values():
        if "past" not in words:
            continue
        for word, (begin, end) in words.get("halves", {}).items():
            if word[0] < "\u0250" or len(word) < 2:
                continue
            known = table.setdefault(spelt(word), (begin, end))
            if (known[0] % 24 < 12) != (begin % 24 < 12):
                disputed.add(spelt(word))
            elif end - begin > known[1] - known[0]:
                table[spelt(word)] = (begin, end)
    table = {word: hours for word, hours in table.items() if word not in disputed}
    for own in ("en", primary(language)):
        of = _words().get(own, {}).get("halves", {})
        table.update({spelt(word): (begin, end) for word, (begin, end) in of.items()})
    return table


@cache
def _past() -> re.Pattern[str]:
    """Every language's "{0} hours ago", as one pattern with a group a unit."""
    units = []
    for unit in _MINUTES:
        forms = set()
        for words in _words().values():
            count = r"(?:\d{1,3}" + "".join(f"|{re.escape(w)}" for w in words.get("one", ())) + ")"
            for form in words.get("past", {}).get(unit, ()):
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
    folded = _ascii_digits(unicodedata.normalize("NFC", text).casefold())
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
