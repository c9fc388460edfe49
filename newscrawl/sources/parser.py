"""From a sources file to values, or to the list of all its mistakes."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from newscrawl import urls
from newscrawl.errors import SourceError, UsageError
from newscrawl.sources import values
from newscrawl.sources.source import Source
from newscrawl.sources.toml_positions import Scan
from newscrawl.sources.validation import Mistakes, Place, Wrong, meant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: The keys of a `[[source]]` table, and what reads each. Their order is that of a written table.
KEYS: dict[str, Callable[[Any, Place], Any]] = {
    "name": values.name,
    "home": values.url,
    "feeds": values.url_list,
    "sitemaps": values.url_list,
    "include": values.patterns,
    "exclude": values.patterns,
    "language": values.language,
    "zone": values.zone,
    "rate": values.rate,
    "poll": values.poll,
    "revisit": values.revisit,
    "valid_until": values.day,
    "enabled": values.flag,
}
_REQUIRED = ("name", "home")

_WHERE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def read_sources(path: Path) -> tuple[Source, ...]:
    """The sources of a file, in its order. Raises SourceError with every mistake that is in it."""
    return parse_sources(_text(path), file=str(path))


def parse_sources(text: str, *, file: str) -> tuple[Source, ...]:
    """As `read_sources`, of a text; `file` is its name in what is said about it."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        mistakes = Mistakes(file, Scan(text))
        tables = _tables(text, mistakes)
        places = [Place(mistakes, ("source", number)) for number in range(len(tables))]
        sources = [
            _source(table, place)
            for table, place in zip(tables, places, strict=True)
            if table is not None
        ]
        _compare(tables, places)
    except RecursionError:
        raise SourceError([f"{file}:1: nested too deeply"]) from None
    if not tables and not mistakes.found:
        mistakes.add(1, "", "no [[source]] table; `newscrawl sources init` writes an example")
    if mistakes.found:
        raise SourceError(mistakes.lines())
    return tuple(source for source in sources if source is not None)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError([f"{path}: {error.strerror}"]) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError([f"{path}:{line}: byte {data[error.start]:#04x} is not UTF-8"]) from error


def _tables(text: str, mistakes: Mistakes) -> list[dict[str, Any] | None]:
    """The `[[source]]` tables. If one cannot be parsed the others still are: it is None."""
    try:
        return _of_document(tomllib.loads(text), mistakes)
    except tomllib.TOMLDecodeError as error:
        whole = error
    lines = text.split("\n")
    tables: list[dict[str, Any] | None] = []
    starts = mistakes.scan.tables.get("source", [])
    for begin, end in zip([1, *starts], [*starts, len(lines) + 1], strict=True):
        # What is before the first table may hold mistakes too.
        part = "\n".join(lines[begin - 1 : end - 1])
        try:
            found = _of_document(tomllib.loads(part), mistakes) if part.strip() else []
        except tomllib.TOMLDecodeError as error:
            mistakes.add(*_of_syntax(error, begin - 1, part))
            found = [None]
        tables += found if begin in starts else []
    if not mistakes.found:  # each part is well, and together they are not
        mistakes.add(*_of_syntax(whole, 0, text))
    return tables


def _of_document(document: dict[str, Any], mistakes: Mistakes) -> list[dict[str, Any] | None]:
    for key in document:
        if key != "source":
            place = Place(mistakes, (key,))
            place.wrong(f"is not known here; each paper is a [[source]] table{meant(key, _OUTER)}")
    tables = document.get("source", [])
    if isinstance(tables, list) and all(isinstance(table, dict) for table in tables):
        return list(tables)
    Place(mistakes, ("source",)).wrong("write [[source]], in double brackets, above each paper")
    return []


_OUTER = ("source",)


def _of_syntax(error: tomllib.TOMLDecodeError, before: int, part: str) -> tuple[int, str, str]:
    """Line, no key, and what the parser said, of a part with so many lines before it."""
    where = _WHERE.search(str(error))
    line = int(where[1]) if where and where[1] else len(part.rstrip("\n").split("\n"))
    return before + line, "", f"not TOML: {_WHERE.sub('', str(error))}"


def _source(table: dict[str, Any], at: Place) -> Source | None:
    known = len(at.mistakes.found)
    found: dict[str, Any] = {}
    for key, value in table.items():
        with at.item(key).noting():
            if key not in KEYS:
                raise Wrong(f"is not a key of a source{meant(key, KEYS)}")
            found[key] = KEYS[key](value, at.item(key))
    for key in _REQUIRED:
        if key not in table:
            at.item(key).wrong("is missing")
    return Source(**found) if len(at.mistakes.found) == known else None


def _compare(tables: list[dict[str, Any] | None], places: list[Place]) -> None:
    """Note what two sources may not have in common, though one of them has other mistakes."""
    seen: dict[tuple[str, str], tuple[Place, int]] = {}
    for table, place in zip(tables, places, strict=True):
        for at, value in _identity(table or {}, place):
            what = str(at.path[2]).rstrip("s")
            first, line = seen.setdefault((what, value), (place, at.line))
            if first is not place:
                at.wrong(f"is also the {what} of the source on line {line}")


def _identity(table: dict[str, Any], at: Place) -> Iterator[tuple[Place, str]]:
    """The values of a table that no other may have."""
    if isinstance(name := table.get("name"), str):
        yield at.item("name"), " ".join(name.split()).casefold()
    places = [(at.item("home"), table.get("home"))]
    for key in ("feeds", "sitemaps"):
        if isinstance(listed := table.get(key), list):
            places += [(at.item(key).item(n), each) for n, each in enumerate(listed)]
    for place, each in places:
        with suppress(UsageError):
            if isinstance(each, str):
                yield place, urls.key(urls.named(each))
