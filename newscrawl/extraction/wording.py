"""What may stand in a field: clean text (`text.normalisation`) of a bounded length.

`LIMITS` are the documented bounds, in characters.
"""

from __future__ import annotations

from newscrawl.text.normalisation import folded, line, plain, unescaped, untagged

__all__ = [
    "LIMITS", "MOST_AGAINST", "MOST_NAMES", "MOST_RIGHTS", "MOST_TAGS",
    "folded", "line", "plain", "stated", "unescaped", "untagged", "words",
]  # fmt: skip

#: The longest value of each field; of a list, the longest member and the most members.
LIMITS = {
    "url": 2083,
    "title": 500,
    "name": 120,
    "description": 2000,
    "publisher": 200,
    "section": 200,
    "tag": 100,
    "rights": 200,
    "time": 40,
    "language": 35,
    "raw": 300,
    "problem": 200,
    "body": 2_000_000,
}
MOST_NAMES = 40
MOST_TAGS = 60
MOST_RIGHTS = 20
MOST_AGAINST = 8


def words(text: str) -> tuple[str, ...]:
    """A table of words, written as a text."""
    return tuple(text.split())


def stated(text: object, limit: int) -> str:
    """What a meta tag or a JSON-LD member says, as one clean line; empty if it is no text."""
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        return ""
    return line(untagged(unescaped(str(text)[: limit * 20])), limit)
