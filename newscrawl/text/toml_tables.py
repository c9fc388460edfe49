"""The tables `[[NAME]]` of a TOML file that a user writes, each by itself if not all can be parsed."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from newscrawl.text.toml_mistakes import Mistakes, Place, meant

if TYPE_CHECKING:
    from pathlib import Path

_WHERE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class UnreadableFile(ValueError):
    """The file cannot be opened or is not UTF-8; its text is `path: why` or `path:line: why`."""


def read_text(path: Path) -> str:
    """The text of a file. Raises UnreadableFile."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror}") from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            f"{path}:{line}: byte {data[error.start]:#04x} is not UTF-8"
        ) from error


def plain_text(text: str) -> str:
    """The text without a byte order mark, its lines ended as TOML's are."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def tables(name: str, what: str, text: str, mistakes: Mistakes) -> list[dict[str, Any] | None]:
    """The tables `[[name]]`, of which each describes a `what`.

    If one cannot be parsed the others still are: it is None, and noted in `mistakes`. Raises RecursionError.
    """
    try:
        return _of_document(name, what, tomllib.loads(text), mistakes)
    except tomllib.TOMLDecodeError as error:
        whole = error
    lines = text.split("\n")
    found: list[dict[str, Any] | None] = []
    starts = mistakes.scan.tables.get(name, [])
    for begin, end in zip([1, *starts], [*starts, len(lines) + 1], strict=True):
        # What is before the first table may hold mistakes too.
        part = "\n".join(lines[begin - 1 : end - 1])
        try:
            here = _of_document(name, what, tomllib.loads(part), mistakes) if part.strip() else []
        except tomllib.TOMLDecodeError as error:
            mistakes.add(*_of_syntax(error, begin - 1, part))
            here = [None]
        found += here if begin in starts else []
    if not mistakes.found:  # each part is well, and together they are not
        mistakes.add(*_of_syntax(whole, 0, text))
    return found


def _of_document(
    name: str, what: str, document: dict[str, Any], mistakes: Mistakes
) -> list[dict[str, Any] | None]:
    for key in document:
        if key != name:
            place = Place(mistakes, (key,))
            place.wrong(
                f"is not known here; each {what} is a [[{name}]] table{meant(key, (name,))}"
            )
    found = document.get(name, [])
    if isinstance(found, list) and all(isinstance(table, dict) for table in found):
        return list(found)
    Place(mistakes, (name,)).wrong(f"write [[{name}]], in double brackets, above each {what}")
    return []


def _of_syntax(error: tomllib.TOMLDecodeError, before: int, part: str) -> tuple[int, str, str]:
    """Line, no key, and what the parser said, of a part with so many lines before it."""
    where = _WHERE.search(str(error))
    line = int(where[1]) if where and where[1] else len(part.rstrip("\n").split("\n"))
    return before + line, "", f"not TOML: {_WHERE.sub('', str(error))}"
