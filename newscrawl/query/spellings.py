"""How else is a word of a query written in German? Umlauts as two letters, and the other way round.

The index has no umlauts: it has `zuge` for Züge, and `zuege` where a text writes Zuege. So a query for any
of Züge, Zuege and Zuge asks for both. The index of SQLite has ß as it is, that of PostgreSQL has ss.
"""

from __future__ import annotations

import re
import unicodedata

#: Letters of a word from which on two letters may stand for an umlaut: "toe" is not "to".
_MIN_LETTERS = 5
#: Vowels of a word that are tried as umlauts, each by itself.
_MAX_VOWELS = 6
#: Letters of a word from which on a query for it finds longer words that begin with it, as compounds do.
MIN_COMPOUND_LETTERS = 6

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
# German has no umlaut after a, e and q: neue, Bauer, Quelle.
_TWO_LETTERS = re.compile(r"(?<![aeq])([aou])e")
_WORD = re.compile(r"[^\W\d_]+")


def spellings(words: str) -> tuple[str, ...]:
    """The words in lower case as they stand, then as they may be written otherwise."""
    plain = unicodedata.normalize("NFC", words).casefold()
    found = [plain, plain.translate(_UMLAUTS), _WORD.sub(_contracted, plain)]
    if len(plain) >= _MIN_LETTERS and plain.isalpha() and plain.isascii():
        vowels = [at for at, letter in enumerate(plain) if letter in "aou"]
        found += [
            f"{plain[: at + 1]}e{plain[at + 1 :]}"
            for at in vowels[:_MAX_VOWELS]
            if plain[at + 1 : at + 2] != "e"
        ]
    return tuple(dict.fromkeys(found))


def with_sharp_s(spelling: str, *, is_prefix: bool) -> tuple[str, ...]:
    """The same with ß for ss: for each, and for all. The s at which a prefix ends may be half of one."""
    parts = spelling.split("ss")
    number = len(parts) - 1
    one_each = ("ss".join(parts[:n]) + "ß" + "ss".join(parts[n:]) for n in range(1, number + 1))
    found = [spelling, *one_each, spelling.replace("ss", "ß")]
    if is_prefix and spelling.endswith("s") and not spelling.endswith("ss"):
        found.append(spelling[:-1] + "ß")
    return tuple(dict.fromkeys(found))


def may_begin_compounds(words: str) -> bool:
    """Whether a query for this word finds compounds that begin with it."""
    return len(words) >= MIN_COMPOUND_LETTERS and words.isalpha()


def _contracted(found: re.Match[str]) -> str:
    word = found[0]
    return _TWO_LETTERS.sub(r"\1", word) if len(word) >= _MIN_LETTERS else word
