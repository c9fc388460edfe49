"""SourceRules that publish by chance, with a rhythm of day and week; hours are numbered from 0."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

DAY, WEEK = 24, 168


@dataclass(frozen=True)
class Paper:
    """`a_day` articles on the average; `uneven` is how much the days differ beyond chance."""

    a_day: float
    seed: int = 0
    night: float = 0.9
    weekend: float = 0.4
    uneven: float = 0.3
    #: Hours between two crawls: what is published in between is captured at once.
    crawled_every: int = 1

    def articles(self, days: int) -> dict[int, int]:
        """Captured articles by hour."""
        rng = random.Random(self.seed)
        week = self._week(rng)
        found: dict[int, int] = {}
        for day in range(days):
            that_day = rng.lognormvariate(-(self.uneven**2) / 2, self.uneven)
            for hour in range(day * DAY, day * DAY + DAY):
                if number := _poisson(rng, week[hour % WEEK] * that_day):
                    captured = hour + -hour % self.crawled_every
                    found[captured] = found.get(captured, 0) + number
        return found

    def _week(self, rng: random.Random) -> list[float]:
        peak = rng.random() * DAY
        week = [
            (1 + self.night * math.cos((hour % DAY - peak) / DAY * 2 * math.pi))
            * (self.weekend if hour // DAY >= 5 else 1)
            for hour in range(WEEK)
        ]
        return [each * 7 * self.a_day / sum(week) for each in week]


def before(counts: dict[int, int], hour: int) -> dict[int, int]:
    return {h: n for h, n in counts.items() if h < hour}


def _poisson(rng: random.Random, mean: float) -> int:
    if mean > 30:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, number, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        number, product = number + 1, product * rng.random()
    return number
