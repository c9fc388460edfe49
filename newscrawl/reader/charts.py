"""The geometry of charts: bars for days, the usual band behind them, hatching where nothing was crawled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH, HEIGHT = 720, 150
#: Where the plot begins, and how much stands below it.
LEFT, BELOW, ABOVE = 44, 20, 8


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a chart: its value, None where it was not crawled yet; what is usual, if that is known."""

    day: str
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with what it stands for."""

    x: float
    y: float
    width: float
    height: float
    says: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn. `line` are the points of a line through all days that were crawled, zeros included."""

    bars: tuple[Box, ...]
    band: tuple[Box, ...]
    hatched: tuple[Box, ...]
    line: str
    ticks: tuple[tuple[float, str], ...]
    months: tuple[tuple[float, str], ...]
    width: int
    height: int
    left: int = LEFT


def days_of(
    counts: Mapping[str, float], *, first: str | None, last: date, number: int
) -> list[Day]:
    """The `number` days up to `last`: None before `first`, else the count, or zero."""
    out = []
    for back in range(number - 1, -1, -1):
        day = (last - timedelta(days=back)).isoformat()
        is_crawled = first is not None and day >= first
        out.append(Day(day, counts.get(day, 0) if is_crawled else None))
    return out


def chart(
    days: Sequence[Day],
    *,
    unit: str = "",
    top: float | None = None,
    width: int = WIDTH,
    height: int = HEIGHT,
) -> Chart:
    """Draw these days; `top` is the largest value of the scale, by default that of the days."""
    largest = top or _rounded(max((max(d.value or 0, d.high or 0) for d in days), default=0))
    step, plot = (width - LEFT) / max(1, len(days)), height - BELOW - ABOVE
    bars, band, points = [], [], []
    for n, day in enumerate(days):
        x = LEFT + n * step
        if day.low is not None and day.high is not None:
            y = _y(day.high, largest, plot)
            band.append(Box(x, y, step, max(1.0, _y(day.low, largest, plot) - y)))
        if day.value is None:
            continue
        y = _y(day.value, largest, plot)
        says = f"{day.day}: {day.value:,.6g}{unit}"
        if day.low is not None:
            says += f" (usually {day.low:g} to {day.high:g})"
        bars.append(Box(x + step * 0.12, y, step * 0.76, ABOVE + plot - y, says))
        points.append(f"{x + step / 2:.1f},{y:.1f}")
    return Chart(
        tuple(bars), tuple(band), tuple(_hatched(days, step, plot)), " ".join(points),
        tuple((_y(v, largest, plot), f"{v:,.6g}{unit}") for v in (0, largest / 2, largest)),
        tuple(_months(days, step)), width, height,
    )  # fmt: skip


def _hatched(days: Sequence[Day], step: float, plot: float) -> list[Box]:
    out, at = [], 0
    for is_missing, some in groupby(days, key=lambda day: day.value is None):
        size = len(list(some))
        if is_missing:
            says = "not crawled yet, or nothing known"
            out.append(Box(LEFT + at * step, ABOVE, size * step, plot, says))
        at += size
    return out


def _months(days: Sequence[Day], step: float) -> list[tuple[float, str]]:
    """Labels below: the first day, and each month that has room."""
    out: list[tuple[float, str]] = []
    for n, day in enumerate(days):
        x = LEFT + n * step
        if n and not (day.day.endswith("-01") and x > out[-1][0] + 76 and len(days) - n > 8):
            continue
        out.append((x, date.fromisoformat(day.day).strftime("%b %Y" if n else "%-d %b %Y")))
    return out


def _y(value: float, largest: float, plot: float) -> float:
    return ABOVE + plot - plot * min(value, largest) / largest


def _rounded(value: float) -> float:
    """The next of 2, 4, 10, 20, 40, 100, ..."""
    scale = 1.0
    while True:
        for digit in (2, 4, 10):
            if value <= digit * scale:
                return digit * scale
        scale *= 10
