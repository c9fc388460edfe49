"""Times as texts state them."""

from __future__ import annotations

import pytest

from newscrawl.text.context import context_of
from newscrawl.text.dates import stated


@pytest.mark.parametrize(
    ("text", "language", "time"),
    [
        ("Thu, 05 Mar 2026 23:30:00 GMT", None, "2026-03-05T23:30:00+00:00"),
        ("Thu, 05 Mar 2026 23:30:00 -0000", None, "2026-03-05T23:30:00+00:00"),
        ("Thu, 05 Mar 2026 23:30:00 +0545", None, "2026-03-05T23:30:00+05:45"),
        ("5 Mar 2026 9:05 PDT", None, "2026-03-05T09:05-07:00"),
        ("2026-03-05T23:30+0100", None, "2026-03-05T23:30+01:00"),
        ("2026-03-05 23:30:00 UTC", None, "2026-03-05T23:30:00+00:00"),
        ("2026/03/05 23:30:00 +0900", None, "2026-03-05T23:30:00+09:00"),
        ("2026-03-05T24:00:00Z", None, "2026-03-06T00:00:00+00:00"),
        ("2026-03-05T25:61:00Z", None, "2026-03-05"),
        ("Thu Mar 05 2026 23:30:00 GMT+0100 (Central European Standard Time)", None,
         "2026-03-05T23:30:00+01:00"),
        ("12:05 AM, March 5, 2026", None, "2026-03-05T00:05"),
        ("5. března 2026 23:30", None, "2026-03-05T23:30"),
        ("5 मार्च 2026 23:30", "hi", "2026-03-05T23:30"),
        ("5 มีนาคม 2569", None, "2026-03-05"),
        ("05 tháng 3, 2026 23:30", None, "2026-03-05T23:30"),
        ("2026年3月5日 下午11时30分", None, "2026-03-05T23:30"),
        ("12 listopad 2026", "pl", "2026-11-12"),
        ("12 listopad 2026", "hr", "2026-10-12"),
        ("12 listopad 2026", None, None),
        ("25/12/2026", None, "2026-12-25"),
        ("03/04/2026", "fr", "2026-04-03"),
        ("03/04/2026", "en-US", "2026-03-04"),
        ("03/04/2026", "en", None),
        ("2026-02-30", None, None),
        ("March 2026", None, None),
        ("yesterday", None, None),
        ("0000-00-00", None, None),
        ("2026-03-05" + " " * 200, None, None),
        ("", None, None),
    ],
)  # fmt: skip
def test_stated(text, language, time):
    assert stated(text, context_of(language or "")) == time
