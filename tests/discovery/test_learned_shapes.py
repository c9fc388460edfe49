"""URLs of one make have one shape; a shape decides when it is sure, and only over links of front pages."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newscrawl.discovery import discover, judged, shape
from newscrawl.discovery.shapes import is_tried, verdict
from newscrawl.urls import fetchable

PAPER = "https://paper.example"
WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=9)
IDS = st.integers(10_000, 10**12)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/", "/"),
        ("/p/7", "/p/#"),
        ("/news/2026/05/12/storm-warning-for-the-estuary-47129.html", "/news/#/#/#/***-#.html"),
        ("/world/2026/may/05/harbour-opens", "/world/#/#/#/**"),
        ("/apnews/3cc842471fb9df42315d658d88c8403a", "/apnews/#"),
        ("/Themen/Hafen", "/themen/*"),
        ("/real-estate/the-10-best-harbours-of-2026", "/real-estate/***"),
        ("/hafen-oeffnet-nach-zwei-jahren/48812/amp", "/***/#/*"),
        ("/news/%E9%A6%96%E7%9B%B8%E3%81%8C%E6%96%B0%E3%81%97%E3%81%84%E6%B3%95%E6%A1%88", "/news/***"),
        ("/index.php?view=article&id=12&%00=%00", "/*.php?*=*&id=#&view=article"),
    ],
)  # fmt: skip
def test_what_differs_between_articles_is_left_out(url: str, expected: str) -> None:
    assert shape(PAPER + url) == "paper.example" + expected


@given(WORDS, st.lists(WORDS, min_size=4, max_size=12), IDS, st.lists(WORDS, min_size=4), IDS)
def test_articles_of_one_make_have_one_shape(
    section: str, one: list[str], first: int, other: list[str], second: int
) -> None:
    urls = [
        f"{PAPER}/{section}/{'-'.join(said)}-{number}.html"
        for said, number in ((one, first), (other[:12], second))
    ]
    assert shape(urls[0]) == shape(urls[1]) == f"paper.example/{section}/***-#.html"
    assert shape(urls[0]) != shape(f"{PAPER}/tag{section}/x-{'-'.join(one)}-{first}.html")
    assert shape(urls[0]) != shape(urls[0].replace("paper.", "blog.paper."))


@settings(deadline=None)
@given(st.text(max_size=2000))
@example("/" + "/".join(["\U00020000" * 24] * 30) + "?" + "&".join(f"{c}=xx" for c in "abcdefgh"))
def test_a_shape_is_short_plain_and_that_of_each_spelling(text: str) -> None:
    url = fetchable("/" + text, PAPER)
    if url is None:
        return
    found = shape(url)
    assert len(found.encode()) < 2000  # of an index's key in PostgreSQL
    assert "\0" not in found
    assert not re.search(r"\d", found.partition("/")[2])
    again = url.replace("https://paper", "http://www.paper", 1)
    assert shape(again) == found


@pytest.mark.parametrize(
    ("articles", "others", "expected"),
    [
        (0, 0, None), (10, 0, None), (11, 0, True), (20, 1, True), (20, 2, None), (11, 5, None),
        (0, 51, None), (0, 52, False), (1, 60, None), (1, 90, False), (5, 95, None),
    ],
)  # fmt: skip
def test_a_shape_decides_when_it_is_sure(articles: int, others: int, expected: bool | None) -> None:
    assert verdict(articles, others) is expected


@given(st.integers(0, 300), st.integers(0, 300))
def test_one_more_article_never_speaks_against_a_shape(articles: int, others: int) -> None:
    order = [False, None, True]
    assert order.index(verdict(articles, others)) <= order.index(verdict(articles + 1, others))
    assert order.index(verdict(articles, others + 1)) <= order.index(verdict(articles, others))


def test_only_what_is_sure_is_handed_on() -> None:
    counts = {"a/p/#": (11, 0), "a/t/***": (0, 52), "a/x/***": (4, 4)}
    assert judged(counts) == {"a/p/#": True, "a/t/***": False}


def announced(*paths: str, learned: dict[str, bool] | None = None) -> dict[str, str]:
    """By path, as what a front page with links to these announces them."""
    links = "".join(f'<li><a href="{path}">New at harbour {n}</a>' for n, path in enumerate(paths))
    page = f"<html><body><ul>{links}</ul></body></html>".encode()
    found = discover(page, url=f"{PAPER}/", content_type="text/html", learned=learned)
    return {link.url.removeprefix(PAPER): link.kind for link in found.links}


TOPICS = [f"/topics-of-the-day-{n}-in-the-harbour" for n in range(320)]


def test_what_a_host_has_taught_is_worth_more_than_the_score() -> None:
    assert announced("/p/12", *TOPICS) == dict.fromkeys(TOPICS, "article")
    taught = {"paper.example/p/#": True, "paper.example/***": False}
    found = announced("/p/12", "/q/12", *TOPICS, learned=taught)
    assert found.pop("/p/12") == "article"
    assert "/q/12" not in found
    # A few are tried all the same, always the same ones.
    assert found == {path: "article" for path in TOPICS if is_tried(PAPER + path)}
    assert 8 <= len(found) <= 32


def test_what_is_no_article_may_still_be_a_section() -> None:
    taught = {"paper.example/*": False}
    page = b'<html><nav><a href="/harbour">Harbour</a></nav></html>'
    found = discover(page, url=f"{PAPER}/", content_type="text/html", learned=taught)
    assert [link.kind for link in found.links] == ["section"]
