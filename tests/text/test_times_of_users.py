"""One grammar for `--since`, `--until` and the like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from newscrawl.errors import UsageError
from newscrawl.text.timespec import Span, interval, span

NOW = datetime(2026, 5, 20, 12, 30, 15, tzinfo=timezone(timedelta(hours=2)))


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2026-05-19", at(2026, 5, 19), at(2026, 5, 20)),
        ("2026-05", at(2026, 5, 1), at(2026, 6, 1)),
        ("2026-12", at(2026, 12, 1), at(2027, 1, 1)),
        ("2026", at(2026, 1, 1), at(2027, 1, 1)),
        ("today", at(2026, 5, 20), at(2026, 5, 21)),
        ("Yesterday", at(2026, 5, 19), at(2026, 5, 20)),
        ("7d", at(2026, 5, 13, 10, 30, 15), at(2026, 5, 13, 10, 30, 15)),
        ("12h", at(2026, 5, 19, 22, 30, 15), at(2026, 5, 19, 22, 30, 15)),
        ("1.5h", at(2026, 5, 20, 9, 0, 15), at(2026, 5, 20, 9, 0, 15)),
        ("2w", at(2026, 5, 6, 10, 30, 15), at(2026, 5, 6, 10, 30, 15)),
        ("2026-05-19T12:30", at(2026, 5, 19, 12, 30), at(2026, 5, 19, 12, 31)),
        ("2026-05-19 12:30:05", at(2026, 5, 19, 12, 30, 5), at(2026, 5, 19, 12, 30, 6)),
        ("2026-05-19T12:30:05Z", at(2026, 5, 19, 12, 30, 5), at(2026, 5, 19, 12, 30, 6)),
        ("2026-05-19T12:30+02:00", at(2026, 5, 19, 10, 30), at(2026, 5, 19, 10, 31)),
        ("2026-05-19 12:30 -0530", at(2026, 5, 19, 18, 0), at(2026, 5, 19, 18, 1)),
        ("2024-02-29", at(2024, 2, 29), at(2024, 3, 1)),
    ],
)
def test_what_a_time_means(text, begin, end):
    found = interval(text, "--since", now=NOW)
    assert (found.begin, found.end) == (begin, end)


@pytest.mark.parametrize(
    "text",
    ["soon", "7", "0d", "-7d", "2026-13", "2026-02-30", "19.05.2026", "12:00", "", "2026-05-19T25:00",
     "20260519", "99999d", "2026-05-19T12", "9999"],
)  # fmt: skip
def test_anything_else_is_one_clear_mistake(text):
    with pytest.raises(UsageError, match=f"^--until {text}: not a date or time"):
        interval(text, "--until", now=NOW)


def test_the_last_day_of_a_span_is_in_it():
    day = at(2026, 5, 19), at(2026, 5, 20)
    assert span("2026-05-19", "2026-05-19", now=NOW) == Span(*day)
    assert span("yesterday", "yesterday", now=NOW) == Span(*day)
    assert span(None, "2026-05", now=NOW) == Span(None, at(2026, 6, 1))
    assert span("", "", now=NOW) == Span()


def test_a_span_that_ends_before_it_begins_is_a_mistake():
    with pytest.raises(UsageError, match=r"^--until 2026-05-18: not after --since 2026-05-19"):
        span("2026-05-19", "2026-05-18", now=NOW)
