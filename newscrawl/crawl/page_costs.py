"""Which pages took far more CPU to read than most: their publishers' markup, or our reading, is at fault."""

from __future__ import annotations

import logging
import time
from bisect import insort
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: A page counts as dear that takes so many times the median, of so many pages at least, and so many seconds.
DEAR, MIN_PAGES, MIN_SECONDS = 20.0, 20, 0.2
#: The least value of a median, in seconds: the CPU clock of some machines moves in steps, and most brief
#: calls take 0 s by it.
MIN_MEDIAN = 0.001
#: Pages of which the median is taken, and pages that are named.
MAX_SAMPLES, MAX_NAMED = 1000, 20


@dataclass(frozen=True, slots=True)
class DearPage:
    """A page, the call that read it, and its CPU time beside the median of this call, in seconds."""

    url: str
    call: str
    seconds: float
    median: float


class PageCosts:
    """What reading took, by call, and the pages that took more than 20 times the median."""

    def __init__(self) -> None:
        self._samples: dict[str, list[float]] = {}
        self.dear: list[DearPage] = []

    def add(self, url: str, call: str, seconds: float) -> None:
        samples = self._samples.setdefault(call, [])
        if len(samples) >= MIN_PAGES and seconds >= MIN_SECONDS:
            median = max(samples[len(samples) // 2], MIN_MEDIAN)
            if seconds > DEAR * median and len(self.dear) < MAX_NAMED:
                self.dear.append(DearPage(url, call, round(seconds, 3), round(median, 4)))
                logger.warning(
                    "%s took %.1f s of CPU in %s, %.0f times the median",
                    url, seconds, call, seconds / median,
                )  # fmt: skip
        if len(samples) < MAX_SAMPLES:
            insort(samples, seconds)

    def stats(self) -> list[dict[str, str | float]]:
        """The dear pages as a crawl's stats have them."""
        return [asdict(page) for page in self.dear]


def timed(call: Callable[..., T], *args: object) -> tuple[T, float]:
    """What `call(*args)` returns, and the seconds of CPU that it took. Runs in a worker."""
    began = time.process_time()
    result = call(*args)
    return result, time.process_time() - began
