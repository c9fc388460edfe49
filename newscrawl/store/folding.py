"""Words as a search compares them, in any script: without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata

from newscrawl.database.unspaced import indexed, readable

#: Words of a snippet, and how many of them stand before what was found.
_WORDS, _BEFORE = 24, 8


def folded(text: str | None) -> str:
    """The words of a text, a space between two; each unspaced character is a word."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", text or "") if unicodedata.category(c) != "Mn"
    )
    plain = unicodedata.normalize("NFC", plain)
    return indexed("".join(c if _in_word(c) else " " for c in plain.casefold()))


def phrases(words: str) -> list[str]:
    """What is asked for: each word, and each "quoted phrase" whole."""
    terms = re.findall(r'"([^"]*)"|(\S+)', words)
    found = (folded(quoted or plain) for quoted, plain in terms)
    return [phrase for phrase in found if phrase]


def snippet(texts: list[str], asked: list[str]) -> str:
    """The surroundings of the first phrase that one of these texts has, the phrase in brackets."""
    for phrase in asked:
        words = phrase.split()
        for text in texts:
            pieces = re.findall(r"\S+", indexed(text))
            folds = [folded(piece) for piece in pieces]
            if (at := _find(folds, words)) is not None:
                return readable(_cut(pieces, at, len(words)))
    return ""


def _find(folds: list[str], words: list[str]) -> int | None:
    number = len(words)
    for at in range(len(folds) - number + 1):
        if folds[at : at + number] == words:
            return at
    return None


def _cut(pieces: list[str], at: int, number: int) -> str:
    begin = max(0, at - _BEFORE)
    end = max(begin + _WORDS, at + number)
    marked = [*pieces[begin:at], _marked(pieces[at : at + number]), *pieces[at + number : end]]
    return ("… " if begin else "") + " ".join(marked) + (" …" if end < len(pieces) else "")


def _marked(pieces: list[str]) -> str:
    """`"ferry,` becomes `"[ferry],`."""
    before, found, after = re.fullmatch(r"(\W*)(.*?)(\W*)", " ".join(pieces), re.DOTALL).groups()  # type: ignore[union-attr]
    return f"{before}[{found}]{after}"


def _in_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")
