"""Which moment a string names, and how much of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.text.context import context_of
from newscrawl.text.dates import parse

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "text", "precision"),
    [
        ("2026-03-09", "2026-03-09", "day"),
        ("2026-03-09T19:30", "2026-03-09T19:30:00", "minute"),
        ("2026-03-09T19:30:05Z", "2026-03-09T19:30:05+00:00", "second"),
        ("2026-03-05T23:30:00-05:00", "2026-03-05T23:30:00-05:00", "second"),
        ("2026-03-09 19:30:00.123+0530", "2026-03-09T19:30:00+05:30", "second"),
        ("2026-03-09T19:30:5Z", "2026-03-09T19:30:05+00:00", "second"),
        ("20260309T193000Z", "2026-03-09T19:30:00+00:00", "second"),
        ("1773084600", "2026-03-09T19:30:00+00:00", "second"),
        ("1773084600000", "2026-03-09T19:30:00+00:00", "second"),
        ("Mon, 09 Mar 2026 19:30:00 +0100", "2026-03-09T19:30:00+01:00", "second"),
        ("March 9, 2026, 7:30 p.m. ET", "2026-03-09T19:30:00-04:00", "minute"),
        ("Jan 9, 2026 7:30 PM EST", "2026-01-09T19:30:00-05:00", "minute"),
        ("9.3.2026, 19:30 Uhr MESZ", "2026-03-09T19:30:00+02:00", "minute"),
        ("09.03.2026, 19.30 Uhr", "2026-03-09T19:30:00", "minute"),
        ("9 March 2026 at 19:30 GMT+2", "2026-03-09T19:30:00+02:00", "minute"),
        ("9. März 2026", "2026-03-09", "day"),
        ("le 9 mars 2026 à 19h30", "2026-03-09T19:30:00", "minute"),
        ("9 de marzo de 2026", "2026-03-09", "day"),
        ("9 maart 2026 19:30", "2026-03-09T19:30:00", "minute"),
        ("9 марта 2026, 19:30", "2026-03-09T19:30:00", "minute"),
        ("9 مارس 2026", "2026-03-09", "day"),
        ("٩ مارس ٢٠٢٦", "2026-03-09", "day"),
        ("2026年3月9日 19時30分", "2026-03-09T19:30:00", "minute"),
        ("2026. 3. 9. 오후 7:30", "2026-03-09T19:30:00", "minute"),
        ("8.05am, Wednesday 20 May 2026", "2026-05-20T08:05:00", "minute"),
        ("31/12/2025", "2025-12-31", "day"),
        ("2026. március 9. 19:30", "2026-03-09T19:30:00", "minute"),
        ("2026 m. kovo 9 d. 19:30", "2026-03-09T19:30:00", "minute"),
        ("9 มี.ค. 2569 19:30 น.", "2026-03-09T19:30:00", "minute"),
        ("9 marzo 2026 (modifica il 10 marzo 2026 | 10:40)", "2026-03-09", "day"),
        ("9.3. 19.30", "2026-03-09T19:30:00", "minute"),
        ("9 мар, 19:30", "2026-03-09T19:30:00", "minute"),
        ("Mar 9, 7:30 PM", "2026-03-09T19:30:00", "minute"),
        ("3月9日 19:30", "2026-03-09T19:30:00", "minute"),
        ("24. Dezember, 19:30 Uhr", "2025-12-24T19:30:00", "minute"),
    ],
)
def test_stated_moments(raw, text, precision):
    moment = parse(raw, now=NOW)
    assert moment is not None
    assert (moment.text, moment.precision) == (text, precision)


@pytest.mark.parametrize(
    ("raw", "text", "precision"),
    [
        ("3 hours ago", "2026-03-10T09:00:00+00:00", "hour"),
        ("an hour ago", "2026-03-10T11:00:00+00:00", "hour"),
        ("Published 5 mins ago", "2026-03-10T11:55:00+00:00", "minute"),
        ("vor 20 Minuten", "2026-03-10T11:40:00+00:00", "minute"),
        ("vor einer Stunde", "2026-03-10T11:00:00+00:00", "hour"),
        ("hace 2 horas", "2026-03-10T10:00:00+00:00", "hour"),
        ("il y a 3 heures", "2026-03-10T09:00:00+00:00", "hour"),
        ("منذ ساعة", "2026-03-10T11:00:00+00:00", "hour"),
        ("منذ 5 دقائق", "2026-03-10T11:55:00+00:00", "minute"),
        ("3時間前", "2026-03-10T09:00:00+00:00", "hour"),
        ("2小时前", "2026-03-10T10:00:00+00:00", "hour"),
        ("3시간 전", "2026-03-10T09:00:00+00:00", "hour"),
        ("2 godziny temu", "2026-03-10T10:00:00+00:00", "hour"),
        ("3 часа назад", "2026-03-10T09:00:00+00:00", "hour"),
        ("2 days ago", "2026-03-08", "day"),
        ("gestern", "2026-03-09", "day"),
    ],
)
def test_times_ago(raw, text, precision):
    moment = parse(raw, now=NOW)
    assert moment is not None
    assert (moment.text, moment.precision) == (text, precision)


def test_ago_counts_from_nothing_else_than_the_capture():
    assert parse("3 hours ago", now=None) is None


def test_numbers_are_read_as_the_language_of_the_page_does():
    assert parse("3/9/2026", context=context_of("en-us")).text == "2026-03-09"
    assert parse("3/9/2026", context=context_of("de")).text == "2026-09-03"
    assert parse("3/9/2026", context=context_of("en-gb")).text == "2026-09-03"


def test_a_day_without_a_year_is_the_last_one_before_the_capture():
    assert parse("9 мар, 19:30", now=None) is None
    assert parse("9.3.", now=NOW) is None
    new_year = datetime(2025, 12, 31, 20, 0, tzinfo=UTC)
    assert parse("1 Jan, 05:30", now=new_year).text == "2026-01-01T05:30:00"
    assert parse("31 Dec, 05:30", now=new_year).text == "2025-12-31T05:30:00"


@pytest.mark.parametrize(
    "raw", ["", "yesterday's men", "12345", "99.99.2026", "room 1999", "v2.3.2026.1"]
)
def test_no_moment(raw):
    assert parse(raw) is None
