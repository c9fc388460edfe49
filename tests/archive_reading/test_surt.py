"""Index keys, as the `surt` package makes them for pywb, cdxj-indexer and the Wayback Machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.warc.surt import surt

#: Made with surt 0.3.1.
KEYS = [
    ("http://127.0.0.1/", "1,0,0,127)/"),
    ("https://127.0.0.2:8443/a/", "2,0,0,127:8443)/a"),
    ("http://WWW.Paper.example/A", "example,paper)/a"),
    ("https://www2.paper.example:443/x/", "example,paper)/x"),
    ("http://paper.example:443/", "example,paper:443)/"),
    ("https://paper.example/a//b/../c/./d/", "example,paper)/a/c/d"),
    ("https://paper.example/?", "example,paper)/"),
    ("https://paper.example/x?b=2&a&a=&A=1", "example,paper)/x?a&a=&a=1&b=2"),
    (
        "https://paper.example/x?id=%7B49E8%7D&u=https%3A//x",
        "example,paper)/x?id={49e8}&u=https://x",
    ),
    ("https://paper.example/50%25%2525?x=%26", "example,paper)/50%25%25?&x="),
    ("https://paper.example/été?q=ö", "example,paper)/%c3%a9t%c3%a9?q=%c3%b6"),
    ("https://paper.example/a b", "example,paper)/a%20b"),
    ("https://bücher.example/", "example,xn--bcher-kva)/"),
    ("https://user:pw@paper.example/", "example,paper)/"),
    ("http://[2001:db8::1]:81/x", "2001:db8::1:81)/x"),
    (
        "https://paper.example/x?PHPSESSID=0123456789abcdef0123456789abcdef&a=1",
        "example,paper)/x?a=1",
    ),
    ("https://paper.example/x?a=1#part", "example,paper)/x?a=1"),
    ("https://paper.example/../x", "example,paper)/../x"),
    ("  https://paper.example/x\n", "example,paper)/x"),
    ("https://https://paper.example/x", "example,paper)/x"),
    ("https://paper.example:/x", "example,paper)/x"),
    ("https://paper.example/a;b=1?c;d", "example,paper)/a;b=1?c;d"),
    ("https://paper.example./x", "example,paper)/x"),
    ("https://paper.example", "example,paper)/"),
]


@pytest.mark.parametrize(("url", "key"), KEYS)
def test_the_key_is_the_one_that_other_tools_look_for(url: str, key: str) -> None:
    assert surt(url) == key


@given(st.text(), st.text(), st.text())
def test_no_url_breaks_a_line_of_an_index(host: str, path: str, query: str) -> None:
    for url in (f"https://{host}/{path}?{query}", host):
        key = surt(url)
        assert key.isascii()
        assert not any(char.isspace() for char in key)
