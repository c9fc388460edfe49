"""Which shingles are boilerplate? Those that many stories hold, of whom copies of one text are one.

Footers, consent walls and paywall notes stand in many stories of one paper; two hundred reprints of a wire
story are one story, and make none of its words a stop shingle. What a paper repeats in whole is boilerplate,
too: nobody prints one story eight times in a month.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The version of these rules.
STOPS_RULE = "stops/1"
#: Days that holders are counted in.
WINDOW_DAYS = 30.0
#: Stories of one source, articles of one source, and stories of all, from which a shingle tells nothing.
MAX_SOURCE_STORIES, MAX_SOURCE_ARTICLES, MAX_STORIES = 5, 8, 100


class Holder(NamedTuple):
    """An article that has a shingle: when it was seen first (days), its source and its story."""

    day: float
    article: str
    source: str
    story: int


def stop_since(holders: Sequence[Holder]) -> Holder | None:
    """The holder with which the shingle became boilerplate; None while it is none. Holders are sorted."""
    most = max(Counter(holder.source for holder in holders).values(), default=0)
    if most < MAX_SOURCE_STORIES and len(holders) <= MAX_STORIES:
        return None
    days = [holder.day for holder in holders]
    for n in range(MAX_SOURCE_STORIES - 1, len(holders)):
        recent = holders[bisect_left(days, days[n] - WINDOW_DAYS) : n + 1]
        if len(recent) >= MAX_SOURCE_STORIES and _is_stop(recent):
            return holders[n]
    return None


def _is_stop(holders: Sequence[Holder]) -> bool:
    of_source: dict[str, list[int]] = defaultdict(list)
    for holder in holders:
        of_source[holder.source].append(holder.story)
    for stories in of_source.values():
        if len(stories) >= MAX_SOURCE_ARTICLES or len(set(stories)) >= MAX_SOURCE_STORIES:
            return True
    return len({holder.story for holder in holders}) > MAX_STORIES
