"""Which moment a string names: ISO, epoch, numbers, words of any language, or "so long ago".

A moment keeps the offset that the string gave, and no more than the string said: a bare day stays a
day, a time without a zone stays without one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from newscrawl.extraction import calendar, zones
from newscrawl.extraction.wording import plain

#: No page of the web states an earlier publication; such a date is about something else.
EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class Moment:
    """`time` is None for a bare day; naive where no zone is known. `note` says what was concluded."""

    day: date
    time: datetime | None = None
    precision: str = "day"
    note: str | None = None

    @property
    def aware(self) -> bool:
        return self.time is not None and self.time.tzinfo is not None

    @property
    def text(self) -> str:
        if self.time is None:
            return self.day.isoformat()
        return self.time.isoformat(timespec="seconds")

    def days(self) -> set[date]:
        """The calendar days this can be said to name: as written and in UTC."""
        if self.time is None or self.time.tzinfo is None:
            return {self.day}
        return {self.day, self.time.astimezone(UTC).date()}

    def at(self, zone: tzinfo, note: str) -> Moment:
        """The same wall time, with the zone that something else gave evidence of."""
        if self.time is None:
            return self
        return replace(self, time=self.time.replace(tzinfo=zone), note=note)

    def noted(self, note: str) -> Moment:
        return replace(self, note="; ".join(n for n in (self.note, note) if n))


def parse(text: str, *, now: datetime | None = None, language: str = "") -> Moment | None:
    """The moment that `text` names, or None. `now` is what "ago" counts from."""
    text = plain(text).strip()
    if not text or len(text) > 400:
        return None
    text = "".join(str(int(c)) if c.isdecimal() else c for c in text)
    try:
        return _iso(text) or _epoch(text) or _relative(text, now) or _worded(text, language)
    except (ValueError, OverflowError):
        return None


def is_dated(text: str, *, language: str = "") -> bool:
    """Whether a short line of the page is the one with the date, be it "3 hours ago"."""
    if len(text) > 120:
        return False
    return calendar.ago(text) is not None or parse(text, language=language) is not None


_ISO = re.compile(
    r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:T|\s+|\s*,\s*|\sat\s|\s-\s"
    r"|-(?=\d{2}:))\s*(\d{1,2}):(\d{2})(?::(\d{1,2})(?:[.,]\d+)?)?"
    r"\s*(Z\b|[+-]\d{2}:?\d{2}|[+-]\d{1,2}(?!\d))?)?(?!\d)",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})?)?$")


def _iso(text: str) -> Moment | None:
    found = _ISO.search(text) or _COMPACT.match(text)
    if not found or not found[1].startswith(("19", "20")):
        return None
    return _moment(found.groups(), rest=text[found.end() :])


def _epoch(text: str) -> Moment | None:
    if not re.fullmatch(r"\d{10}(?:\.\d+)?|\d{13}", text):
        return None
    seconds = float(text) if len(text.split(".")[0]) == 10 else int(text) / 1000
    time = datetime.fromtimestamp(int(seconds), UTC)
    return Moment(time.date(), time, "second")


def _relative(text: str, now: datetime | None) -> Moment | None:
    if now is None or len(text) > 120 or (found := calendar.ago(text)) is None:
        return None
    delta, precision, words = found
    time = now - delta
    note = f"{words!r} before the capture"
    if precision == "day":
        return Moment(time.date(), None, "day", note)
    return Moment(time.date(), time.replace(microsecond=0), precision, note)


_NUMBERED = re.compile(
    r"(?<![A-Za-z\d.])(?:(?P<y1>(?:19|20)\d{2})\s?(?:[./]|年|년)\s?(?P<m1>\d{1,2})\s?(?:[./]|月"
    r"|월)\s?(?P<d1>\d{1,2})(?:\s?[日일.])?"
    r"|(?P<a>\d{1,2})\s?(?P<sep>[./-])\s?(?P<b>\d{1,2})\s?[./-]\s?(?P<y2>(?:19|20)\d{2}"
    r"|\d{2}(?!\d)))"
)
_CLOCK = re.compile(
    r"(?<![\d.])(?P<before>[ap]\.?m\.?|午前|午後|上午|下午|오전|오후)?\s*(?P<h>\d{1,2})\s?(?:(?P<sep>[:.h]|時"
    r"|时|點|点|시|\sUhr\s)\s?(?P<m>\d{2})(?:\s?[:분分]\s?(?P<s>\d{2}))?(?!\d)"
    r"|(?=\s?(?:[ap]\.?m\b|uhr\b|h\b)))\s?(?:[分분]|uhr\b|h\b|hrs?\b)?\s*(?P<half>[ap]\.?\s?m\b\.?)?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"^[\s,.]*(?P<d>\d{1,2})(?:st|nd|rd|th|º|er|\.)?[\s,.]+(?:de\s+|del\s+)?(?P<y>(?:19"
    r"|20)\d{2})(?!\d)"
)
_DAY_FIRST = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th|º|\.?er|\.|-?я|-е)?(?:\s+|-|\s*/\s*)(?:of\s+|de\s+"
    r"|d['’]\s?|di\s+)?$"
)
_YEAR_AFTER = re.compile(
    r"^(?:[\s,.\-/]+|г|р)(?:de\s+|del\s+)?(?P<y>(?:19|20)\d{2}|['’]?\d{2}(?=[,\s]|$))(?!\d)(?!:)"
)


def _worded(text: str, language: str) -> Moment | None:
    """Dates that are not ISO: `26.11.2024`, `Nov 26, 2024`, `26 novembre 2024`, `2024年11月26日`."""
    found = _numbered(text, language) or _named(text, language)
    if found is None:
        return None
    day, start, end = found
    clock = _clock(text[end : end + 60]) or _clock(text[max(0, start - 24) : start], before=True)
    if clock is None:
        return Moment(day)
    hour, minute, second, rest = clock
    wall = datetime.combine(day, datetime.min.time()).replace(
        hour=hour, minute=minute, second=second or 0
    )
    precision = "minute" if second is None else "second"
    if offset := re.match(r"\s*([+-]\d{2}):?(\d{2})(?!\d)", rest):
        return Moment(day, wall.replace(tzinfo=_offset(offset[1] + offset[2])), precision)
    named = zones.beside(rest, wall)
    if named is None:
        return Moment(day, wall, precision)
    return Moment(day, wall.replace(tzinfo=named[0]), precision, f"zone named {named[1]}")


def _numbered(text: str, language: str) -> tuple[date, int, int] | None:
    for found in _NUMBERED.finditer(text):
        if found["y1"]:
            year, month, day = int(found["y1"]), int(found["m1"]), int(found["d1"])
        else:
            first, second = int(found["a"]), int(found["b"])
            year = int(found["y2"]) if len(found["y2"]) == 4 else 2000 + int(found["y2"])
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
                number = int(year["y"].strip("'’"))
                number += 2000 if number < 100 else 0
                return date(number, month, int(day["d"])), day.start(), found.end() + year.end()
        elif both := _MONTH_FIRST.search(after):
            return (
                date(int(both["y"]), month, int(both["d"])),
                found.start(),
                found.end() + both.end(),
            )
    return None


_CLOCK_AFTER = re.compile(r"[\s,|–-]*(?:kl\.?|um|klo|ore|alle|at|às)?[\s.]*", re.IGNORECASE)


def _clock(text: str, *, before: bool = False) -> tuple[int, int, int | None, str] | None:
    """Hour, minute, second and what follows; the last one of `text` if it stands before the day."""
    clocks = list(_CLOCK.finditer(text))
    found = next(iter(clocks[::-1] if before else clocks), None)
    if found is None:
        return None
    dotted = found["sep"] == "." and not found["half"] and "uhr" not in text.lower()
    if dotted and (before or not _CLOCK_AFTER.fullmatch(text, 0, found.start())):
        return None  # "8.15" may be a number
    hour, minute = int(found["h"]), int(found["m"] or 0)
    half = (found["half"] or found["before"] or "").lower()
    if half.startswith("p") or half in ("午後", "下午", "오후"):
        hour = hour + 12 if hour < 12 else hour
    elif half and hour == 12:
        hour = 0
    if hour > 23 or minute > 59:
        return None
    return hour, minute, int(found["s"]) if found["s"] else None, text[found.end() :]


def _moment(parts: tuple[str | None, ...], *, rest: str) -> Moment:
    year, month, day, hour, minute, second, zone = parts
    stated = date(int(year or 0), int(month or 0), int(day or 0))
    if hour is None:
        return Moment(stated)
    if int(hour) == 24:
        return Moment(stated)
    wall = datetime.combine(stated, datetime.min.time())
    time = wall.replace(hour=int(hour), minute=int(minute or 0), second=int(second or 0))
    precision = "minute" if second is None else "second"
    if zone:
        return Moment(stated, time.replace(tzinfo=_offset(zone)), precision)
    named = zones.beside(rest, time)
    if named:
        return Moment(stated, time.replace(tzinfo=named[0]), precision, f"zone named {named[1]}")
    return Moment(stated, time, precision)


def _offset(zone: str) -> tzinfo:
    if zone in "Zz":
        return UTC
    digits = zone[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    delta = timedelta(hours=hours, minutes=minutes)
    return timezone(-delta if zone[0] == "-" else delta)
