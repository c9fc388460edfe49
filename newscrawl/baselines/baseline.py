"""How many articles does a source usually have, by weekday and hour?

Days that were not as others (an outage, a holiday, a backlog fetched at once) are left out. What is left
says little about a single hour of the week of a small paper: each hour is believed as far as it was seen,
and beyond that what its hour of the day and its weekday say together.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

DAY, WEEK = 24, 168
#: Hours of the past that are looked at; what has fewer, or fewer articles, has no baseline.
PAST, LEAST_PAST, LEAST_ARTICLES = 8 * WEEK, 4 * WEEK, 8
#: Articles of a day that are usual enough for a day without any to be an exception.
_BUSY = 4
#: How many hours (in articles) the prior counts for.
_BELIEF = 1.0
#: Standard deviations by which the rate of a source may be lower than it was seen to be.
_DOUBT = 1.3


def _median(values: Iterable[float]) -> float:
    # Imported here: it takes long to import, and most commands need no baselines.
    from statistics import median

    return median(values)


@dataclass(frozen=True, slots=True)
class Range:
    """Articles within the 24 hours that end at this hour of the week: the middle, and where most lie."""

    low: int
    middle: float
    high: int


@dataclass(frozen=True, slots=True)
class Usual:
    """What is to be expected. `days` are the days of the past that count, as their first hours."""

    until: int
    days: tuple[int, ...]
    totals: tuple[int, ...]
    _week: tuple[float, ...]
    _sums: tuple[float, ...]
    #: The same source may well publish only so large a part of what was seen.
    caution: float

    def rate(self, hour: int) -> float:
        """Articles expected in this hour."""
        return self._week[hour % WEEK]

    def between(self, begin: float, end: float) -> float:
        """Articles expected from `begin` to `end`, which may lie within hours."""
        return self._up_to(end) - self._up_to(begin) if end > begin else 0.0

    def _up_to(self, moment: float) -> float:
        weeks, rest = divmod(moment, WEEK)
        hour = int(rest)
        within = self._sums[hour] + (rest - hour) * self._week[hour]
        return weeks * self._sums[-1] + within


def usual(counts: Mapping[int, int], until: int) -> Usual | None:
    """What the hours before `until` (exclusive) let expect; None if they are too few.

    A source's first day is left out: it is the day on which what was there already was fetched.
    """
    known = sorted(counts)
    del known[bisect_left(known, until) :]
    if not known:
        return None
    begin = max(known[0] + DAY, until - PAST)
    totals = {until - DAY * (n + 1): 0 for n in range((until - begin) // DAY)}
    number_of_days = len(totals)
    for hour in known[bisect_left(known, until - DAY * number_of_days) :]:
        totals[until - DAY * ((until - hour - 1) // DAY + 1)] += counts[hour]
    kept = _as_others(totals)
    number = sum(totals[day] for day in kept)
    if DAY * number_of_days < LEAST_PAST or number < LEAST_ARTICLES:
        return None
    week = _rates(counts, known, kept)
    return Usual(
        until,
        tuple(kept),
        tuple(totals[day] for day in kept),
        week,
        (0.0, *accumulate(week)),
        (1 - 1 / (9 * number) - _DOUBT / (3 * math.sqrt(number))) ** 3,
    )


def usual_range(counts: Mapping[int, int], now: int) -> Range | None:
    """The 24 hours before `now`, as they were in the weeks before; None if they are too few."""
    known = sorted(counts)
    if not known:
        return None
    weeks = min(PAST // WEEK, (now - known[0] - DAY) // WEEK)
    if WEEK * weeks < LEAST_PAST:
        return None
    ends = [now - WEEK * (n + 1) for n in range(weeks)]
    totals = sorted(total(counts, known, end - DAY, end) for end in ends)
    cut = len(totals) // 6
    return Range(totals[cut], _median(totals), totals[-1 - cut])


def total(counts: Mapping[int, int], known: Sequence[int], begin: int, end: int) -> int:
    """Articles from `begin` to `end` (exclusive); `known` are the hours that have any, in order."""
    some = known[bisect_left(known, begin) : bisect_left(known, end)]
    return sum(counts[hour] for hour in some)


def _as_others(totals: Mapping[int, int]) -> list[int]:
    """The days that were as other days of their weekday."""
    by_weekday: dict[int, list[int]] = {}
    for day, number in totals.items():
        by_weekday.setdefault(day // DAY % 7, []).append(number)
    middle = {weekday: _median(found) for weekday, found in by_weekday.items()}

    def is_as_others(day: int) -> bool:
        normal = middle[day // DAY % 7]
        return 0 < totals[day] <= 3 * normal + 12 or (totals[day] == 0 and normal < _BUSY)

    return sorted(day for day in totals if is_as_others(day))


def _rates(
    counts: Mapping[int, int], known: Sequence[int], days: Sequence[int]
) -> tuple[float, ...]:
    """Articles an hour, for each hour of the week; `known` are the hours that have any, in order."""
    seen, found = [0] * WEEK, [0] * WEEK
    for begin, number in Counter(first % WEEK for first in days).items():
        for hour in range(begin, begin + DAY):
            seen[hour % WEEK] += number
    for first in days:
        for hour in known[bisect_left(known, first) : bisect_left(known, first + DAY)]:
            found[hour % WEEK] += counts[hour]
    rate = sum(found) / sum(seen)
    by_hour = [_blend(sum(found[h::DAY]), sum(seen[h::DAY]), rate) for h in range(DAY)]
    by_day = [
        _blend(sum(found[d : d + DAY]), sum(seen[d : d + DAY]), rate) / rate
        for d in range(0, WEEK, DAY)
    ]
    prior = (of_hour * of_day for of_day in by_day for of_hour in by_hour)
    return tuple(map(_blend, found, seen, prior))


def _blend(found: int, seen: int, prior: float) -> float:
    """A rate from what was found in so many hours, and what was believed before (a gamma prior)."""
    return (found + _BELIEF) / (seen + _BELIEF / prior)
