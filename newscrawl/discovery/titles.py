"""A headline as plain characters, whatever it was wrapped in."""

from __future__ import annotations

import html
import re

#: A longer "title" is not one; it is cut here.
TITLE_MAX = 500

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,31});")


def plain(text: str | None) -> str | None:
    """The text without tags and references, its white space single; None if nothing is left."""
    if not text:
        return None
    for _ in range(2):  # feeds escape once for HTML and once more for XML
        if _ENTITY.search(text):
            text = html.unescape(text)
        text = _TAG.sub("", text)
    return " ".join(text.split())[:TITLE_MAX] or None
