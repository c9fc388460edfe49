"""The times that users write in options and settings, in one grammar for all commands.

| written | what it means |
| --- | --- |
| `2026-05-19`, `2026-05`, `2026` | the day, month or year, in UTC |
| `today`, `yesterday` | the day in UTC |
| `2026-05-19T12:30`, `2026-05-19 12:30:05+02:00` | the minute or second; in UTC where no zone is named |
| `7d`, `12h`, `90m`, `2w` | so long before now |

Each means an interval, from its begin up to and without its end. `--since` takes the begin and `--until`
the end: `--since 2026-05-19 --until 2026-05-19` is the whole of that day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from newscrawl.errors import UsageError
from newscrawl.text import durations

_DAY = timedelta(days=1)
_YEAR_OR_MONTH = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2}))?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})[T ](?P<hour>\d{2}):(?P<minute>\d{2})(?P<second>:\d{2}(?:[.,]\d{1,9})?)?"
    r"\s?(?P<zone>[Zz]|[+-]\d{2}(?::?\d{2})?)?"
)
_FORMS = (
    "a date or time (2026-05-19, 2026-05, 2026, 2026-05-19T12:30+02:00, today, yesterday)"
    " nor so long ago (7d, 12h)"
)


@dataclass(frozen=True, slots=True)
class Interval:
    """From `begin` up to and without `end`, both aware and in UTC; of an instant both are the same."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """From `begin` up to and without `end`; None is open."""

    begin: datetime | None = None
    end: datetime | None = None


def interval(text: str, name: str, *, now: datetime) -> Interval:
    """What `text` means; `name` is the option or setting. Raises UsageError."""
    text = text.strip()
    try:
        found = _named_day(text, now) or _year_or_month(text) or _time(text) or _ago(text, now)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise UsageError(f"{name} {text}: not {_FORMS}")
    return found


def span(since: str | None, until: str | None, *, now: datetime) -> Span:
    """What `--since` and `--until` mean together. Raises UsageError, also where nothing is between them."""
    begin = interval(since, "--since", now=now).begin if since else None
    end = interval(until, "--until", now=now).end if until else None
    if begin is not None and end is not None and begin >= end:
        raise UsageError(f"--until {until}: not after --since {since}")
    return Span(begin, end)


def _named_day(text: str, now: datetime) -> Interval | None:
    begin = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if text.lower() == "yesterday":
        begin -= _DAY
    elif text.lower() != "today":
        return None
    return Interval(begin, begin + _DAY)


def _year_or_month(text: str) -> Interval | None:
    if (found := _YEAR_OR_MONTH.fullmatch(text)) is None:
        return None
    year, month = int(found["year"]), int(found["month"] or 1)
    begin = datetime(year, month, 1, tzinfo=UTC)
    if found["month"] is None or month == 12:
        return Interval(begin, datetime(year + 1, 1, 1, tzinfo=UTC))
    return Interval(begin, datetime(year, month + 1, 1, tzinfo=UTC))


def _time(text: str) -> Interval | None:
    if _DATE.fullmatch(text):
        begin = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return Interval(begin, begin + _DAY)
    if (found := _TIME.fullmatch(text)) is None:
        return None
    clock = f"{found['hour']}:{found['minute']}{found['second'] or ''}".replace(",", ".")
    moment = datetime.fromisoformat(f"{found['day']}T{clock}{(found['zone'] or '').upper()}")
    moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    return Interval(moment, moment + timedelta(seconds=1 if found["second"] else 60))


def _ago(text: str, now: datetime) -> Interval | None:
    if not text[-1:].isalpha() or (length := durations.seconds(text)) is None:
        return None
    begin = now.astimezone(UTC) - timedelta(seconds=length)
    return Interval(begin, begin)
