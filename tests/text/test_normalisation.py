"""One form for text that others wrote."""

from __future__ import annotations

import pytest

from newscrawl.discovery.titles import plain as title
from newscrawl.text.normalisation import clean, folded, line, plain, unescaped, untagged, unwrapped


def test_what_no_reader_sees_is_left_out_everywhere():
    text = "Cafe\u0301\u200b \ufeffau\u00ad lait\u202e!\x07"
    assert plain(text) == "Café au lait!"
    assert line(text, 100) == "Café au lait!"
    assert title(text) == "Café au lait!"
    assert plain("می\u200cخواهم") == "می\u200cخواهم"


def test_line_breaks_and_white_space():
    assert plain("a\n b") == "a\n b"
    assert line(" a\n\u3000b\tc ", 100) == "a b c"
    assert clean(" a\u2028b\x85c\x1b[0m ", one_line=False) == "a\nb\nc[0m"
    assert clean(" a\u2028b\x85c\x1b[0m ", one_line=True) == "a b c[0m"


def test_long_lines_end_at_a_word():
    assert line("one two three four", 12) == "one two…"
    assert line("x" * 20, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    ("text", "once", "whole"),
    [
        ("Art &amp;amp; life", "Art & life", "Art & life"),
        ("&lt;b&gt;Art&lt;/b&gt;", "<b>Art</b>", "Art"),
        ("AT&T", "AT&T", "AT&T"),
        ("5 < 6 > 4", "5 < 6 > 4", "5 < 6 > 4"),
    ],
)
def test_references_and_tags(text, once, whole):
    assert unescaped(text) == once
    assert unwrapped(text) == whole


def test_spellings_have_their_letters_in_common():
    assert folded("ＡＢＣ 1") == "abc1"
    assert untagged("a<br>b") == "a b"
