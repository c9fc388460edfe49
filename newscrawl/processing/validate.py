"""Whether a page is to have a record of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from newscrawl.discovery.variants import same_story
from newscrawl.errors import Missed
from newscrawl.urls import is_front, key, same_site

if TYPE_CHECKING:
    from newscrawl.items import Article
    from newscrawl.outcome import CauseName


def check(article: Article) -> None:
    """Raise Missed for a page that is not an article."""
    if article.problem is not None:
        cause, _, detail = article.problem.partition(": ")
        raise Missed(cast("CauseName", cause), detail)
    if article.url is not None and is_front(article.url):
        raise Missed("not-an-article", "a site's front page")
    if not article.title:
        raise Missed("not-an-article", "no title")


def variant_of(article: Article) -> str | None:
    """The URL whose AMP, print or other variant this page is; None if it stands for itself.

    The record is made from that URL, so that it does not depend on which of the two came first;
    only where that URL was fetched and holds no article, from the variant.
    """
    url, canonical = article.url, article.canonical_url
    if url is None or canonical is None or key(url) == key(canonical):
        return None
    is_variant = same_site(url, canonical) and same_story(url, canonical)
    return canonical if is_variant else None


def leads(url: str, other: str) -> bool:
    """Of two pages that name each other as the original: whether the record is made from `url`."""
    return key(url) < key(other)
