"""When something is tried again."""

from __future__ import annotations

import pytest

from newscrawl.crawl.retry import Retries, is_transient, retry_after
from newscrawl.errors import Missed
from newscrawl.frontier import Lease

NOW = 1_000_000_000.0  # 9 September 2001, 01:46:40 UTC


def test_waits_double_up_to_a_day() -> None:
    retries = Retries(first_wait=600, attempts=30)
    waits = [(retries.next_try(tried(n), now=NOW) or 0) - NOW for n in (0, 1, 2, 19)]
    assert waits == [600, 1200, 2400, 24 * 3600]
    assert retries.next_try(tried(29), now=NOW) is None


def tried(attempts: int) -> Lease:
    return Lease("k", "https://paper.example/a", "article", "s", 0, attempts)


def test_nothing_is_tried_before_its_host_may_be_asked() -> None:
    retries = Retries(first_wait=600, attempts=3)
    retries.hold("paper.example", NOW + 5000)
    assert retries.next_try(tried(0), now=NOW) == NOW + 5000


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
    assert is_transient(Missed(cause), status) is passes
