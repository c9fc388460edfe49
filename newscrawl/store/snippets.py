"""Where does a text say what was searched for? Snippets, with the words of the query in brackets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawl.query.spellings import may_begin_compounds, spellings
from newscrawl.text import stems
from newscrawl.text.folding import folded
from newscrawl.text.unspaced import indexed, readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.query.tree import Text

#: Words of a snippet, and how many of them stand before what was found.
_WORDS, _BEFORE = 24, 8


def snippet(
    texts: list[str],
    cited: Sequence[Text],
    *,
    language: str | None = None,
    marks: tuple[str, str] = ("[", "]"),
) -> str:
    """The surroundings of the first words that one of these texts has, those words between marks.

    `language` is the one whose stemmer finds other forms of a word (see `newscrawl.text.stems`). Where no
    text has any, the beginning of the last one.
    """
    split = [re.findall(r"\S+", indexed(text)) for text in texts]
    for node in cited:
        for words, is_prefix in _wanted(node):
            for pieces in split:
                folds = [folded(piece) for piece in pieces]
                if (at := _find(folds, words, is_prefix=is_prefix)) is not None:
                    return readable(_cut(pieces, at, len(words), marks))
        if language is not None and not (node.is_exact or node.is_prefix):
            tokens = frozenset(stems.asked(node.words, [language]))
            for pieces in split if tokens else ():
                for at, piece in enumerate(pieces):
                    if stems.has_stem(piece, language, tokens):
                        return readable(_cut(pieces, at, 1, marks))
    pieces = split[-1] if split else []
    return readable(" ".join(pieces[:_WORDS]) + (" …" if len(pieces) > _WORDS else ""))


def _wanted(node: Text) -> Iterator[tuple[list[str], bool]]:
    """Folded words in each of their spellings, and whether the last of them may go on."""
    found = dict.fromkeys(folded(spelling) for spelling in spellings(node.words))
    is_prefix = node.is_prefix or (not node.is_exact and may_begin_compounds(node.words))
    for is_begin in (False, True) if is_prefix else (False,):
        yield from ((words.split(), is_begin) for words in found if words)


def _find(folds: list[str], words: list[str], *, is_prefix: bool) -> int | None:
    number = len(words)
    for at in range(len(folds) - number + 1):
        some = folds[at : at + number]
        if some == words:
            return at
        if is_prefix and some[:-1] == words[:-1] and some[-1].startswith(words[-1]):
            return at
    return None


def _cut(pieces: list[str], at: int, number: int, marks: tuple[str, str]) -> str:
    begin = max(0, at - _BEFORE)
    end = max(begin + _WORDS, at + number)
    marked = [
        *pieces[begin:at],
        _marked(pieces[at : at + number], marks),
        *pieces[at + number : end],
    ]
    return ("… " if begin else "") + " ".join(marked) + (" …" if end < len(pieces) else "")


def _marked(pieces: list[str], marks: tuple[str, str]) -> str:
    """`"ferry,` becomes `"[ferry],`."""
    before, found, after = re.fullmatch(r"(\W*)(.*?)(\W*)", " ".join(pieces), re.DOTALL).groups()  # type: ignore[union-attr]
    return f"{before}{marks[0]}{found}{marks[1]}{after}"
