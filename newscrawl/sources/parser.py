"""From a sources file to values, or to the list of all its mistakes."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from newscrawl import urls
from newscrawl.errors import SourceError, UsageError
from newscrawl.sources import request_values, values
from newscrawl.sources.source import RequestOptions, Source
from newscrawl.text import toml_values
from newscrawl.text.toml_mistakes import Mistakes, Place, Wrong, meant
from newscrawl.text.toml_positions import Scan
from newscrawl.text.toml_tables import UnreadableFile, plain_text, read_text, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: The keys of a `[[source]]` table, and what reads each. Their order is that of a written table.
KEYS: dict[str, Callable[[Any, Place], Any]] = {
    "name": toml_values.name,
    "home": values.url,
    "feeds": values.url_list,
    "sitemaps": values.url_list,
    "include": values.patterns,
    "exclude": values.patterns,
    "language": toml_values.language,
    "zone": toml_values.zone,
    "rate": values.rate,
    "poll": values.poll,
    "revisit": values.revisit,
    "valid_until": toml_values.day,
    "enabled": toml_values.flag,
    "owner": toml_values.name,
    "requisites": values.requisites,
    "render": values.render,
    "headers": request_values.headers,
    "cookies": request_values.path,
    "user_agent": request_values.header_value,
    "proxy": request_values.proxy,
    "auth": request_values.auth,
}
#: Those that requests carry (`Source.request`).
REQUEST_KEYS = ("headers", "cookies", "user_agent", "proxy", "auth")
_REQUIRED = ("name", "home")


def read_sources(path: Path) -> tuple[Source, ...]:
    """The sources of a file, in its order. Raises SourceError with every mistake that is in it."""
    try:
        text = read_text(path)
    except UnreadableFile as error:
        raise SourceError([str(error)]) from error
    return parse_sources(text, file=str(path))


def parse_sources(text: str, *, file: str) -> tuple[Source, ...]:
    """As `read_sources`, of a text; `file` is its name in what is said about it."""
    text = plain_text(text)
    try:
        mistakes = Mistakes(file, Scan(text))
        found = tables("source", "paper", text, mistakes)
        places = [Place(mistakes, ("source", number)) for number in range(len(found))]
        sources = [
            _source(table, place)
            for table, place in zip(found, places, strict=True)
            if table is not None
        ]
        _compare(found, places)
    except RecursionError:
        raise SourceError([f"{file}:1: nested too deeply"]) from None
    if not found and not mistakes.found:
        mistakes.add(1, "", "no [[source]] table; `newscrawl sources init` writes an example")
    if mistakes.found:
        raise SourceError(mistakes.lines())
    return tuple(source for source in sources if source is not None)


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
    if len(at.mistakes.found) != known:
        return None
    options = {key: found.pop(key) for key in REQUEST_KEYS if key in found}
    return Source(**found, request=RequestOptions(**options))


def _compare(listed: list[dict[str, Any] | None], places: list[Place]) -> None:
    """Note what two sources may not have in common, though one of them has other mistakes."""
    seen: dict[tuple[str, str], tuple[Place, int]] = {}
    for table, place in zip(listed, places, strict=True):
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
