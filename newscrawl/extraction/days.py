"""Which day a string names, in numbers or in words, and where in it.

`26.11.2024`, `11/26/2024` by the language's order, `Nov 26, 2024`, `26 novembre 2024`, `2024年11月26日`.
"""

from __future__ import annotations

import re
from datetime import date

from newscrawl.extraction import calendar

_NUMBERED = re.compile(
    r"(?<![A-Za-z\d.])(?:(?P<y1>(?:19|20)\d{2})\s?(?:[./]|年|년)\s?(?P<m1>\d{1,2})\s?(?:[./]|月"
    r"|월)\s?(?P<d1>\d{1,2})(?:\s?[日일.])?"
    r"|(?P<a>\d{1,2})\s?(?P<sep>[./-])\s?(?P<b>\d{1,2})\s?[./-]\s?(?P<y2>(?:19|20|25)\d{2}"
    r"|\d{2}(?!\d|\s?[:.]\d)))"
)
_MONTH_FIRST = re.compile(
    r"^[\s,.]*(?P<d>\d{1,2})(?:st|nd|rd|th|º|er|\.)?[\s,.]+(?:de\s+|del\s+)?(?P<y>(?:19"
    r"|20)\d{2})(?!\d)"
)
_DAY_FIRST = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th|º|\.?er|\.|-?я|-е)?(?:\s+|-|\s*/\s*)(?:of\s+|de\s+"
    r"|d['’]\s?|di\s+)?$"
)
# "2026. március 10.", "2026 m. kovo 10 d."
_YEAR_FIRST = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})[.,]?\s+(?:m\.\s+|gada\s+)?$")
_DAY_AFTER = re.compile(r"^\s+(?P<d>\d{1,2})(?!\d|[:.]\d)")
_YEAR_AFTER = re.compile(
    r"^(?:[\s,.\-/]+|г|р)(?:de\s+|del\s+|พ\.ศ\.\s*)?(?P<y>(?:19|20|25)\d{2}|['’]?\d{2}(?=[,\s]|$))(?!\d)(?!:)"
)
_DAY_OF_MONTH = re.compile(r"^[\s,.]*(?P<d>\d{1,2})(?:st|nd|rd|th)?(?!\d|:)")
_NUMBERED_DAY = re.compile(
    r"(?<![\d.])(?P<a>\d{1,2})\s?(?P<sep>[./月월])\s?(?P<b>\d{1,2})(?:[.日일]|(?=[\s,]))"
)


def find(text: str, language: str) -> tuple[date, int, int] | None:
    """The first day that `text` names, from where to where."""
    return _numbered(text, language) or _named(text, language)


def without_year(text: str, language: str) -> tuple[int, int, int] | None:
    """Month and day where no year stands with them, and where they end."""
    return _named_day(text, language) or _numbered_day(text, language)


def _numbered(text: str, language: str) -> tuple[date, int, int] | None:
    for found in _NUMBERED.finditer(text):
        if found["y1"]:
            year, month, day = int(found["y1"]), int(found["m1"]), int(found["d1"])
        else:
            first, second = int(found["a"]), int(found["b"])
            year = _year(found["y2"])
            american = found["sep"] == "/" and language in ("en-us", "en", "") and first <= 12
            month, day = (first, second) if american or second > 12 else (second, first)
        if 1 <= month <= 12 and 1 <= day <= 31:
            return date(year, month, day), found.start(), found.end()
    return None


def _named(text: str, language: str) -> tuple[date, int, int] | None:
    folded = text.casefold()
    if len(folded) != len(text):
        return None
    for found in calendar.month_pattern(language[:2]).finditer(folded):
        month = calendar.months(language[:2])[found[0]]
        before, after = text[: found.start()], text[found.end() :]
        if day := _DAY_FIRST.search(before):
            if year := _YEAR_AFTER.search(after):
                number = _year(year["y"].strip("'’"))
                return date(number, month, int(day["d"])), day.start(), found.end() + year.end()
        elif (year := _YEAR_FIRST.search(before)) and (day := _DAY_AFTER.search(after)):
            end = found.end() + day.end()
            return date(int(year["y"]), month, int(day["d"])), year.start(), end
        elif both := _MONTH_FIRST.search(after):
            return (
                date(int(both["y"]), month, int(both["d"])),
                found.start(),
                found.end() + both.end(),
            )
    return None


def _year(digits: str) -> int:
    """The year; two digits are of this century, and 2569 is 2026 in Thailand."""
    number = int(digits)
    return number + 2000 if number < 100 else number - 543 if number > 2400 else number


def _named_day(text: str, language: str) -> tuple[int, int, int] | None:
    folded = text.casefold()
    for found in calendar.month_pattern(language[:2]).finditer(folded):
        month = calendar.months(language[:2])[found[0]]
        if len(folded) == len(text) and (day := _DAY_FIRST.search(text[: found.start()])):
            return month, int(day["d"]), found.end()
        if len(folded) == len(text) and (day := _DAY_OF_MONTH.search(text[found.end() :])):
            return month, int(day["d"]), found.end() + day.end()
    return None


def _numbered_day(text: str, language: str) -> tuple[int, int, int] | None:
    if (found := _NUMBERED_DAY.search(text)) is None:
        return None
    first, second = int(found["a"]), int(found["b"])
    month_first = found["sep"] in "月월" or (
        found["sep"] == "/" and language in ("en-us", "en", "")
    )
    month, day = (first, second) if month_first and first <= 12 else (second, first)
    return (month, day, found.end()) if 1 <= month <= 12 and 1 <= day <= 31 else None
