"""Fields that are lost, pages that are refused, feeds that are gone; and what is none of that."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.baselines import (
    FIELDS,
    OLD,
    Ends,
    Hub,
    health,
    lacks,
    lost_fields,
    refused,
    when_lost,
)  # fmt: skip
from newscrawl.baselines.binomial_tail import at_least
from newscrawl.items import Article, Capture

NONE, AUTHOR = 0, FIELDS["author"]
HOUR = 3600.0


def articles(*spells: tuple[int, float], seed: int = 0) -> list[tuple[int, dict[int, int]]]:
    """An article every two hours: so many, a share of them without author; one spell after another."""
    rng = random.Random(seed)
    return [
        (2 * hour, {AUTHOR if rng.random() < share else NONE: 1})
        for hour, share in enumerate(share for number, share in spells for _ in range(number))
    ]


def test_a_field_that_is_gone_is_noticed_after_ten_articles() -> None:
    hours = articles((300, 0.05), (10, 1.0))
    [lost] = lost_fields(hours)
    assert (lost.field, lost.lacking, lost.number, lost.since) == ("author", 10, 10, 600)
    assert lost.usual == pytest.approx(0.05, abs=0.03)
    assert list(lost_fields(articles((300, 0.05), (5, 1.0)))) == []


def test_a_lost_field_stays_an_alarm_for_a_week() -> None:
    for days in range(1, 8):
        assert len(list(lost_fields(articles((300, 0.05), (12 * days, 1.0))))) == 1
    assert list(lost_fields(articles((300, 0.05), (12 * 30, 1.0)))) == []


def test_a_field_that_is_gone_in_part_is_noticed_later() -> None:
    def noticed(number: int) -> list[int]:
        found = [list(lost_fields(articles((400, 0.1), (number, 0.6), seed=s))) for s in range(20)]
        return [lost.since for each in found for lost in each]

    assert len(noticed(12)) <= 8
    since = noticed(40)
    assert len(since) >= 17
    assert all(abs(hour - 800) <= 30 for hour in since)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.2, 0.5, 0.8, 1.0])
def test_a_share_that_stays_is_no_alarm(share: float) -> None:
    wrong = sum(bool(list(lost_fields(articles((440, share), seed=s)))) for s in range(150))
    assert wrong <= 1


def test_a_paper_whose_sundays_have_no_authors_is_no_alarm() -> None:
    days = [(20, 0.1)] * 6 + [(12, 1.0)]
    weeks = articles(*(days * 6))
    assert list(lost_fields(weeks)) == []


def test_without_enough_past_nothing_is_lost() -> None:
    assert list(lost_fields(articles((20, 0.0), (10, 1.0)))) == []
    assert list(lost_fields([])) == []


def test_what_an_article_lacks() -> None:
    whole = Article(published_at="2026-05-20", authors=("A",), body="text " * 100)
    assert lacks(whole) == 0
    assert lacks(Article(published_at="2026-05-20", credit=("dpa",), body="text " * 100)) == 0
    assert lacks(Article(body="Two words.")) == sum(FIELDS.values())
    capture = Capture("w", 0, 1, "r", "d", "2026-05-24T23:59:59.000000Z", 200)
    assert lacks(replace(whole, capture=capture)) == OLD
    assert lacks(replace(whole, capture=capture, published_at="2026-05-21T00:00:00+02:00")) == 0


def test_refusals_that_are_new_are_an_alarm() -> None:
    found = refused(Ends(40, {"http-403": 30, "bot-wall": 4}), Ends(900, {"http-403": 9}))
    assert found is not None
    assert (found.refused, found.number, found.usual) == (34, 40, 0.01)
    assert list(found.causes) == ["http-403", "bot-wall"]
    assert refused(Ends(40, {"http-403": 2}), Ends(900, {"http-403": 9})) is None
    # A slow paper: three days, four URLs.
    assert refused(Ends(4, {"http-403": 4}), Ends(40, {})) is not None
    assert refused(Ends(2, {"http-403": 2}), Ends(40, {})) is None


def test_refusals_that_always_were_are_none_but_for_a_closed_door() -> None:
    assert refused(Ends(50, {"http-401": 25}), Ends(500, {"http-401": 240})) is None
    assert refused(Ends(50, {"robots": 50}), Ends(0, {})) is not None
    assert refused(Ends(50, {"robots": 50}), Ends(900, {"robots": 890})) is not None
    assert refused(Ends(5, {"robots": 5}), Ends(0, {})) is None


@given(st.integers(0, 60), st.integers(1, 60), st.integers(0, 300), st.integers(0, 300))
def test_tails_are_probabilities(found: int, number: int, before: int, more: int) -> None:
    found = min(found, number)
    chance = at_least(found, number, before=before, of=before + more)
    assert -1e-9 <= chance <= 1 + 1e-6
    assert at_least(0, number, before=before, of=before + more) == pytest.approx(1)


def test_a_tail_of_a_known_share_is_nearly_binomial() -> None:
    # 3 or more of 10 at one in ten: 0.0702.
    assert at_least(3, 10, before=100_000, of=1_000_000) == pytest.approx(0.0702, abs=2e-4)


def hub(outcome: str | None, cause: str | None = None, detail: str | None = None, **more) -> Hub:
    given = {"added": 0.0, "settled": 100 * HOUR, "good": (50 * HOUR, 51 * HOUR, 52 * HOUR), **more}
    return Hub("https://paper.example/feed", "feed", outcome=outcome, cause=cause, detail=detail,
               **given)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (hub("links"), "fine"),
        (hub("links", detail="an undeclared entity"), "faulty"),
        (hub("miss", "unchanged"), "fine"),
        (hub("miss", "no-links", "empty feed"), "empty"),
        (hub("miss", "not-a-list", "html where a feed was announced"), "broken"),
        (hub("miss", "moved", "https://paper.example/rss"), "moved"),
        (hub("miss", "http-403", "status 403"), "refused"),
        (hub("miss", "http-4xx", "status 429", status=429), "refused"),
        (hub("miss", "bot-wall"), "refused"),
        (hub("miss", "robots"), "refused"),
        (hub("miss", "http-410"), "gone"),
        (hub("miss", "dns"), "failing"),
        (hub(None), "unasked"),
    ],
)
def test_health_of_a_feed(given: Hub, state: str) -> None:
    assert health(given).state == state


def test_feeds_are_lost_when_all_are_and_for_longer_than_they_rest() -> None:
    dead, late = hub("miss", "http-404"), hub("miss", "http-5xx", good=(48 * HOUR, 52 * HOUR))
    assert when_lost([dead], now=59 * HOUR) == 52 * HOUR
    assert when_lost([dead], now=57 * HOUR) is None
    # Polled every four hours: sixteen hours without an answer are nothing.
    assert when_lost([dead, late], now=67 * HOUR) is None
    assert when_lost([dead, late], now=69 * HOUR) == 52 * HOUR
    assert when_lost([dead, hub("links")], now=500 * HOUR) is None
    assert when_lost([hub("miss", "moved", "there")], now=500 * HOUR) is None
    assert when_lost([], now=60 * HOUR) is None


def test_a_feed_that_never_was_good_is_no_loss() -> None:
    never = hub("miss", "http-404", good=())
    assert when_lost([never], now=500 * HOUR) is None
    assert when_lost([never, hub("miss", "http-404")], now=60 * HOUR) == 52 * HOUR
    # An HTML page is answered well, and is no feed.
    html = hub("miss", "not-a-list", "html where a feed was announced")
    assert when_lost([html], now=500 * HOUR) is None
    html = hub("miss", "not-a-list", "html where a feed was announced", new=30 * HOUR)
    assert when_lost([html], now=60 * HOUR) == 30 * HOUR
