"""How often does a feed, sitemap or front page announce something new, by the hour of the day?

What is new is counted by hour, and forgotten with a half-life of a week. From the counts follows how
many new entries are to be expected until a moment to come; the next poll is when that is a quarter of
one. So a feed is polled often while it publishes, rarely at night, and hardly ever once it is silent.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HOUR, DAY = 3600.0, 86_400.0

#: Seconds after which what was seen counts half.
HALF_LIFE = 7 * DAY
#: New entries that are expected when it is time to look: an entry then waits for a quarter of the time
#: between two, for which a feed is asked four times.
EXPECTED = 0.25
#: What is believed of a feed before anything is known: one new entry an hour, as if seen for so many days.
_PRIOR_RATE, _PRIOR_DAYS = 1.0, 0.1
#: A feed's oldest entries say nothing of its rhythm: some keep one on top for years.
_LONGEST_PAST = 14 * DAY


@dataclass(frozen=True, slots=True)
class PublicationRate:
    """What has been seen of one feed until `at` (seconds since the epoch).

    `hours` are 24 numbers, of new entries by hour of the day (UTC), `days` is the time over which they
    were seen; both are weighted by age. `newest` is the latest publication that was counted.
    """

    at: float
    days: float
    hours: tuple[float, ...]
    newest: float

    @classmethod
    def first(cls, times: Sequence[float], *, now: float) -> PublicationRate:
        """From the first poll: `times` of publication that entries state; what states none may be old."""
        past = [t for t in times if now - _LONGEST_PAST <= t <= now]
        began = min(past, default=now)
        return cls(began, 0.0, (0.0,) * 24, began - 1)._passed(now)._counted(past)

    def then(self, times: Sequence[float], undated: int, *, now: float) -> PublicationRate:
        """After another poll: what entries state, and the number of new ones that state nothing."""
        now = max(now, self.at)
        new = [t for t in times if self.newest < t <= now]
        later = self._passed(now)._counted(new)
        return later._spread(undated, since=self.at) if undated else later

    def next_poll(
        self, *, now: float, shortest: float, longest: float, asked: float | None = None
    ) -> float:
        """When to poll again; `shortest` and `longest` bound the wait, in seconds.

        `asked` is the wait that the server or the feed itself asks for (Cache-Control, ttl,
        sy:updatePeriod): at least that, within `longest`.
        """
        shortest = max(shortest, min(asked or 0.0, longest))
        return now + min(max(self._wait(now, longest), shortest), longest)

    def to_json(self) -> str:
        rounded = [round(count, 3) for count in self.hours]
        return json.dumps([round(self.at), round(self.days, 3), round(self.newest), rounded])

    @classmethod
    def from_json(cls, text: str) -> PublicationRate:
        """What `to_json` wrote. Raises ValueError for anything else."""
        try:
            at, days, newest, hours = json.loads(text)
            rhythm = cls(float(at), float(days), tuple(map(float, hours)), float(newest))
        except TypeError as error:
            raise ValueError(f"not a rhythm: {text[:80]}") from error
        if len(rhythm.hours) != 24:
            raise ValueError(f"not a rhythm: {text[:80]}")
        return rhythm

    def _wait(self, now: float, longest: float) -> float:
        """Seconds until so much of an entry is expected, or somewhat more than `longest`."""
        waited = expected = 0.0
        while waited <= longest:
            step = HOUR - (now + waited) % HOUR
            rate = self._rate(now + waited) / HOUR
            if expected + rate * step >= EXPECTED:
                return waited + (EXPECTED - expected) / rate
            waited, expected = waited + step, expected + rate * step
        return waited

    def _rate(self, moment: float) -> float:
        """New entries in an hour at this time of the day; hours beside it count half."""
        hour = _hour(moment)
        near = (self.hours[hour - 1] + self.hours[(hour + 1) % 24]) / 4 + self.hours[hour] / 2
        return (near + _PRIOR_RATE * _PRIOR_DAYS) / (self.days + _PRIOR_DAYS)

    def _passed(self, now: float) -> PublicationRate:
        """The same, seen for longer, with older things counting less."""
        kept = 0.5 ** ((now - self.at) / HALF_LIFE)
        # The integral of the weights over the time that has passed.
        passed = HALF_LIFE / DAY / math.log(2) * (1 - kept)
        hours = tuple(count * kept for count in self.hours)
        return PublicationRate(now, self.days * kept + passed, hours, self.newest)

    def _counted(self, times: Sequence[float]) -> PublicationRate:
        hours = list(self.hours)
        for moment in times:
            hours[_hour(moment)] += 0.5 ** ((self.at - moment) / HALF_LIFE)
        return PublicationRate(self.at, self.days, tuple(hours), max([self.newest, *times]))

    def _spread(self, number: int, *, since: float) -> PublicationRate:
        """Entries that appeared at some time since then."""
        steps = max(1, min(24, round((self.at - since) / HOUR)))
        hours = list(self.hours)
        for step in range(steps):
            hours[_hour(self.at - step * HOUR)] += number / steps
        return PublicationRate(self.at, self.days, tuple(hours), self.newest)


def _hour(moment: float) -> int:
    return int(moment // HOUR) % 24
