"""Which stated address is the story's own."""

from __future__ import annotations

import pytest

from newscrawl import urls
from newscrawl.extraction import extract_article
from newscrawl.extraction.document import parse

HERE = "https://paper.org/news/ferry-two-more-summers-48123"
BODY = "<h1>A ferry is kept</h1><p>" + "The council voted to keep the old ferry. " * 10


def canonical(href, url=HERE):
    return extract_article(f'<link rel="canonical" href="{href}">{BODY}', url=url).canonical_url


@pytest.mark.parametrize(
    ("href", "url"),
    [
        (HERE, HERE),
        (HERE + "?utm_source=feed#top", HERE),
        ("/news/ferry-two-more-summers-48123", HERE + "?ref=home"),
        (HERE, HERE + "/amp"),
        (HERE, "https://m.paper.org/news/ferry-two-more-summers-48123"),
        (HERE, "https://paper.org/print/news/ferry-two-more-summers-48123.html"),
        (HERE, "https://paper.org/article/48123"),
        (HERE, None),
    ],
)
def test_the_same_story(href, url):
    assert canonical(href, url) == HERE


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("https://paper.org/", HERE),
        ("https://paper.org/", None),
        ("/news/", HERE),
        ("/news/bridge-closed-again-47001", HERE),
        ("https://other.org/news/ferry-two-more-summers-48123", HERE),
        ("javascript:void(0)", HERE),
    ],
)
def test_another_story(href, url):
    assert canonical(href, url) is None


@pytest.mark.parametrize(
    "address",
    [
        "https://river.example/news/a-ferry-is-kept_1.html",
        "http://www.river-post.example/news/ferry/",
        "https://river.example/news/../ferry",
        "https://River.example/news",
        "https://xn--fhre-loa.example/news",
        "https://river.example/news?utm_source=x",
        "https://river.example:443/news#top",
        "https://river.example/" + "a" * 3000,
        "/news/ferry",
    ],
)
def test_links_are_as_they_are_fetched(address):
    document = parse("<p>A ferry</p>", url="https://river.example/news/1")
    assert document.absolute(address) == urls.fetchable(address, "https://river.example/news/1")
