"""The URLs that a user names: as words, in a file (`@FILE`) or on standard input (`-`).

A list has one URL a line. Blank lines, and what follows a `#` at the begin of a line or after a blank, are
left out. If the first line names a column `url`, the list is read as CSV (comma, semicolon or tab), and only
this column is used.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl import urls
from newscrawl.errors import NothingToDo, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_COMMENT = re.compile(r"(?:^|\s)#.*")
_DELIMITERS = ",;\t"
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def named_urls(words: Iterable[str]) -> list[str]:
    """The URLs that these words name, each once, in their order.

    Raises UsageError with a line for each word, and each line of a list, that is no URL; NothingToDo for a
    list without any.
    """
    found: dict[str, str] = {}
    mistakes: list[str] = []
    for word in words:
        try:
            for url in _of_word(word, mistakes):
                found.setdefault(urls.key(url), url)
        except UsageError as error:
            mistakes.append(str(error))
    if mistakes:
        raise UsageError("\n".join(mistakes))
    return list(found.values())


def _of_word(word: str, mistakes: list[str]) -> list[str]:
    if word == "-":
        return _of_list(sys.stdin.buffer.read(), "stdin", mistakes)
    if word.startswith("@"):
        try:
            data = Path(word[1:]).read_bytes()
        except OSError as error:
            raise UsageError(f"{word[1:]}: {error.strerror}") from error
        return _of_list(data, word[1:], mistakes)
    if not _SCHEME.match(word) and _is_file(word):
        raise UsageError(f"{word} is a file: did you mean @{word}?")
    return [urls.named(word)]


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except (OSError, ValueError):  # longer than a name may be
        return False


def _of_list(data: bytes, name: str, mistakes: list[str]) -> list[str]:
    known = len(mistakes)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{name}:{line}: byte {data[error.start]:#04x} is not UTF-8") from error
    found = []
    for number, cell in _cells(text):
        try:
            found.append(_url(cell))
        except UsageError as error:
            mistakes.append(f"{name}:{number}: {error}")
    if not found and len(mistakes) == known:
        raise NothingToDo(f"{name}: no URL in it")
    return found


def _url(cell: str) -> str:
    if re.search(r"\s", cell):
        raise UsageError(f"{cell!r} has a blank in it: write one URL a line")
    return urls.named(cell)


def _cells(text: str) -> Iterator[tuple[int, str]]:
    """The URLs of a list as they are written, with the numbers of their lines."""
    lines = text.replace("\r\n", "\n").split("\n")
    stated = ((number, _COMMENT.sub("", line).strip()) for number, line in enumerate(lines, 1))
    filled = [(number, line) for number, line in stated if line]
    if filled and filled[0][1].lower() == "url":
        yield from filled[1:]
    elif filled and (column := _column_of(filled[0][1])):
        yield from _of_csv("\n".join(lines), filled[0][0], *column)
    else:
        yield from filled


def _column_of(head: str) -> tuple[int, str] | None:
    """The place of the column `url` in the head of a CSV file, and its delimiter; None if it has none."""
    delimiter = max(_DELIMITERS, key=head.count)
    names = [name.strip().lower() for name in next(csv.reader([head], delimiter=delimiter))]
    return (names.index("url"), delimiter) if "url" in names else None


def _of_csv(text: str, head: int, column: int, delimiter: str) -> Iterator[tuple[int, str]]:
    """The cells of this column below the line `head`; a row without one is left out."""
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    begin = 1
    for row in rows:
        number, begin = begin, rows.line_num + 1
        if number <= head or not row or row[0].lstrip().startswith("#"):
            continue
        cell = row[column].strip() if column < len(row) else ""
        if cell:
            yield number, cell
