"""One form for every text of a record, whatever the page did to it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from newscrawl.items import Article

if TYPE_CHECKING:
    from typing import Any

# What must never reach a terminal, a log line or a JSON line: controls but tab and line feed, surrogates,
# and the marks that turn the direction of the text around them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_ONE_LINE = frozenset({"title", "publisher", "section", "description", "language", "kind"})


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
    return replace(article, **changes)


def clean(text: str, *, one_line: bool) -> str:
    """The text in Unicode form C without forbidden characters; on one line if asked."""
    text = _FORBIDDEN.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.split()) if one_line else text.strip()
