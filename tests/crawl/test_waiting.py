"""When something is tried again."""

from __future__ import annotations

import pytest

from newscrawl.crawl.retry import may_pass, next_try, retry_after
from newscrawl.errors import Missed

NOW = 1_000_000_000.0  # 9 September 2001, 01:46:40 UTC


def test_waits_double_up_to_a_day() -> None:
    waits = [next_try(n, now=NOW, first_wait=600, held_until=None) - NOW for n in (1, 2, 3, 20)]
    assert waits == [600, 1200, 2400, 24 * 3600]


def test_nothing_is_tried_before_its_host_may_be_asked() -> None:
    assert next_try(1, now=NOW, first_wait=600, held_until=NOW + 5000) == NOW + 5000


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"120", 120),
        (b" 7 ", 7),
        (b"999999999", 24 * 3600),
        (b"Sun, 09 Sep 2001 01:48:40 GMT", 120),
        (b"Sun, 09 Sep 2001 00:00:00 GMT", None),
        (b"soon", None),
        (b"-5", None),
        (b"", None),
        (None, None),
    ],
)
def test_retry_after(value: bytes | None, seconds: float | None) -> None:
    assert retry_after(value, now=NOW) == (None if seconds is None else NOW + seconds)


@pytest.mark.parametrize(
    ("cause", "status", "passes"),
    [
        ("timeout", None, True),
        ("http-5xx", 503, True),
        ("http-4xx", 429, True),
        ("http-404", 404, False),
        ("not-an-article", 200, False),
    ],
)
def test_what_may_end_better(cause: str, status: int | None, passes: bool) -> None:
    assert may_pass(Missed(cause), status) is passes
