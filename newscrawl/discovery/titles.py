"""A headline as plain characters, whatever it was wrapped in."""

from __future__ import annotations

from newscrawl.text import normalisation

#: A longer "title" is not one; it is cut here.
TITLE_MAX = 500


def plain(text: str | None) -> str | None:
    """The text without tags and references, its white space single; None if nothing is left."""
    if not text:
        return None
    whole = " ".join(normalisation.plain(normalisation.unwrapped(text)).split())
    return whole[:TITLE_MAX] or None
