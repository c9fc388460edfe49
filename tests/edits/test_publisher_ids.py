"""Which addresses have the publisher's id of an article, and which are one article's old and new one."""

from __future__ import annotations

import pytest

from newscrawl.edits.publisher_ids import follows_headline, publisher_id

SITE = "https://www.paper.example"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/g/20262894712/old-headline", "20262894712"),
        ("/news/lighthouse-lamp-47131", "47131"),
        ("/news/lighthouse-lamp-47131.html", "47131"),
        ("/news/articles/c4gz0n2y1o", "c4gz0n2y1o"),
        ("/2026/05/19/council-votes", None),
        ("/20260519/council-votes", None),
        ("/202605/council-votes", None),
        ("/news/covid19-numbers-2026", None),
        ("/news/story-1234", None),
    ],
)
def test_ids(path: str, expected: str | None) -> None:
    assert publisher_id(SITE + path) == (f"paper.example/{expected}" if expected else None)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("/g/20262894712/old-headline", "/g/20262894712/new-headline-here", True),
        ("/news/lamp-to-shine-47131.html", "/news/lamp-shines-again-47131.html", True),
        ("/g/20262894712/%E6%B8%A1%E8%BC%AA%E6%B2%88", "/g/20262894712/%E6%B8%A1%E8%BC%AA%E6%97%A0", False),
        ("/g/20262894712/渡輪沈没", "/g/20262894712/渡輪無事", True),
        ("/g/20262894712/old-headline", "/g/20262894712/old-headline", False),
        ("/g/20262894712/old-headline", "/g/20262894713/new-headline", False),
        ("/sport/lamp-shines-47131", "/news/lamp-shines-47131", False),
        ("/sport/lamp-shines-47131", "/news/lamp-dark-again-47131", False),
        ("/g/20262894712/old-headline", "/amp/g/20262894712/new-headline", False),
        ("/g/20262894712/old-headline?page=1", "/g/20262894712/new-headline?page=2", False),
    ],
)  # fmt: skip
def test_an_address_follows_its_headline(old: str, new: str, expected: bool) -> None:
    assert follows_headline(SITE + old, SITE + new) is expected
    assert follows_headline(SITE + new, SITE + old) is expected


def test_another_host_is_another_publisher() -> None:
    assert not follows_headline(
        "https://a.example/g/20262894712/old-headline", "https://b.example/g/20262894712/new-one"
    )
