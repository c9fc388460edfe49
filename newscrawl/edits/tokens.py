"""The tokens that two texts are compared by.

A word is a token, a number with its separators is one, and so is each punctuation mark. In scripts without
spaces each grapheme cluster (Unicode Standard Annex 29) is one, so that a base letter never loses its marks.
White space is no token: texts that differ in it alone are equal.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.text.scripts import UNSPACED

if TYPE_CHECKING:
    from regex import Pattern

# Joiners belong to the words of Persian and Indic scripts, an apostrophe inside a word to that word.
_LETTER = rf"[[\p{{L}}\p{{M}}\p{{N}}_\u200c\u200d]--[{UNSPACED}]]"
_NUMBER = r"\p{Nd}+(?:[.,:/'’]\p{Nd}+)*"
_TOKEN = rf"{_NUMBER}{_LETTER}*|{_LETTER}+(?:['’]{_LETTER}+)*|(?!\s)\X"
_WORD = r"\p{L}|\p{N}"


@lru_cache(maxsize=2)
def _compiled(pattern: str) -> Pattern[str]:
    # Imported here: commands that only read an archive compare no texts.
    import regex

    return regex.compile(pattern, regex.VERSION1)


class Token(NamedTuple):
    """One token and where it stands: `text[start:end]`."""

    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it has a letter or a digit."""
        return _compiled(_WORD).search(self.text) is not None


def tokens(text: str) -> list[Token]:
    """The tokens of a text in their order."""
    return [Token(m.group(), m.start(), m.end()) for m in _compiled(_TOKEN).finditer(text)]


def word_count(text: str) -> int:
    """How many tokens of a text are words; in scripts without spaces each character counts."""
    return sum(token.is_word for token in tokens(text))
