"""Which moment a string names: ISO, epoch, numbers, words of any language, or "so long ago".

A moment keeps the offset that the string gave, and no more than the string said: a bare day stays a
day, a time without a zone stays without one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from newscrawl.extraction import calendar, days, zones
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
        return (
            _iso(text)
            or _epoch(text)
            or _relative(text, now)
            or _worded(text, language)
            or _yearless(text, language, now)
        )
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


_CLOCK = re.compile(
    r"(?<![\d.])(?P<before>[ap]\.?m\.?|午前|午後|上午|下午|오전|오후)?\s*(?P<h>\d{1,2})\s?(?:(?P<sep>[:.h]|時"
    r"|时|點|点|시|\sUhr\s)\s?(?P<m>\d{2})(?:\s?[:분分]\s?(?P<s>\d{2}))?(?!\d)"
    r"|(?=\s?(?:[ap]\.?m\b|uhr\b|h\b)))\s?(?:[分분]|uhr\b|h\b|hrs?\b)?\s*(?P<half>[ap]\.?\s?m\b\.?)?",
    re.IGNORECASE,
)
# What follows these is another moment.
_CHANGED = re.compile(
    r"updat|modif|edited|aktualis|aktualiz|actuali|aggiorn|atuali|opdat|oppdat|uppdat|bijgewerkt"
    r"|päivit|mise? à jour|обновл|оновл|güncel|更新|수정|تحديث|עודכן|\d{1,2}[./]\d{1,2}[./]\d{4}",
    re.IGNORECASE,
)


def _worded(text: str, language: str) -> Moment | None:
    """Dates that are not ISO: `26.11.2024`, `Nov 26, 2024`, `26 novembre 2024`, `2024年11月26日`."""
    found = days.find(text, language)
    if found is None:
        return None
    day, start, end = found
    clock = _clock(_CHANGED.split(text[end : end + 60], maxsplit=1)[0]) or _clock(
        text[max(0, start - 24) : start], before=True
    )
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


_MOST_WORDS = 8


def _yearless(text: str, language: str, now: datetime | None) -> Moment | None:
    """A day and a time of day without a year, which is the last such day before `now`."""
    if now is None or len(text.split()) > _MOST_WORDS:
        return None
    found = days.without_year(text, language)
    if found is None or not _clock(_CHANGED.split(text[found[2] :], maxsplit=1)[0]):
        return None
    month, day, end = found
    tomorrow = now.date() + timedelta(days=1)  # where the page is, it may be so already
    year = tomorrow.year if (month, day) <= (tomorrow.month, tomorrow.day) else tomorrow.year - 1
    return _worded(f"{day:02}.{month:02}.{year} {text[end:]}", language="")


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
