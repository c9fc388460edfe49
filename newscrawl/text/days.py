"""Which day a text names, in numbers or in words, and where in it.

`2024-05-20`, `26.11.2024`, `11/26/2024` by the order of the text's origin, `Nov 26, 2024`, `26 novembre
2024`, `2024年11月26日`, `Mon May 20 12:00:00 2024`, and the days of other calendars.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from newscrawl.text import calendars
from newscrawl.text.calendar_words import months, spelt, weekdays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.text.context import DateContext


@dataclass(frozen=True, slots=True)
class Day:
    """A day and where it stands. `other` is the second reading of numbers whose order nothing decides.

    `year_at` is where the year stands if that is behind the time of day.
    """

    day: date
    start: int
    end: int
    note: str | None = None
    other: date | None = None
    is_iso: bool = False
    year_at: int | None = None


_ISO = re.compile(
    r"(?<![\d/-])(?P<y>(?:19|20)\d{2})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?=T?\D|T\d|\Z)(?!\d)"
)
_COMPACT = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?=[T ]?(?:\d{4}|\d{6})(?:Z|[+-]\d{4})?\Z|\Z)"
)
_YEAR_FIRST_NUMBERS = re.compile(
    r"(?<![A-Za-z\d.])(?P<y>(?:19|20|25)\d{2})\s?(?:[./]|年|년)\s?(?:[(（][^)）]*[)）]\s?)?"
    r"(?P<m>\d{1,2})\s?(?:[./]|月|월)\s?(?P<d>\d{1,2})(?:\s?[日일號号.])?"
)
_YEAR_LAST_NUMBERS = re.compile(
    r"(?<![A-Za-z\d.])(?P<a>\d{1,2})\s?(?P<sep>[./-])\s?(?P<b>\d{1,2})\s?[./-]\s?(?P<y>(?:19|20|25)\d{2}"
    r"|\d{2}(?!\d|\s?[:.]\d))"
)
_VIETNAMESE = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})\s+(?:tháng|thg)\s+(?P<m>\d{1,2})\s*(?:[,-]|năm)?\s*(?:năm\s+)?(?P<y>\d{4})(?!\d)",
    re.IGNORECASE,
)
# "20 May 12:30:00 UTC 2024", "5/20 12:30 2024": the year behind the time of day and its zone.
_YEAR_BEHIND_CLOCK = re.compile(
    r"^[\s,]*(?:\w{1,3}\s)?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?\s*(?:[AaPp]\.?\s?[Mm]\.?)?"
    r"\s*\(?(?:[A-Z][A-Za-z]{0,4}|(?:GMT|UTC)?[+-]\d{1,2}:?\d{0,2}|[A-Z]\w+/\w+)?\)?,?\s+"
    r"(?P<y>(?:19|20)\d{2})(?![\d:])"
)
_NUMBERS_BEFORE_CLOCK = re.compile(
    r"(?<![\w.:/-])(?P<a>\d{1,2})(?P<sep>[./-])(?P<b>\d{1,2})\.?(?=[\s,]+\d{1,2}:\d{2})"
)

_WORD = re.compile(r"[^\s\d,;:/()\[\]|<>\"+“”–—،؛、-]+")
# "20 Mayıs'ta", "maiatzaren"
_SUFFIX = re.compile(r"['’].*$|(?<=a)ren$|(?<=a)k$")
#: Scripts without spaces between words, in which a month's name stands inside of a longer run.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
#: Words of a month's name at most: "تشرين الأول", "tháng mười hai".
_MAX_WORDS = 3

_ORDINAL = r"(?:st|nd|rd|th|er|ère|ª|º|o|a|e|\.)?"
_MONTH_FIRST = re.compile(
    rf"^[\s,.]*(?P<d>\d{{1,2}}){_ORDINAL}[\s,.]+(?:of\s+|de\s+|del\s+)?(?P<y>(?:19|20)\d{{2}})(?!\d)"
)
_DAY_FIRST = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th|º|o|ª|\.?er|\.|-?я|-е|-го|-га)?(?:\s+|-|\s*/\s*|(?<=\d))"
    r"(?:of\s+|de\s+|d['’]\s?|di\s+|da\s+|เดือน\s*|ເດືອນ\s*|ខែ\s*)?$",
    re.IGNORECASE,
)
# "2026. március 10.", "2026 m. kovo 10 d.", "2024ko maiatzaren 20a"
_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})(?:\(?e?\)?ko)?[.,/-]?\s*(?:m\.\s+|gada\s+|թ\.\s+|йил\s+)?$"
)
_DAY_AFTER = re.compile(r"^[\s/-]+(?P<d>\d{1,2})(?!\d|[:.]\d)")
# "2024. gada 20. maijs", "2024 20 May"
_YEAR_THEN_DAY = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})[.-]?,?\s*(?:gada\s+|ж\.,?\s+)?(?<=\s)\d{1,2}\.?[\s-]+$"
)
_YEAR_AFTER = re.compile(
    r"(?:\s*[/(]\s*[^\W\d_][^\s\d)]*\s*\)?)?(?:[\s,.\-/،]+|г|р|(?<=[\u0e00-\u17ff]))"
    r"(?:de\s+|del\s+|of\s+|(?:พ\.ศ\.|ค\.ศ\.|ปี|ປີ|ឆ្នាំ)\s*|năm\s+|عام\s+|سنة\s+)?"
    r"(?P<y>(?:19|20|25)\d{2}|['’]?\d{2}(?=[,\s]|$))(?!\d)(?!:)"
)
_DAY_OF_MONTH = re.compile(r"^[\s,.]*(?P<d>\d{1,2})(?:st|nd|rd|th)?(?!\d|:)")
_NUMBERED_DAY = re.compile(
    r"(?<![\d.])(?P<a>\d{1,2})\s?(?P<sep>[./月월])\s?(?P<b>\d{1,2})(?:[.日일]|(?=[\s,]))"
)
_ANY_YEAR = re.compile(
    r"(?<![\d:.])(?:(?:1[0-9]|20|25)\d{2}(?![\d:])|\d{1,4}\s?[年년])|['’]\d{2}\b"
)
_HAN = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "十": 10,
    "廿": 20,
    "卅": 30,
}
_HAN_NUMBER = re.compile("[〇零一二三四五六七八九十廿卅]+(?=[年月日號号時时點点分])")


def find(text: str, context: DateContext) -> Day | None:
    """The first day that `text` names; numbers are tried before words."""
    text = with_digits(text)
    language = context.language
    return (
        _iso(text)
        or _numbered(text, context)
        or _other_calendar(text, language)
        or _named(text, language)
        or _before_clock(text, context)
    )


def with_digits(text: str) -> str:
    """Han numbers before 年, 月 and 日 as digits, in as many characters."""
    if "月" not in text:
        return text
    return _HAN_NUMBER.sub(lambda found: _han(found[0]).rjust(len(found[0])), text)


def _han(number: str) -> str:
    if all(_HAN[c] < 10 for c in number):
        return "".join(str(_HAN[c]) for c in number)
    total = 0
    for c in number:
        value = _HAN[c]
        total = (total or 1) * value if value == 10 and total < 10 else total + value
    return str(total)


def _iso(text: str) -> Day | None:
    for pattern in (_ISO, _COMPACT):
        if found := pattern.search(text):
            return Day(_date(found["y"], found["m"], found["d"]), *found.span(), is_iso=True)
    return None


def _numbered(text: str, context: DateContext) -> Day | None:
    for pattern in (_VIETNAMESE, _YEAR_FIRST_NUMBERS):
        for found in pattern.finditer(text):
            year, note = calendars.year_of(int(found["y"]))
            if day := calendars.existing_day(year, found["m"], found["d"]):
                return Day(day, *found.span(), note)
    for found in _YEAR_LAST_NUMBERS.finditer(text):
        first, second, last = int(found["a"]), int(found["b"]), int(found["y"])
        if context.primary_language in ("ko", "ja", "zh") and last < 100 and first > 12:
            day = calendars.existing_day(2000 + first, second, last)  # "24.05.20"
            return Day(day, *found.span()) if day else None
        year, note = calendars.year_of(last, language=context.language)
        if ordered := _ordered(text, year, first, second, found["sep"], context):
            day, other, order = ordered
            return Day(day, *found.span(), order or note, other)
    return None


def _ordered(
    text: str, year: int, first: int, second: int, sep: str, context: DateContext
) -> tuple[date, date | None, str | None] | None:
    """The day of two numbers, the other reading if nothing decides between them, and what does."""
    month_first, day_first = (
        calendars.existing_day(year, first, second),
        calendars.existing_day(year, second, first),
    )
    if month_first is None or day_first is None or month_first == day_first or sep == ".":
        day = day_first if sep == "." and day_first else month_first or day_first
        return (day, None, None) if day else None
    for name in _WORD.findall(text):
        number = weekdays(context.language).get(spelt(name))
        readings = [day for day in (month_first, day_first) if day.weekday() == number]
        if len(readings) == 1:
            return readings[0], None, f"order of numbers by the weekday {name}"
    is_month_first, evidence = context.order()
    if is_month_first is not None:
        word = "month" if is_month_first else "day"
        return (month_first if is_month_first else day_first), None, f"{word} first, by {evidence}"
    if sep == "-":
        return day_first, month_first, None
    return month_first, day_first, None


def _other_calendar(text: str, language: str) -> Day | None:
    found = calendars.find(text, language)
    return Day(*found) if found else None


def _month_words(text: str, language: str) -> Iterator[tuple[int, int, int]]:
    """Each word or words of `text` that name a month: its number, from where to where."""
    table = months(language)
    spans = [found.span() for found in _WORD.finditer(text)]
    for number, (start, _) in enumerate(spans):
        for length in range(min(_MAX_WORDS, len(spans) - number), 0, -1):
            end = spans[number + length - 1][1]
            word = text[start:end]
            month = table.get(spelt(word))
            if month is None and length == 1:
                month = table.get(spelt(_SUFFIX.sub("", word)))
                if month is None and word[0] == "ב":  # "in", in Hebrew
                    month = table.get(spelt(word[1:]))
            if month:
                yield month, start, end
                break
        else:
            yield from _inside(text, *spans[number], table)


def _inside(
    text: str, start: int, end: int, table: dict[str, int]
) -> Iterator[tuple[int, int, int]]:
    word = text[start:end]
    if not _UNSPACED.search(word):
        return
    names = (n for n in table if len(n) > 2 and _UNSPACED.match(n) and n in word)
    if name := max(names, key=len, default=None):
        at = start + word.index(name)
        yield table[name], at, at + len(name)


def _named(text: str, language: str) -> Day | None:
    for month, start, end in _month_words(text, language):
        before, after = text[:start], text[end:]
        if day := _DAY_FIRST.search(before):
            if year := _YEAR_AFTER.match(text, end):
                number, note = calendars.year_of(int(year["y"].strip("'’")), language=language)
                return Day(_date(number, month, day["d"]), day.start(), year.end(), note)
            if year := _YEAR_THEN_DAY.search(before):
                return Day(_date(year["y"], month, day["d"]), year.start(), end)
            if year := _YEAR_BEHIND_CLOCK.search(after):
                at = end + year.start("y")
                return Day(_date(year["y"], month, day["d"]), day.start(), end, year_at=at)
        elif (year := _YEAR_FIRST.search(before)) and (day := _DAY_AFTER.search(after)):
            return Day(_date(year["y"], month, day["d"]), year.start(), end + day.end())
        elif both := _MONTH_FIRST.search(after):
            return Day(_date(both["y"], month, both["d"]), start, end + both.end())
        elif (day := _DAY_OF_MONTH.search(after)) and (
            year := _YEAR_BEHIND_CLOCK.search(after[day.end() :])
        ):
            to = end + day.end()
            at = to + year.start("y")
            return Day(_date(year["y"], month, day["d"]), start, to, year_at=at)
    return None


def _before_clock(text: str, context: DateContext) -> Day | None:
    for found in _NUMBERS_BEFORE_CLOCK.finditer(text):
        if year := _YEAR_BEHIND_CLOCK.search(text[found.end() :]):
            numbers = int(year["y"]), int(found["a"]), int(found["b"])
            if ordered := _ordered(text, *numbers, found["sep"], context):
                day, other, note = ordered
                at = found.end() + year.start("y")
                return Day(day, *found.span(), note, other, year_at=at)
    return None


def without_year(text: str, context: DateContext) -> tuple[int, int, int] | None:
    """Month and day where no year stands in all of `text`, and where they end."""
    text = with_digits(text)
    if _ANY_YEAR.search(text):
        return None
    return _named_day(text, context.language) or _numbered_day(text, context)


def _named_day(text: str, language: str) -> tuple[int, int, int] | None:
    for month, start, end in _month_words(text, language):
        if day := _DAY_FIRST.search(text[:start]):
            return month, int(day["d"]), end
        if day := _DAY_OF_MONTH.search(text[end:]):
            return month, int(day["d"]), end + day.end()
    return None


def _numbered_day(text: str, context: DateContext) -> tuple[int, int, int] | None:
    if (found := _NUMBERED_DAY.search(text)) is None:
        return None
    first, second = int(found["a"]), int(found["b"])
    order, _ = context.order()
    month_first = found["sep"] in "月월" or (found["sep"] == "/" and order is not False)
    month, day = (first, second) if month_first and first <= 12 else (second, first)
    return (month, day, found.end()) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _date(year: int | str, month: int | str, day: int | str) -> date:
    return date(int(year), int(month), int(day))
