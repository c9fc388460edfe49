"""On which line of a TOML text does each key stand? The standard library's parser does not say.

A path is the way to a value in the parsed document: names, and positions in arrays, as in
`("source", 2, "feeds", 0)`. The scan is made for texts that `tomllib` takes; of others it finds what
it can, and always ends.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r'(?P<blank>[ \t]+|\#[^\n]*)|(?P<string>"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"?|'
    r"'[^'\n]*'?)|(?P<word>[^\s,\[\]{}=#\"'.]+)|(?P<mark>.)",
    re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


class Scan:
    """`lines` has the line of each path; `tables` the lines of the headers `[[NAME]]`, per NAME."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self.tables: dict[str, list[int]] = {}
        self._tokens = list(_tokens(text))
        self._at = 0
        #: How many tables each array of tables has so far.
        self._counts: dict[Path, int] = {}
        table: Path = ()
        while (token := self._peek()).kind != "end":
            if token.text == "[" and token.kind == "mark":
                table = self._header()
            elif token.kind in ("word", "string"):
                self._pair(table)
            while self._next().text != "\n" and self._peek().kind != "end":
                pass

    def line(self, path: Path) -> int:
        """The line of this path, or of the innermost table or array around it that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def _header(self) -> Path:
        line = self._next().line
        many = self._peek().text == "["
        if many:
            self._next()
        *before, last = self._key() or [""]
        path = (*self._resolved(before), last)
        self.lines.setdefault(path, line)
        if many:
            self._counts[path] = self._counts.get(path, 0) + 1
            if not before:
                self.tables.setdefault(last, []).append(line)
        path = self._resolved([last], path[:-1])
        self.lines.setdefault(path, line)
        return path

    def _resolved(self, names: list[str], path: Path = ()) -> Path:
        """The path of these names, each array of tables standing for its last table."""
        for name in names:
            path = (*path, name)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path

    def _pair(self, table: Path) -> None:
        line, path = self._peek().line, table
        for name in self._key():
            path = (*path, name)
            self.lines.setdefault(path, line)
        if self._peek().text == "=":
            self._next()
            self._value(path)

    def _key(self) -> list[str]:
        names = []
        while self._peek().kind in ("word", "string"):
            token = self._next()
            names.append(_name(token.text) if token.kind == "string" else token.text)
            if self._peek().text != ".":
                break
            self._next()
        return names

    def _value(self, path: Path) -> None:
        first = self._peek()
        if first.kind == "mark" and first.text in "[{":
            self._next()
            self._members(path, "]" if first.text == "[" else "}")
            return
        while (token := self._peek()).kind in ("word", "string") or token.text == ".":
            self._next()

    def _members(self, path: Path, close: str) -> None:
        """What is inside of an array or inline table, and its closing mark."""
        number = 0
        while (token := self._peek()).kind != "end" and token.text != close:
            if token.kind == "mark" and token.text in ",\n":
                self._next()
            elif close == "]":
                self.lines.setdefault((*path, number), token.line)
                at = self._at
                self._value((*path, number))
                number += 1
                if self._at == at:
                    return
            elif token.kind == "mark":
                return
            else:
                self._pair(path)
        self._next()

    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for found in _TOKEN.finditer(text):
        kind = str(found.lastgroup)
        if kind != "blank":
            yield _Token(kind, found[0], line)
        line += found[0].count("\n")
    yield _Token("end", "", line)


def _name(quoted: str) -> str:
    """A quoted key without its quotes and escapes."""
    try:
        return str(tomllib.loads(f"key = {quoted}")["key"])
    except tomllib.TOMLDecodeError:
        return quoted.strip("\"'")
