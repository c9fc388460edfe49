"""When is a feed polled again? By what it has announced, within bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.crawl.poll_rate import PublicationRate
from newscrawl.crawl.revisit_ages import next_revisit

HOUR, DAY = 3600.0, 86_400.0
#: A midnight (UTC).
MIDNIGHT = 20_000 * DAY
BOUNDS = {"shortest": 300.0, "longest": 6 * HOUR}


def by_day(per_hour: int, *, until: float) -> list[float]:
    """Two weeks of a paper that publishes from 8 to 20 o'clock."""
    return [
        day + hour * HOUR + n * HOUR / per_hour
        for day in (until - d * DAY for d in range(14, 0, -1))
        for hour in range(8, 20)
        for n in range(per_hour)
    ]


def wait(rhythm: PublicationRate, now: float, **more: float) -> float:
    return rhythm.next_poll(now=now, **BOUNDS | more) - now


def test_often_while_it_publishes_and_rarely_at_night() -> None:
    busy = PublicationRate.first(by_day(4, until=MIDNIGHT), now=MIDNIGHT)
    assert wait(busy, MIDNIGHT + 12 * HOUR) == 300
    assert wait(busy, MIDNIGHT + 22 * HOUR) > 2 * HOUR
    # Not beyond the time when it begins again.
    assert wait(busy, MIDNIGHT + 4 * HOUR) < 4.2 * HOUR
    slow = PublicationRate.first(by_day(1, until=MIDNIGHT), now=MIDNIGHT)
    assert 12 * 60 < wait(slow, MIDNIGHT + 12 * HOUR) < 20 * 60


def test_what_becomes_silent_is_polled_ever_less() -> None:
    rhythm, now = (
        PublicationRate.first(by_day(4, until=MIDNIGHT), now=MIDNIGHT),
        MIDNIGHT + 12 * HOUR,
    )
    waits = []
    for _ in range(30):
        waits.append(wait(rhythm, now))
        now += DAY
        rhythm = rhythm.then([], 0, now=now)
    assert waits == sorted(waits)
    assert waits[-1] > 10 * waits[0]


def test_entries_without_a_time_count_when_they_are_new() -> None:
    silent = PublicationRate.first([], now=MIDNIGHT)
    now = MIDNIGHT
    busy = silent
    for _ in range(7 * 24):
        now += HOUR
        silent, busy = silent.then([], 0, now=now), busy.then([], 3, now=now)
    assert wait(busy, now) == 300
    assert wait(silent, now) == 6 * HOUR


def test_an_entry_counts_once_however_often_it_is_listed() -> None:
    times = by_day(1, until=MIDNIGHT)
    once = PublicationRate.first(times, now=MIDNIGHT)
    again = once.then(times, 0, now=MIDNIGHT + 1)
    assert sum(again.hours) <= sum(once.hours)


@pytest.mark.parametrize(("asked", "least"), [(1800.0, 1800.0), (DAY, 6 * HOUR), (60.0, 300.0)])
def test_what_the_feed_asks_for_is_kept_within_the_longest_wait(asked: float, least: float) -> None:
    busy = PublicationRate.first(by_day(20, until=MIDNIGHT), now=MIDNIGHT)
    assert wait(busy, MIDNIGHT + 12 * HOUR, asked=asked) == least


@given(
    st.lists(st.floats(-1e12, 1e12), max_size=30),
    st.integers(0, 10_000),
    st.floats(0, 400 * DAY),
    st.floats(0, DAY),
)
def test_always_within_the_bounds_and_kept_as_it_is(
    times: list[float], undated: int, later: float, asked: float
) -> None:
    now = MIDNIGHT + later
    rhythm = PublicationRate.first(times, now=MIDNIGHT).then(times, undated, now=now)
    assert 299.9 <= wait(rhythm, now, asked=asked) <= 6 * HOUR + 0.1
    kept = PublicationRate.from_json(rhythm.to_json())
    assert wait(kept, now) == pytest.approx(wait(rhythm, now), rel=0.05, abs=5)


@pytest.mark.parametrize(
    "text", ["", "{}", "[1, 2]", "[1, 2, 3, null]", '["a", 1, 1, []]', "[1, 1, 1, [1]]"]
)
def test_what_is_no_rhythm_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        PublicationRate.from_json(text)


def test_an_article_is_seen_again_at_its_ages() -> None:
    ages = (HOUR, 6 * HOUR, DAY)
    assert next_revisit(0, ages, now=0) == HOUR
    # The look that was meant for an hour comes a little early, or late.
    assert next_revisit(0, ages, now=HOUR - 1) == 6 * HOUR
    assert next_revisit(0, ages, now=HOUR + 60) == 6 * HOUR
    assert next_revisit(0, ages, now=7 * HOUR) == DAY
    assert next_revisit(0, ages, now=DAY) is None
    assert next_revisit(0, (), now=0) is None
