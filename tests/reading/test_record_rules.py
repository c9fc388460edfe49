"""What no page can put into a record, and which pages get none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newscrawl.errors import Missed
from newscrawl.items import Article
from newscrawl.processing.record_rules import check, normalised, variant_of

ARTICLE = Article(
    url="https://paper.example/a-rather-long-story-1234", title="A story", body="Text."
)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Red\x1b[31m alert\x07", "Red[31m alert"),
        ("evil \u202egnp.exe", "evil gnp.exe"),
        ("half \ud83d pair", "half pair"),
        ("e\u0301", "\u00e9"),
        ("  two\n lines ", "two lines"),
        ("\x00\x85", None),
    ],
)
def test_titles_are_clean(given: str, kept: str | None) -> None:
    assert normalised(replace(ARTICLE, title=given)).title == kept


def test_a_body_keeps_its_paragraphs() -> None:
    assert normalised(replace(ARTICLE, body=" One.\nTwo.\x0c ")).body == "One.\nTwo."


def test_lists_hold_each_value_once_and_none_that_is_empty() -> None:
    article = normalised(replace(ARTICLE, authors=("Ann", " ", "Ann\x00", "Bo")))
    assert article.authors == ("Ann", "Bo")


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"problem": "not-an-article: a list of links"}, "not-an-article: a list of links"),
        ({"problem": "extraction-failed: the page is empty"}, "extraction-failed"),
        ({"title": None}, "not-an-article: no title"),
        ({"url": "https://paper.example/"}, "not-an-article: a site's front page"),
    ],
)
def test_what_is_no_article_is_missed(change: dict[str, str | None], cause: str) -> None:
    check(ARTICLE)
    with pytest.raises(Missed, match=cause):
        check(replace(ARTICLE, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("canonical", "is_variant"),
    [
        (None, False),
        ("https://paper.example/a-rather-long-story-1234/", False),
        ("http://www.paper.example/a-rather-long-story-1234", False),
        ("https://paper.example/news/a-rather-long-story-1234", True),
        ("https://paper.example/quite-another-story-99", False),
        ("https://other.example/a-rather-long-story-1234", False),
    ],
)
def test_a_variant_is_told_by_its_canonical_url(canonical: str | None, is_variant: bool) -> None:
    article = replace(ARTICLE, canonical_url=canonical)
    assert variant_of(article) == (canonical if is_variant else None)
