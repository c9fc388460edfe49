"""The units that texts are compared by: words, and single characters where a script has no spaces.

Case, compatibility forms (Unicode NFKC) and punctuation do not count. Marks are dropped after letters of
Latin, Greek, Cyrillic, Arabic and Hebrew alone: in Thai or Devanagari a vowel sign carries the word.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from newscrawl.text.scripts import UNSPACED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regex import Pattern

#: The rule of units and shingles; other hashes need another version.
UNITS_RULE = "units/1"
_LETTER = rf"[[\p{{L}}\p{{M}}\p{{N}}\u200c\u200d]--[{UNSPACED}]]"
_UNIT = rf"{_LETTER}+(?:['’]{_LETTER}+)*|(?=[{UNSPACED}\p{{L}}\p{{N}}])\X"
_ASCII_UNIT = r"[A-Za-z0-9]+(?:'[A-Za-z0-9]+)*"
_MARKS = r"([\p{Latin}\p{Greek}\p{Cyrillic}\p{Arabic}\p{Hebrew}])\p{Mn}+"
_HAN, _KANA, _HANGUL = r"\p{Han}", r"[\p{Hiragana}\p{Katakana}]", r"\p{Hangul}"
_SOUTHEAST = r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
#: Opening and closing quotation marks.
_QUOTES = {"“": "”", "«": "»", "„": "“”", "「": "」", "『": "』", '"': '"', "‹": "›", "»": "«"}
#: A quotation that is longer than this number of characters has lost its end.
MAX_QUOTATION = 1_500
#: Characters of a text that are looked at: what follows in a live blog of days is left out.
MAX_CHARACTERS = 100_000
#: Share of the letters that makes a text one of a script.
_SHARE = 0.3


@lru_cache(maxsize=8)
def _compiled(pattern: str) -> Pattern[str]:
    # Imported here: commands that only read an archive compare no texts.
    import regex

    return regex.compile(pattern, regex.V1)


@dataclass(frozen=True, slots=True)
class Writing:
    """How long texts are in a script: a shingle has `shingle` units, `run` units say as much as 40 words.

    Of `rarity` times as many shingles one is kept, since units that are shorter than words are more.
    """

    name: str
    shingle: int
    run: int
    rarity: int

    @property
    def least(self) -> int:
        """Units below which a text is too short to say anything."""
        return 4 * self.shingle


SPACED = Writing("words", 3, 40, 1)
HANGUL = Writing("hangul", 2, 30, 1)
HAN = Writing("han", 5, 80, 2)
KANA = Writing("kana", 6, 100, 2)
SOUTHEAST = Writing("southeast", 9, 160, 4)


@dataclass(frozen=True, slots=True)
class Units:
    """A text in units: unit n is `words[n]`, and stands at `text[starts[n]:ends[n]]`."""

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    writing: Writing

    def __len__(self) -> int:
        return len(self.words)

    @property
    def is_too_short(self) -> bool:
        """Whether the text says too little for a copy to be told from chance."""
        return len(self.words) < self.writing.least

    def between(self, first: int, end: int) -> str:
        """The text from unit `first` up to and without unit `end`."""
        return self.text[self.starts[first] : self.ends[end - 1]] if first < end else ""

    def shingles(self) -> set[tuple[str, ...]]:
        """All runs of as many units as a shingle has; of a shorter text the whole."""
        size = self.writing.shingle
        words = self.words
        if len(words) < size:
            return {words}
        return set(zip(*(words[n:] for n in range(size)), strict=False))

    def quoted(self) -> bytearray:
        """For each unit 1 if it stands inside quotation marks."""
        out = bytearray(len(self.words))
        spans = _quotations(self.text)
        n = 0
        for number, start in enumerate(self.starts):
            while n < len(spans) and spans[n][1] < start:
                n += 1
            if n < len(spans) and spans[n][0] <= start:
                out[number] = 1
        return out


def units(text: str) -> Units:
    """The units of a text, of which the first MAX_CHARACTERS count."""
    text = text[:MAX_CHARACTERS]
    pattern = _compiled(_ASCII_UNIT if text.isascii() else _UNIT)
    found = [(folded(m.group()), m.start(), m.end()) for m in pattern.finditer(text)]
    words, starts, ends = zip(*found, strict=True) if found else ((), (), ())
    return Units(text, words, starts, ends, writing_of(text))


def writing_of(text: str) -> Writing:
    """The writing of most of a text."""
    if text.isascii():
        return SPACED
    letters = max(1, sum(c.isalpha() for c in text))
    han, kana = len(_compiled(_HAN).findall(text)), len(_compiled(_KANA).findall(text))
    if han + kana > _SHARE * letters:
        return KANA if kana > 0.1 * (han + kana) else HAN
    if len(_compiled(_SOUTHEAST).findall(text)) > _SHARE * letters:
        return SOUTHEAST
    return HANGUL if len(_compiled(_HANGUL).findall(text)) > _SHARE * letters else SPACED


@lru_cache(maxsize=65_536)
def folded(word: str) -> str:
    """A word as it is compared."""
    word = word.replace("'", "").replace("’", "")
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", word).casefold())
    return unicodedata.normalize("NFC", _compiled(_MARKS).sub(r"\1", plain))


def joined(words: Sequence[str]) -> str:
    """Units in one string, a space between words."""
    return " ".join(words)


def _quotations(text: str) -> list[tuple[int, int]]:
    """Begin and end of quotations, in their order; none within another one."""
    out: list[tuple[int, int]] = []
    at = 0
    while at < len(text):
        ends = _QUOTES.get(text[at])
        if ends:
            found = [n for e in ends if (n := text.find(e, at + 1, at + MAX_QUOTATION)) > 0]
            if found:
                out.append((at, min(found)))
                at = min(found)
        at += 1
    return out
