"""How an article changed from one capture to the next. Pure functions of two articles."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newscrawl.items import Article

#: The fields that a reader would call the article. A change in any of them makes a new revision.
WHAT_READERS_SEE = ("title", "authors", "body")


def fingerprint(article: Article) -> str:
    """The same for two captures of an article that says the same; white space does not count."""
    seen = [_plain(getattr(article, name)) for name in WHAT_READERS_SEE]
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()


def _plain(value: str | tuple[str, ...] | None) -> list[str]:
    texts = value if isinstance(value, tuple) else (value or "",)
    return [" ".join(text.split()) for text in texts]
