"""Has a source gone silent, or nearly so?

A gap is measured by the articles that were to be expected within it, so that nights, Sundays and slow
papers need no rules of their own. It is an alarm where it is longer than chance allows, and longer than
the gaps that this source is known to have: some publish once a day, all at once.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.baselines.baseline import DAY, Usual, total, usual

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: Articles that have to be overdue at least; of a paper with one a day that is about a week.
LEAST = 6.0
#: How much longer than the longest gap of nineteen days in twenty.
LONGER = 1.75
#: Nearly silent is what publishes, in so many hours, less than this part of what it did at its lowest,
_SPAN, _PART = 2 * DAY, 0.4
#: where chance would do it in one case of so many.
_CHANCE = 1e-5


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing since the hour `since`, where `expected` articles would have been usual."""

    since: int
    expected: float


@dataclass(frozen=True, slots=True)
class Few:
    """`found` articles since the hour `since`, where `expected` would have been usual."""

    since: int
    found: int
    expected: float


def silence(counts: Mapping[int, int], now: int) -> Silence | None:
    """The alarm that nothing came for too long. None also where too little is known.

    `now` is the hour that has begun: it is not counted, for what it brings may come at its end.
    """
    last = _last_hour(counts, now)
    if last is None or now <= last + 1:
        return None
    known = usual(counts, last + 1)
    if known is None:
        return None
    expected = known.between(last + 1, now)
    if expected * known.caution < LEAST:
        return None
    bound = max(LEAST, LONGER * _longest_of_usual_days(counts, known))
    return Silence(last, expected) if expected * known.caution >= bound else None


def few(counts: Mapping[int, int], now: int) -> Few | None:
    """The alarm that next to nothing came in two days, after better times."""
    since = now - _SPAN
    hours = sorted(counts)
    found = total(counts, hours, since, now)
    # No two days of a week have so much more than two days on the average.
    if not found or found > _SPAN * _mean(counts, hours, since):
        return None
    known = usual(counts, since)
    if known is None:
        return None
    expected = known.between(since, now)
    if found > expected * _PART:
        return None
    parts = sorted(
        total(counts, hours, day, day + _SPAN) / known.between(day, day + _SPAN)
        for day in known.days
        if day + DAY in known.days
    )
    lowest = parts[len(parts) // 20] if parts else 0.0
    unlikely = _at_most(found, expected * min(lowest, 1.0)) < _CHANCE
    return Few(since, found, expected) if found < expected * lowest * _PART and unlikely else None


def _last_hour(counts: Mapping[int, int], now: int) -> int | None:
    """The last hour up to `now` that had an article."""
    hours = sorted(counts)
    for hour in reversed(hours[: bisect_right(hours, now)]):
        if counts[hour]:
            return hour
    return None


def _mean(counts: Mapping[int, int], hours: Sequence[int], until: int) -> float:
    """Articles an hour before `until`."""
    return total(counts, hours, 0, until) / max(until - hours[0], 1)


def _longest_of_usual_days(counts: Mapping[int, int], known: Usual) -> float:
    """What was the longest gap, up to then, on a day: the value that one day in twenty exceeds."""
    hours = sorted(hour for hour, number in counts.items() if number)
    longest = sorted(_longest_by_day(hours, known))
    return longest[-1 - len(longest) // 20] if longest else 0.0


def _longest_by_day(hours: Sequence[int], known: Usual) -> Iterator[float]:
    at, last, previous = 0, 0, -2 * DAY
    for day in known.days:
        if day != previous + DAY:
            last = day  # what came before was no usual day
        previous, longest = day, 0.0
        while at < len(hours) and hours[at] < day + DAY:
            if hours[at] >= day:
                longest = max(longest, known.between(last, hours[at]))
                last = hours[at] + 1
            at += 1
        yield max(longest, known.between(last, day + DAY))


def _at_most(found: int, mean: float) -> float:
    """The chance that no more than `found` come where `mean` are usual (Poisson)."""
    if mean <= 0:
        return 1.0
    return sum(math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) for n in range(found + 1))
