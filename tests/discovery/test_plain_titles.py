"""Headlines as plain characters."""

from __future__ import annotations

import pytest

from newscrawl.discovery.titles import TITLE_MAX, plain


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Harbour\n  opens", "Harbour opens"),
        ("Art &amp; life", "Art & life"),
        ("Art &amp;amp; life", "Art & life"),
        ("&lt;b&gt;Harbour&lt;/b&gt; opens", "Harbour opens"),
        ("Rate < 3 > 2", "Rate < 3 > 2"),
        ("AT&T", "AT&T"),
        ("<img src=x>", None),
        ("", None),
        (None, None),
        ("x" * 900, "x" * TITLE_MAX),
    ],
)
def test_plain(text, title):
    assert plain(text) == title
