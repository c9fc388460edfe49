"""Full-text search over scripts with and without spaces between words.

SQLite's tokenizer takes a run of Chinese characters for one word. So every character of a script that
writes without spaces is indexed as a word of its own, and a query for several of them is a phrase.
"""

from __future__ import annotations

import re

from newscrawl.text.scripts import UNSPACED

_CHARACTER = re.compile(f"([{UNSPACED}])")
_BETWEEN = re.compile(rf"(?:(?<=[{UNSPACED}])|(?<=[{UNSPACED}]\])) +(?=\[?[{UNSPACED}])")


def indexed(text: str | None) -> str:
    """The text as it goes into the index."""
    text = text or ""
    spaced = text if text.isascii() else _CHARACTER.sub(r" \1 ", text)
    return " ".join(spaced.split())


def tokenised(text: str | None) -> str:
    """As `indexed`, for indexes alone, to which it is all the same what separates words."""
    return text if text and text.isascii() else indexed(text)


def readable(text: str) -> str:
    """Undo `indexed` for people."""
    return _BETWEEN.sub("", text)
