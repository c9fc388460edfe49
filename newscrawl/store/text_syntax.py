"""How do the words of a query read for the full-text indexes, FTS5 of SQLite and tsquery of PostgreSQL?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from newscrawl.database import stem_languages
from newscrawl.query.spellings import may_begin_compounds, spellings, with_sharp_s
from newscrawl.query.tree import And, Author, Node, Not, Or, Text
from newscrawl.text import stems
from newscrawl.text.folding import folded
from newscrawl.text.unspaced import indexed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

#: What is no letter, digit or mark. FTS5 takes characters without a meaning for letters.
_WORDLESS = re.compile(r"[^\w\u0300-\u036f]|_")


class Syntax(Protocol):
    """Writes the parts of a query.

    `widened` has a word found as the beginning of compounds, too, and `is_stemmed` in its other forms;
    `languages` are those of which there are stems.
    """

    languages: tuple[str, ...]

    def words(self, node: Text, *, widened: bool, is_stemmed: bool) -> str: ...

    def author(self, node: Author) -> str:
        """Finds these words in names of authors, and may be elsewhere, too."""
        ...

    def both(self, parts: Sequence[str]) -> str: ...
    def either(self, parts: Sequence[str]) -> str: ...
    def without(self, part: str, other: str) -> str: ...


class Fts5:
    """https://www.sqlite.org/fts5.html, section 3."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        self.languages = languages

    def words(self, node: Text, *, widened: bool, is_stemmed: bool) -> str:
        either = self._spelled(node, widened=widened)
        found = f"title : {either}" if node.is_title else either
        return self.either([found, *(self._stems(node) if is_stemmed else ())])

    def _stems(self, node: Text) -> Iterator[str]:
        columns = "title" if node.is_title else "{title description body}"
        for token in stems.asked(node.words, self.languages, is_title=node.is_title):
            yield f'"{token}"'
        for word, code in stems.asked_words(node.words, self.languages):
            language = stems.LANGUAGE_MARK.format(code)
            yield f'({columns} : "{word}" AND language : "{language}")'

    def author(self, node: Author) -> str:
        words = Text(node.words, is_prefix=node.is_prefix)
        return f"authors : {self._spelled(words, widened=False)}"

    def _spelled(self, node: Text, *, widened: bool) -> str:
        found: dict[str, None] = {}
        for spelling in spellings(node.words):
            for written in with_sharp_s(spelling, is_prefix=node.is_prefix or widened):
                phrase = f'"{indexed(_WORDLESS.sub(" ", written))}"'
                if not node.is_prefix:
                    found[phrase] = None
                if node.is_prefix or widened:
                    found[f"{phrase} *"] = None
        return self.either(list(found))

    def both(self, parts: Sequence[str]) -> str:
        return _joined(parts, " AND ")

    def either(self, parts: Sequence[str]) -> str:
        return _joined(parts, " OR ")

    def without(self, part: str, other: str) -> str:
        return f"({part} NOT {other})"


class Tsquery:
    """https://www.postgresql.org/docs/current/datatype-textsearch.html, for to_tsquery('simple', ...)."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        self.languages = languages

    def words(self, node: Text, *, widened: bool, is_stemmed: bool) -> str:
        spelled = self._spelled(node, "A" if node.is_title else "", widened=widened)
        if not is_stemmed:
            return spelled
        found = stems.asked(node.words, self.languages, is_title=node.is_title)
        return self.either([spelled, *(f"'{stem}'" for stem in found)])

    def author(self, node: Author) -> str:
        return self._spelled(Text(node.words, is_prefix=node.is_prefix), "B", widened=False)

    def _spelled(self, node: Text, weight: str, *, widened: bool) -> str:
        found: dict[str, None] = {}
        for spelling in spellings(node.words):
            if not node.is_prefix:
                found[_phrase(spelling, weight)] = None
            if node.is_prefix or widened:
                found[_phrase(spelling, weight, is_prefix=True)] = None
                # Where a prefix ends with s, a text may have ß.
                if spelling.endswith("s"):
                    found[_phrase(f"{spelling}s", weight, is_prefix=True)] = None
        return self.either(list(found))

    def both(self, parts: Sequence[str]) -> str:
        return _joined(parts, " & ")

    def either(self, parts: Sequence[str]) -> str:
        return _joined(parts, " | ")

    def without(self, part: str, other: str) -> str:
        return f"({part} & !{other})"


def syntax_of(connection: Connection) -> Syntax:
    """That of this database."""
    languages = stem_languages.languages(connection)
    return Fts5(languages) if connection.dialect.name == "sqlite" else Tsquery(languages)


def text_of(node: Node, syntax: Syntax, *, widened: bool = True) -> str | None:
    """The node as the full-text index understands it; None if it is not about text alone.

    Neither index finds what lacks a word and nothing else, so that alone gives None, too.
    """
    if isinstance(node, Text):
        wide = widened and not node.is_exact and may_begin_compounds(node.words)
        has_stems = widened and not (node.is_exact or node.is_prefix)
        return syntax.words(node, widened=wide, is_stemmed=has_stems)
    if isinstance(node, Or):
        parts = [text_of(each, syntax, widened=widened) for each in node.nodes]
        found = [part for part in parts if part is not None]
        return syntax.either(found) if len(found) == len(parts) else None
    if isinstance(node, And):
        return _text_of_all(node, syntax, widened=widened)
    return None


def _text_of_all(node: And, syntax: Syntax, *, widened: bool) -> str | None:
    positive = [each for each in node.nodes if not isinstance(each, Not)]
    negative = [each.node for each in node.nodes if isinstance(each, Not)]
    wanted = [text_of(each, syntax, widened=widened) for each in positive]
    unwanted = [text_of(each, syntax, widened=False) for each in negative]
    found = [part for part in wanted if part is not None]
    other = [part for part in unwanted if part is not None]
    if not found or len(found) + len(other) < len(node.nodes):
        return None
    both = syntax.both(found)
    return syntax.without(both, syntax.either(other)) if other else both


def _phrase(words: str, weight: str, *, is_prefix: bool = False) -> str:
    lexemes = folded(words).split()
    marks = [weight] * len(lexemes)
    if is_prefix:
        marks[-1] = f"*{weight}"
    parts = (f"'{w}':{mark}" if mark else f"'{w}'" for w, mark in zip(lexemes, marks, strict=True))
    return _joined(list(parts), " <-> ")


def _joined(parts: Sequence[str], operator: str) -> str:
    return parts[0] if len(parts) == 1 else f"({operator.join(parts)})"
