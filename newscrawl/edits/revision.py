"""Which looks at an article make a new revision: those that show readers something else."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newscrawl.edits.observation import ArticleState
    from newscrawl.items import Article

#: The fields that a reader would call the article. A change in any of them makes a new revision.
WHAT_READERS_SEE = ("title", "authors", "body")


def fingerprint(article: Article) -> str:
    """The same for two captures of an article that says the same; white space does not count."""
    seen = [_plain(getattr(article, name)) for name in WHAT_READERS_SEE]
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()


def revised(state: ArticleState | None, article: Article) -> tuple[Article, bool]:
    """The article with its revision, and whether that is a new one.

    The same bytes are no new revision, however they are read.
    """
    if state is None:
        return replace(article, revision=1), True
    last = state.record.revision
    capture = article.capture
    if capture is not None and capture.payload_digest == state.digest and not state.is_other_page:
        return replace(article, revision=last), False
    if fingerprint(article) == fingerprint(state.article):
        return replace(article, revision=last), False
    return replace(article, revision=last + 1), True


def _plain(value: str | tuple[str, ...] | None) -> list[str]:
    texts = value if isinstance(value, tuple) else (value or "",)
    return [" ".join(text.split()) for text in texts]
