"""In which script is a text written, and how long are units and shingles there?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regex import Pattern

_HAN, _KANA, _HANGUL = r"\p{Han}", r"[\p{Hiragana}\p{Katakana}]", r"\p{Hangul}"
_SOUTHEAST = r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
#: Share of the letters that makes a text one of a script.
_SHARE = 0.3


@lru_cache(maxsize=8)
def compiled(pattern: str) -> Pattern[str]:
    """A pattern of the `regex` library, which knows scripts."""
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


def writing_of(text: str) -> Writing:
    """The writing of most of a text."""
    letters = max(1, sum(map(str.isalpha, text)))
    han, kana = len(compiled(_HAN).findall(text)), len(compiled(_KANA).findall(text))
    if han + kana > _SHARE * letters:
        return KANA if kana > 0.1 * (han + kana) else HAN
    if len(compiled(_SOUTHEAST).findall(text)) > _SHARE * letters:
        return SOUTHEAST
    return HANGUL if len(compiled(_HANGUL).findall(text)) > _SHARE * letters else SPACED
