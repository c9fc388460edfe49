"""One form for every text of a record, whatever the page did to it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from newscrawl.items import Article, Provenance
from newscrawl.printable import FORBIDDEN
from newscrawl.text.normalisation import clean

if TYPE_CHECKING:
    from typing import Any

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


def _statement(stated: Provenance) -> Provenance:
    """The statement as it stood there, but for what is forbidden."""
    against = tuple(
        {
            name: FORBIDDEN.sub("", said) if isinstance(said, str) else said
            for name, said in each.items()
        }
        for each in stated.against
    )
    raw = FORBIDDEN.sub("", stated.raw) if stated.raw is not None else None
    note = FORBIDDEN.sub("", stated.note) if stated.note is not None else None
    return replace(stated, raw=raw, against=against, note=note)
