"""A newspaper with a planned week: 200 edits, 20 removals, 10 returns, and a day on which it answers 503.

It takes the arguments of `hourly_paper.py` and publishes twice as much. Edits are made when the looks after
an hour, six hours and a day can see them: no two lie between two looks, and none is behind the last. What has
changed in an article that comes back counts with its return.
"""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from changing_paper import BEFORE, DAY, HOUR, ChangingPaper, Fate
from hourly_paper import BY_HOUR, main, published

if TYPE_CHECKING:
    from collections.abc import Iterator

EDITS, REMOVALS, RETURNS, DAYS = 200, 20, 10, 7
OUTAGE = (3.2 * DAY, 4.2 * DAY)
BY_HOUR_PLANNED = tuple(2 * number for number in BY_HOUR)
#: Behind its publication an article is looked at within so long for the second and for the fourth time.
SECOND, FOURTH = 7.5 * HOUR, 26 * HOUR
#: Half of the articles that are gone come back.
GONE = ("returned", "removed", "returned", "quietly gone")
EDITED = (
    "silent edit",
    "stated edit",
    "noted edit",
    "undated edit",
    "quotes",
    "touched",
    "section",
)
#: Of so many articles one is gone, and one of so many that are there has a trouble of minutes or none at all.
ONE_GONE, ONE_LEFT_ALONE = 6, 12
NOTHING = Fate("nothing", is_revised=False)


def plan(first: float, length: int) -> dict[int, Fate]:
    """What becomes of the articles that are published in the week; of others nothing does."""
    begin = first + BEFORE
    times = enumerate(published(first, length, BY_HOUR_PLANNED))
    in_week = [(number, at - begin) for number, at in times if at > begin + HOUR]
    return dict(_fates(in_week))


def _fates(times: list[tuple[int, float]]) -> Iterator[tuple[int, Fate]]:
    edited, gone, calm = cycle(EDITED), cycle(GONE), cycle(("nothing", "gone for minutes"))
    edits = removals = 0
    for count, (number, at) in enumerate(times):
        seen = _edits_seen(at)
        if seen == 2 and count % ONE_GONE == 0 and removals < REMOVALS:
            removals += 1
            yield number, Fate(next(gone), is_revised=False)
        elif seen == 2 and count % ONE_LEFT_ALONE == 1:
            yield number, Fate(next(calm), is_revised=False)
        elif (made := min(seen, EDITS - edits)) > 0:
            edits += made
            yield number, Fate(next(edited), is_revised=made == 2)


def _edits_seen(at: float) -> int:
    """How many edits of an article that is published at this time of the week are seen one by one."""
    begin, end = OUTAGE
    is_calm = at + FOURTH < begin or at > end + HOUR
    if is_calm and at + FOURTH < DAYS * DAY:
        return 2
    is_seen_first = at + SECOND / 3 < begin or at > end + HOUR
    return int(is_seen_first and at + SECOND < DAYS * DAY)


class PlannedPaper(ChangingPaper):
    outage = OUTAGE
    by_hour = BY_HOUR_PLANNED
    listed = 20
    fates: dict[int, Fate] | None = None

    def fate(self, number: int) -> Fate:
        if PlannedPaper.fates is None:
            PlannedPaper.fates = plan(self.first, DAYS + 12)
        return PlannedPaper.fates.get(number, NOTHING)


if __name__ == "__main__":
    main(PlannedPaper)
