"""What a record must be: one form for every text, an article, and no variant of another page."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, cast

from newscrawl.discovery.variants import same_story
from newscrawl.errors import Missed
from newscrawl.items import Article, Provenance
from newscrawl.printable import FORBIDDEN, is_printable
from newscrawl.text.normalisation import clean
from newscrawl.urls import is_front, key, same_site

if TYPE_CHECKING:
    from typing import Any

    from newscrawl.causes import CauseName

_ONE_LINE = frozenset(
    {"source", "title", "publisher", "section", "description", "language", "kind"}
)


def normalised(article: Article) -> Article:
    """The article with composed characters, no control characters, and no empty or repeated values."""
    changes: dict[str, Any] = {}
    for each in fields(Article):
        value = getattr(article, each.name)
        if isinstance(value, str):
            changes[each.name] = clean(value, one_line=each.name in _ONE_LINE) or None
        elif isinstance(value, tuple):
            texts = (clean(text, one_line=True) for text in value)
            changes[each.name] = tuple(dict.fromkeys(text for text in texts if text))
    statements = {name: _statement(each) for name, each in article.provenance.items()}
    return replace(article, provenance=statements, **changes)


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


def _statement(stated: Provenance) -> Provenance:
    """The statement as it stood there, but for what is forbidden."""
    said = (stated.raw, stated.note, *(each for one in stated.against for each in one.values()))
    if all(is_printable(each) for each in said if isinstance(each, str)):
        return stated
    against = tuple(
        {name: _allowed(each) if isinstance(each, str) else each for name, each in one.items()}
        for one in stated.against
    )
    raw = _allowed(stated.raw) if stated.raw is not None else None
    note = _allowed(stated.note) if stated.note is not None else None
    return replace(stated, raw=raw, against=against, note=note)


def _allowed(text: str) -> str:
    return FORBIDDEN.sub("", text)
