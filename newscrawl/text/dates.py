"""Which moment a text names: ISO, epoch, numbers, words of any language, or "so long ago".

The one reader of dates for feeds, pages and announcements. A moment keeps the offset that the text gave,
and no more than the text said: a bare day stays a day, a time without a zone stays without one. What was
concluded from something else stands in `note`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from newscrawl.text import calendar_words, clocks, days, zones
from newscrawl.text.context import DateContext

#: No page of the web states an earlier publication; such a date is about something else.
EARLIEST = date(1990, 1, 1)
#: Days outside are typing mistakes, whatever the clock says.
YEARS = range(1990, 2100)
#: Characters of a text that may be a date, and of one that is nothing else.
MAX_LENGTH, MAX_STATED_LENGTH = 400, 120

AMBIGUOUS = "day or month first is not evident"


@dataclass(frozen=True, slots=True)
class Moment:
    """`time` is None for a bare day; naive where no zone is known. `note` says what was concluded.

    `other_day` is the second reading of numbers whose order nothing decides; `zones` are the offsets that
    the name of its zone may mean. `is_zone_stated` is false where the offset was concluded.
    """

    day: date
    time: datetime | None = None
    precision: str = "day"
    note: str | None = None
    other_day: date | None = None
    zones: tuple[tzinfo, ...] = ()
    is_zone_stated: bool = True

    @property
    def aware(self) -> bool:
        return self.time is not None and self.time.tzinfo is not None

    @property
    def text(self) -> str:
        """ISO 8601, a time to the second."""
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
        return replace(self, time=self.time.replace(tzinfo=zone), zones=(), note=note)

    def swapped(self) -> Moment:
        """The other reading of a day in numbers."""
        if self.other_day is None:
            return self
        time = self.time and self.time + (self.other_day - self.day)
        return replace(self, day=self.other_day, time=time, other_day=self.day)

    def noted(self, note: str | None) -> Moment:
        return replace(self, note=_both(self.note, note))


def parse(
    text: str, *, now: datetime | None = None, context: DateContext | None = None
) -> Moment | None:
    """The moment that `text` names, or None. `now` is what "ago" counts from."""
    return _parse(text, now, context or _ANYWHERE) if len(text) <= 2 * MAX_LENGTH else None


_ANYWHERE = DateContext()
#: Days are named with digits, of any script, or with Han numbers.
_NUMBER = re.compile("[0-9一二三四五六七八九十]")


@lru_cache(maxsize=2048)
def _parse(text: str, now: datetime | None, context: DateContext) -> Moment | None:
    text = calendar_words.normalised(text)
    if not text or len(text) > MAX_LENGTH:
        return None
    if not _NUMBER.search(text):
        return _relative(text, now)
    try:
        return (
            _machine(text)
            or _relative(text, now)
            or _stated(text, context, now)
            or _yearless(text, context, now)
        )
    except (ValueError, OverflowError, OSError):
        return None


def is_dated(text: str, *, language: str = "") -> bool:
    """Whether a short line of the page is the one with the date, be it "3 hours ago"."""
    if len(text) > MAX_STATED_LENGTH:
        return False
    context = DateContext(language.lower())
    return calendar_words.ago(text) is not None or parse(text, context=context) is not None


def stated(text: str, context: DateContext | None = None) -> str | None:
    """The time that a feed or sitemap states, in ISO 8601, to its precision and with the offset stated.

    None for what is no date, and for numbers whose order nothing decides. An announcement has no note
    to say what a zone was concluded from: a named zone that is not one offset everywhere is left out.
    """
    if len(text) > MAX_STATED_LENGTH:
        return None
    moment = parse(text, context=context)
    if moment is None or moment.day.year not in YEARS or moment.other_day is not None:
        return None
    if moment.time is None:
        return moment.day.isoformat()
    time = moment.time if moment.is_zone_stated else moment.time.replace(tzinfo=None)
    return time.isoformat(timespec="seconds" if moment.precision == "second" else "minutes")


_EPOCH = re.compile(r"(?P<seconds>\d{10}(?:\.\d+)?)|(?P<milli>\d{13}(?:\.\d+)?)|(?P<micro>\d{16})")
_EXPONENT = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")
# "/Date(1716206400000+0200)/", "new Date(1716206400000)"
_CALLED = re.compile(r"\\?/?(?:new )?Date\(\s*(-?\d{10,14})(?P<zone>[+-]\d{4})?\s*\)\\?/?;?")


def _machine(text: str) -> Moment | None:
    """Seconds, milliseconds or microseconds since 1970, as numbers or in what JSON writers make of them."""
    zone: tzinfo = UTC
    if called := _CALLED.fullmatch(text):
        text = called[1]
        if stated := called["zone"]:
            length = timedelta(hours=int(stated[1:3]), minutes=int(stated[3:]))
            zone = timezone(length if stated[0] == "+" else -length)
    elif _EXPONENT.fullmatch(text):
        text = str(int(float(text)))
    if (found := _EPOCH.fullmatch(text)) is None:
        return None
    scale = 1 if found["seconds"] else 1e3 if found["milli"] else 1e6
    time = datetime.fromtimestamp(int(float(text) / scale), zone)
    return Moment(time.date(), time, "second") if time.year in YEARS else None


def _relative(text: str, now: datetime | None) -> Moment | None:
    if now is None or len(text) > MAX_STATED_LENGTH or (found := calendar_words.ago(text)) is None:
        return None
    delta, precision, words = found
    time = now - delta
    note = f"{words!r} before the capture"
    if precision == "day":
        return Moment(time.date(), None, "day", note)
    return Moment(time.date(), time.replace(microsecond=0), precision, note)


# What follows these is another moment.
_CHANGED = re.compile(
    r"updat|modif|edited|aktualis|aktualiz|actuali|aggiorn|atuali|opdat|oppdat|uppdat|bijgewerkt"
    r"|päivit|mise? à jour|обновл|оновл|güncel|更新|수정|تحديث|עודכן|\d{1,2}[./]\d{1,2}[./]\d{4}",
    re.IGNORECASE,
)
#: Characters behind and before a day in which its time of day stands.
_BEHIND, _AHEAD = 60, 24


def _stated(text: str, context: DateContext, now: datetime | None) -> Moment | None:
    """A day with its year, and the time of day and zone beside it."""
    day = days.find(text, context)
    if day is None:
        return None
    text = days.with_digits(text)
    behind = text[day.end : day.end + _BEHIND]
    if day.year_at is not None:
        behind = text[day.end : day.year_at] + text[day.year_at + 4 :][:_BEHIND]
    language = context.language
    is_t = day.is_iso and behind[:1] in "Tt"
    clock = clocks.find(
        _CHANGED.split(behind[1:] if is_t else behind, maxsplit=1)[0],
        language=language,
        is_iso=day.is_iso,
    ) or clocks.find(text[max(0, day.start - _AHEAD) : day.start], language=language, before=True)
    moment = _decided(Moment(day.day, note=day.note, other_day=day.other), now)
    return moment if clock is None else _timed(moment, clock, context, is_iso=day.is_iso)


def _decided(moment: Moment, now: datetime | None) -> Moment:
    """A day in numbers of which one reading lies in the future is the other one."""
    if moment.other_day is None or now is None:
        return moment
    tomorrow = (now + timedelta(hours=14)).date()
    if moment.other_day > tomorrow >= moment.day:
        chosen = moment
    elif moment.day > tomorrow >= moment.other_day:
        chosen = moment.swapped()
    else:
        return moment
    return replace(chosen, other_day=None, note="order of numbers: the other day is yet to come")


def _timed(
    moment: Moment, clock: clocks.TimeOfDay, context: DateContext, *, is_iso: bool
) -> Moment:
    day, other = moment.day, moment.other_day
    if clock.hour == 24:
        day += timedelta(days=1)
        other = other and other + timedelta(days=1)
    start = datetime.combine(day, datetime.min.time())
    wall = start.replace(hour=clock.hour % 24, minute=clock.minute, second=clock.second or 0)
    precision = "minute" if clock.second is None else "second"
    zone = zones.beside(clock.rest, wall, context, is_iso=is_iso)
    if zone is None:
        return replace(moment, day=day, other_day=other, time=wall, precision=precision)
    return replace(
        moment,
        day=day,
        other_day=other,
        time=wall.replace(tzinfo=zone.offset),
        precision=precision,
        note=_both(moment.note, zone.note),
        zones=zone.candidates,
        is_zone_stated=zone.is_stated,
    )


#: A line without a year has at most so many words; longer ones speak of something else.
_MAX_WORDS = 8


def _yearless(text: str, context: DateContext, now: datetime | None) -> Moment | None:
    """A day and a time of day without a year, which is the last such day before `now`."""
    if now is None or len(text.split()) > _MAX_WORDS:
        return None
    found = days.without_year(text, context)
    if found is None:
        return None
    month, day, end = found
    behind = _CHANGED.split(days.with_digits(text)[end:], maxsplit=1)[0]
    clock = clocks.find(behind, language=context.language)
    if clock is None:
        return None
    tomorrow = now.date() + timedelta(days=1)  # where the page is, it may be so already
    year = tomorrow.year if (month, day) <= (tomorrow.month, tomorrow.day) else tomorrow.year - 1
    note = "year of the capture" if year == now.year else "year before the capture's"
    return _timed(Moment(date(year, month, day), note=note), clock, context, is_iso=False)


def _both(first: str | None, second: str | None) -> str | None:
    return "; ".join(note for note in (first, second) if note) or None
