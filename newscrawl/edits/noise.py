"""Which changes of a text are none for a reader, and why."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from newscrawl.edits.paragraphs import lines
from newscrawl.edits.tokens import tokens

if TYPE_CHECKING:
    from newscrawl.edits.change import Noise

#: Quotation marks, apostrophes and dashes of all kinds, the ellipsis: typography, not words.
_QUOTES = dict.fromkeys(map(ord, "\"'`´‘’‚‛“”„‟‹›«»「」『』〝〞＂＇"), "'")
_DASHES = dict.fromkeys(map(ord, "-‐‑‒–—―−－"), "-")
_TYPOGRAPHY = {**_QUOTES, **_DASHES, ord("…"): "..."}
_REPEATED = re.compile(r"([-'])\1+")
#: A line of the page's own has at most so many words, and no sentence ends in it.
MAX_BOILERPLATE = 8
_SENTENCE_END = re.compile(r"[.!?…。！？؟।։][\"'”’»」』)\]]*$")


def noise(old: str, new: str) -> Noise | None:
    """The class of noise that all differences of two texts belong to; None where words differ.

    The texts differ as strings. `boilerplate`: every paragraph that only one of them has is a short line that
    is no sentence (a label, a counter, a link).
    """
    if _spaced(old) == _spaced(new):
        return "white-space"
    old, new = (_spaced(unicodedata.normalize("NFKC", text)) for text in (old, new))
    if old == new:
        return "unicode-form"
    if _typeset(old) == _typeset(new):
        return "quotes-and-dashes"
    return None


def body_noise(old: str, new: str) -> Noise | None:
    """As `noise`, of texts of several paragraphs."""
    found = noise(old, new)
    if found is None and _differ_in_boilerplate(old, new):
        return "boilerplate"
    return found


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _typeset(text: str) -> str:
    plain = _REPEATED.sub(r"\1", text.translate(_TYPOGRAPHY))
    return re.sub(r" ?- ?", "-", plain)


def _differ_in_boilerplate(old: str, new: str) -> bool:
    lines_old, lines_new = lines(old), lines(new)
    kept = set(lines_old) & set(lines_new)
    if [line for line in lines_old if line in kept] != [line for line in lines_new if line in kept]:
        return False
    changed = [line for line in (*lines_old, *lines_new) if line not in kept]
    return bool(kept) and all(map(_is_boilerplate, changed))


def _is_boilerplate(line: str) -> bool:
    words = sum(token.is_word for token in tokens(line))
    return words <= MAX_BOILERPLATE and _SENTENCE_END.search(line) is None
