"""Words as a search compares them, in any script: without case, accents and punctuation."""

from __future__ import annotations

import unicodedata

from newscrawl.text.unspaced import indexed

#: What is no letter and no digit separates words.
_ASCII = {code: " " for code in range(128) if not chr(code).isalnum()}


def folded(text: str | None) -> str:
    """The words of a text, a space between two; each unspaced character is a word."""
    if text and text.isascii():  # most words are: nothing to decompose, and no unspaced character
        return " ".join(text.lower().translate(_ASCII).split())
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", text or "") if unicodedata.category(c) != "Mn"
    )
    plain = unicodedata.normalize("NFC", plain)
    return indexed("".join(c if _in_word(c) else " " for c in plain.casefold()))


def _in_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")
