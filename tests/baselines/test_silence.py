"""Simulated papers: hardly a false alarm, and an outage is noticed in the time that the rhythm allows."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated_papers import DAY, WEEK, Paper, before

from newscrawl.baselines import few, silence, usual, usual_range
from newscrawl.baselines.outage import LEAST

RATES = (0.5, 1, 3, 10, 40, 200)
#: A check every eight hours, in the last four weeks of thirteen.
PAST, DAYS = 9 * 7, 13 * 7


def alarms(paper: Paper) -> int:
    """Days on which one of three checks raises an alarm."""
    counts = paper.articles(DAYS)
    checks = [[day * DAY + hour for hour in (5, 13, 21)] for day in range(PAST, DAYS)]
    known = [[(before(counts, hour), hour) for hour in hours] for hours in checks]
    return sum(any(silence(c, h) or few(c, h) for c, h in each) for each in known)


@pytest.mark.parametrize("a_day", RATES)
def test_false_alarms_are_rarer_than_one_day_in_a_hundred(a_day: float) -> None:
    papers = [Paper(a_day, seed) for seed in range(8)]
    papers += [Paper(a_day, seed, weekend=0) for seed in range(4)]
    papers += [Paper(a_day, seed, crawled_every=6) for seed in range(4)]
    assert sum(map(alarms, papers)) <= 0.01 * len(papers) * (DAYS - PAST)


def hours_until_noticed(paper: Paper, stop: int, longest: int) -> int:
    counts = before(paper.articles(DAYS), stop)
    return next((n for n in range(longest) if silence(counts, stop + n)), longest)


@pytest.mark.parametrize(("a_day", "hours"), [(10, 24), (40, 12), (200, 6)])
def test_an_outage_of_a_busy_paper_is_noticed_within_hours(a_day: float, hours: int) -> None:
    took = [hours_until_noticed(Paper(a_day, s), PAST * DAY + 7 * s, 72) for s in range(10)]
    assert statistics.median(took) <= hours
    assert max(took) <= 2 * hours


@pytest.mark.parametrize("a_day", [0.5, 1, 3])
def test_an_outage_of_a_slow_one_is_noticed_within_some_of_its_gaps(a_day: float) -> None:
    gap = DAY / a_day
    took = [
        hours_until_noticed(Paper(a_day, s), PAST * DAY + 7 * s, 21 * round(gap)) for s in range(10)
    ]
    assert statistics.median(took) <= 10 * gap
    assert max(took) <= 20 * gap
    # And a gap that it often has is none.
    assert min(took) > gap


def test_a_paper_that_publishes_once_a_day_is_not_silent_at_noon() -> None:
    counts = {day * DAY + 18: 3 for day in range(70)}
    for hour in range(69 * DAY + 19, 70 * DAY + 24):
        assert silence(before(counts, hour), hour) is None
    stopped = before(counts, 66 * DAY)
    found = next(h for h in range(66 * DAY, 72 * DAY) if silence(stopped, h))
    assert 66 * DAY + 18 < found <= 68 * DAY


def test_an_hour_that_has_just_begun_does_not_count() -> None:
    counts = dict.fromkeys(range(70 * DAY), 100)  # all fetched at the end of the hour
    assert silence(counts, 70 * DAY) is None
    assert silence(counts, 70 * DAY + 1) is not None


def test_an_alarm_says_since_when_and_how_many_were_expected() -> None:
    paper = Paper(40, 3)
    stop = PAST * DAY + 9
    counts = before(paper.articles(DAYS), stop)
    found = silence(counts, stop + 2 * DAY)
    assert found is not None
    assert found.since == max(counts)
    assert found.expected == pytest.approx(80, rel=0.4)
    # It does not end because the silence itself becomes the past.
    assert silence(counts, stop + 26 * WEEK) is not None


def test_past_outages_and_backlogs_do_not_hide_a_new_one() -> None:
    counts = Paper(20, 5).articles(PAST)
    for begin, end in ((20, 22), (41, 45)):
        counts = {h: n for h, n in counts.items() if not begin * DAY <= h < end * DAY}
    counts[30 * DAY + 3] = 5000
    known = usual(counts, PAST * DAY)
    assert known is not None
    assert known.between(PAST * DAY, PAST * DAY + WEEK) == pytest.approx(140, rel=0.25)
    assert silence(counts, PAST * DAY + 30) is not None


def test_next_to_nothing_is_an_alarm_too() -> None:
    stop = 10 * WEEK
    counts = Paper(100, 1).articles(DAYS)
    fewer = {h: n if h < stop else n // 12 for h, n in counts.items()}
    fewer[stop + 40] = 2
    found = few(before(fewer, stop + 49), stop + 49)
    assert found is not None
    assert found.found < 0.2 * found.expected
    assert few(before(counts, stop + 49), stop + 49) is None


def test_without_enough_past_there_is_no_alarm() -> None:
    counts = Paper(100, 2).articles(27)
    assert usual(counts, 27 * DAY) is None
    assert silence(counts, 40 * DAY) is None
    assert few(counts, 27 * DAY) is None
    assert usual_range(counts, 27 * DAY) is None
    once = {5: 800}  # a crawl by hand
    assert silence(once, 400 * DAY) is None


def test_the_usual_is_that_of_the_weekday_and_hour() -> None:
    # Ten on workdays, one on Saturdays and Sundays, all at noon.
    counts = {day * DAY + 12: 10 if day % 7 < 5 else 1 for day in range(70)}
    monday, sunday = 70 * DAY + 13, 69 * DAY + 13
    on_monday, on_sunday = usual_range(counts, monday), usual_range(counts, sunday)
    assert on_monday is not None and on_sunday is not None
    assert (on_monday.low, on_monday.middle, on_monday.high) == (10, 10, 10)
    assert on_sunday.middle == 1
    known = usual(counts, monday)
    assert known is not None
    assert known.rate(70 * DAY + 12) > 8
    assert known.rate(70 * DAY + 3) < 0.5


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.integers(0, 90 * DAY), st.integers(1, 500), max_size=60),
    st.integers(0, 200 * DAY),
)
def test_any_past_gives_an_answer(counts: dict[int, int], now: int) -> None:
    found = silence(counts, now)
    assert found is None or (found.since <= now and found.expected >= LEAST)
    few(counts, now)
    usual_range(counts, now)
