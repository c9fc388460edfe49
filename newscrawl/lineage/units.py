"""The units that texts are compared by: words, and single characters where a script has no spaces.

Case, compatibility forms (Unicode NFKC) and punctuation do not count. Marks are dropped after letters of
Latin, Greek, Cyrillic, Arabic and Hebrew alone: in Thai or Devanagari a vowel sign carries the word.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from newscrawl.lineage.notices import without_notices
from newscrawl.lineage.quotations import quotations
from newscrawl.lineage.writing import SPACED, Writing, compiled, writing_of
from newscrawl.text.scripts import UNSPACED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

#: The rule of units and shingles; other hashes need another version.
UNITS_RULE = "units/1"
_LETTER = rf"[[\p{{L}}\p{{M}}\p{{N}}\u200c\u200d]--[{UNSPACED}]]"
_UNIT = rf"{_LETTER}+(?:['’]{_LETTER}+)*|(?=[{UNSPACED}\p{{L}}\p{{N}}])\X"
_MARKS = r"([\p{Latin}\p{Greek}\p{Cyrillic}\p{Arabic}\p{Hebrew}])\p{Mn}+"
#: Characters beside which `re` finds the same units as `_UNIT`, in a fifth of the time: Latin, Greek and
#: Cyrillic letters without combining marks, punctuation, currencies and symbols.
PLAIN = (
    "\0-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1eff\u2010-\u203a\u20a0-\u20bf\u2122\u2190-\u21ff"
    "\u2500-\u26ff\ufffd\U0001f300-\U0001f3fa\U0001f400-\U0001f64f"
)
_IS_PLAIN = re.compile(f"[{PLAIN}]*")
_PLAIN_UNIT = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
#: The marks that such letters are decomposed into.
_PLAIN_MARKS = re.compile("[\u0300-\u036f]+")
_ASCII_UNIT = re.compile(r"[A-Za-z0-9]+(?:'[A-Za-z0-9]+)*")
#: Characters of a text that are looked at: what follows in a live blog of days is left out.
MAX_CHARACTERS = 100_000

Shingle = tuple[str, ...]


@dataclass(frozen=True)
class Units:
    """A text in units: unit n is `words[n]`, and stands at `text[starts[n]:ends[n]]`.

    What is derived of it is kept with it, so that a text that is compared twelve times is cut once: hence no
    slots.
    """

    text: str
    words: tuple[str, ...]
    writing: Writing

    def __len__(self) -> int:
        return len(self.words)

    @property
    def is_too_short(self) -> bool:
        """Whether the text says too little for a copy to be told from chance."""
        return len(self.words) < self.writing.least

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where each unit begins in the text (characters)."""
        return tuple(m.start() for m in _unit_pattern(self.text).finditer(self.text))

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Where each unit ends in the text."""
        return tuple(m.end() for m in _unit_pattern(self.text).finditer(self.text))

    def between(self, first: int, end: int) -> str:
        """The text from unit `first` up to and without unit `end`."""
        return self.text[self.starts[first] : self.ends[end - 1]] if first < end else ""

    @cached_property
    def line_ends(self) -> tuple[int, ...] | None:
        """For each line of the text, the number of its units and of those before.

        None where the units of a line may be others if the line stands alone, or not all of it count.
        """
        if len(self.text) == MAX_CHARACTERS or not _is_plain(self.text):
            return None
        find = _unit_pattern(self.text).findall
        return tuple(accumulate(len(find(line)) for line in self.text.split("\n")))

    @cached_property
    def shingles(self) -> frozenset[Shingle]:
        """All runs of as many units as a shingle has; of a shorter text the whole."""
        return frozenset(self._runs()) or frozenset((self.words,))

    def places_of(self, wanted: Collection[Shingle]) -> Iterator[tuple[int, Shingle]]:
        """The number of the first unit of each of these shingles in the text, ascending, with the shingle."""
        return ((n, shingle) for n, shingle in enumerate(self._runs()) if shingle in wanted)

    def _runs(self) -> Iterator[Shingle]:
        """The runs of as many units as a shingle has, in their order."""
        return zip(*(self.words[n:] for n in range(self.writing.shingle)), strict=False)

    @cached_property
    def without_notices(self) -> Units:
        """The text without what speaks of its page; the same object if nothing does."""
        text = without_notices(self.text)
        return self if text == self.text else units(text)

    @cached_property
    def quoted(self) -> bytes:
        """For each unit 1 if it stands inside quotation marks."""
        out = bytearray(len(self.words))
        for begin, end in quotations(self.text):
            first, last = bisect_left(self.starts, begin), bisect_right(self.starts, end)
            out[first:last] = b"\1" * (last - first)
        return bytes(out)


def units(text: str) -> Units:
    """The units of a text, of which the first MAX_CHARACTERS count."""
    text = text[:MAX_CHARACTERS]
    if text.isascii():
        found = _ASCII_UNIT.findall(text.lower())
        words = (word.replace("'", "") for word in found) if "'" in text else found
        return Units(text, tuple(words), SPACED)
    folded_words = tuple(map(folded, _unit_pattern(text).findall(text)))
    return Units(text, folded_words, SPACED if _is_plain(text) else writing_of(text))


@lru_cache(maxsize=65_536)
def folded(word: str) -> str:
    """A word as it is compared."""
    word = word.replace("'", "").replace("’", "")
    if word.isascii():
        return word.lower()
    bare = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", word).casefold())
    if _IS_PLAIN.fullmatch(word):
        return unicodedata.normalize("NFC", _PLAIN_MARKS.sub("", bare))
    return unicodedata.normalize("NFC", compiled(_MARKS).sub(r"\1", bare))


def joined(words: Sequence[str]) -> str:
    """Units in one string, a space between words."""
    return " ".join(words)


def _is_plain(text: str) -> bool:
    return _IS_PLAIN.fullmatch(text) is not None


def _unit_pattern(text: str) -> Any:
    if text.isascii():
        return _ASCII_UNIT
    return _PLAIN_UNIT if _is_plain(text) else compiled(_UNIT)
