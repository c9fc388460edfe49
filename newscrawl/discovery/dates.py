"""What time does this text state? Nothing is added that it does not say.

The offset is the one stated, never converted; without one the time has none; a bare day stays a
bare day; a date that could be two days (`03/04/2026`) and that no language decides is no date.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache

from newscrawl.discovery.links import note
from newscrawl.discovery.months import month
from newscrawl.discovery.zones import OFFSETS

#: Longer texts are not dates.
LENGTH_MAX = 120
#: Days outside are typing mistakes, whatever the clock says.
YEARS = range(1990, 2100)

_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
_WORD = r"(?P<month>[^\W\d_][^\s\d.,/:+-]*)\.?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?=\D|\d{6}(?!\d)|\Z)",
        r"(?P<y>\d{4})\s*[年년.]\s*(?P<m>\d{1,2})\s*[月월.]\s*(?P<d>\d{1,2})(?:\s*[日일]|\.|(?!\d))",
        r"(?<!\d)(?P<d>\d{1,2})\s+(?:tháng|thg)\s+(?P<m>\d{1,2}),?\s+(?P<y>\d{4})",
        r"(?<![\d:])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})(?!\d)",
        r"(?<![\d:])(?P<a>\d{1,2})(?P<sep>[/-])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4})(?!\d)",
        rf"(?<![\d:])(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?[\s-]*(?:de |of |d['’])?{_WORD}"
        r",?[\s-]*(?:de |del )?(?P<y>\d{4}|\d{2}(?=\s+\d{1,2}:|\Z))(?![\d:])",
        rf"(?<!\w){_WORD}\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?!\d)",
        rf"(?<!\w){_WORD}\s+(?P<d>\d{{1,2}})(?=\s+\d{{1,2}}:\d\d)(?=.*\s(?P<y>\d{{4}})\Z)",
    )
)
_TIME = re.compile(
    r"(?<![\d.])(?P<h>\d{1,2})\s*(?:[:時时시h]|(?<=\d)\.(?=\d\d))\s*(?P<m>\d{2})(?!\d)\s*[分분]?"
    r"(?:(?:\s*[:.]|(?<=[分분]))\s*(?P<s>\d{2})(?!\d)\s*[秒초]?(?:[.,]\d+)?)?"
    r"|(?<!\d)(?P<h2>\d{2})(?P<m2>\d{2})(?P<s2>\d{2})?(?!\d)",
    re.IGNORECASE,
)
_NUMERIC_ZONE = re.compile(
    r"^\s*\(?(?:GMT|UTC|Z)?\s*(?P<sign>[+\u2212-])\s*(?P<h>\d{1,2})(?::?(?P<m>\d{2}))?(?!\d)", re.I
)
_NAMED_ZONE = re.compile(r"^\W*(?:Uhr\W+)?(?P<name>[A-Z]{1,5})(?![A-Za-z])")
_AFTERNOON = re.compile(
    r"(?<![^\W\d])(?:pm|p\.\s?m\.?|μμ|μ\.μ\.)|오후|下午|午後|晚上", re.IGNORECASE
)
_MORNING = re.compile(r"(?<![^\W\d])(?:am|a\.\s?m\.?|πμ|π\.μ\.)|오전|上午|午前|凌晨", re.IGNORECASE)
_MONTH_FIRST = ("en-us", "en_us", "en-ca", "fil")


@lru_cache(maxsize=4096)
def stated(text: str, *, language: str | None = None) -> str | None:
    """The time in ISO 8601, to the precision and with the offset stated, or None."""
    text = _plain(text)
    if not text:
        return None
    if epoch := _EPOCH.fullmatch(text):
        moment = datetime.fromtimestamp(int(epoch[1]), tz=UTC)
        return moment.isoformat() if moment.year in YEARS else None
    for pattern in _DATES:
        if (found := pattern.search(text)) and (day := _day(found, language)):
            rest = text[: found.start()] + " \0 " + text[found.end() :]
            return _with_time(day, rest)
    return None


def read(text: str, faults: list[str], *, language: str | None = None) -> str | None:
    """As `stated`; a text that is no date is added to `faults`."""
    found = stated(text, language=language)
    if found is None and text.strip():
        note(faults, f"not a date: {text}")
    return found


def _plain(text: str) -> str:
    """NFKC with decimal digits of every script as 0-9, white space single."""
    if len(text) > LENGTH_MAX:
        return ""
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    text = re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _day(found: re.Match[str], language: str | None) -> date | None:
    parts = found.groupdict()
    year = int(parts["y"])
    year += 2000 if year < 70 else 1900 if year < 100 else 0
    if year >= 2400:  # the Buddhist calendar counts 543 years more
        year -= 543
    if word := parts.get("month"):
        numbers = (month(word, language), int(parts["d"]))
    elif parts.get("a"):
        numbers = _in_order(int(parts["a"]), int(parts["b"]), language)
    else:
        numbers = (int(parts["m"]), int(parts["d"]))
    if numbers[0] is None or year not in YEARS:
        return None
    try:
        return date(year, numbers[0], numbers[1])
    except ValueError:
        return None


def _in_order(a: int, b: int, language: str | None) -> tuple[int | None, int]:
    """Month and day of `a/b/year`; only American English writes the month first."""
    if a == b or b > 12:
        return a, b
    if a > 12:
        return b, a
    code = (language or "").lower()
    if code.startswith(_MONTH_FIRST):
        return a, b
    return (None, 0) if code in ("", "en") else (b, a)


def _with_time(day: date, rest: str) -> str:
    """The day with the time and zone that `rest` states, `\\0` standing where the day stood."""
    found = _TIME.search(rest, rest.index("\0")) or _TIME.search(rest)
    if found is None:
        return day.isoformat()
    hour = int(found["h"] or found["h2"])
    minute, second = int(found["m"] or found["m2"]), found["s"] or found["s2"]
    if hour < 13 and _AFTERNOON.search(rest):
        hour = hour % 12 + 12
    elif hour == 12 and _MORNING.search(rest):
        hour = 0
    if hour == 24 and minute == 0:
        day, hour = day + timedelta(days=1), 0
    try:
        clock = time(hour, minute, min(int(second or 0), 59))
        moment = datetime.combine(day, clock, _zone(rest[found.end() :]))
    except ValueError:
        return day.isoformat()
    return moment.isoformat(timespec="seconds" if second else "minutes")


def _zone(text: str) -> timezone | None:
    """The offset that follows a time; None where none is stated or its name means several."""
    text = _MORNING.sub("", _AFTERNOON.sub("", text))
    if found := _NUMERIC_ZONE.match(text):
        minutes = int(found["h"]) * 60 + int(found["m"] or 0)
        if minutes > 14 * 60:
            return None
        return timezone(timedelta(minutes=minutes if found["sign"] == "+" else -minutes))
    if (found := _NAMED_ZONE.match(text)) and (offset := OFFSETS.get(found["name"])) is not None:
        return timezone(timedelta(minutes=offset))
    return None
