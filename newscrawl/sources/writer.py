"""A sources file from values: what `read_sources` reads back as the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.printable import json_line
from newscrawl.sources.source import Poll, RequestOptions, Source
from newscrawl.text.durations import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_HEAD = """\
# The papers to crawl, one [[source]] table each: newscrawl crawl --sources FILE
# Further keys, all optional: include, exclude, language, zone, rate, poll, revisit, valid_until,
# enabled, owner, requisites, render, headers, cookies, user_agent, proxy, auth.
# `newscrawl sources init` writes an example that explains each.
"""


def write_toml(sources: Iterable[Source]) -> str:
    """A sources file of these, with a head that says what can be added."""
    return "\n".join([_HEAD, *map(table, sources)])


def table(source: Source, *, notes: Mapping[str, Sequence[str]] | None = None) -> str:
    """One `[[source]]` table. What is as it is by default is left out.

    `notes` become comments: those of a key stand above it, those of a URL behind it, and those of
    the empty name above the whole.
    """
    notes = notes or {}
    lines = [*_comments(notes.get("", ())), "[[source]]"]
    for key, value in _stated(source):
        lines += _comments(notes.get(key, ()))
        lines += _array(key, value, notes) if isinstance(value, list) else [f"{key} = {value}"]
    return "\n".join(lines) + "\n"


def _stated(source: Source) -> Iterator[tuple[str, Any]]:
    """The keys to write, in their order, each with a TOML value or the list of an array's."""
    yield "name", _string(source.name)
    yield "home", _string(source.home)
    lists = {
        "feeds": source.feeds,
        "sitemaps": source.sitemaps,
        "include": [pattern.pattern for pattern in source.include],
        "exclude": [pattern.pattern for pattern in source.exclude],
    }
    for key, values in lists.items():
        if values:
            yield key, [_string(value) for value in values]
    for key, text in (("language", source.language), ("zone", source.zone)):
        if text:
            yield key, _string(text)
    if source.rate is not None:
        yield "rate", _number(source.rate)
    default = Source("", "")
    if source.poll != Poll():
        yield "poll", f"{{ min = {_length(source.poll.min)}, max = {_length(source.poll.max)} }}"
    if source.revisit != default.revisit:
        yield "revisit", f"[{', '.join(map(_length, source.revisit))}]"
    if source.valid_until is not None:
        yield "valid_until", source.valid_until.isoformat()
    if not source.enabled:
        yield "enabled", "false"
    if source.owner:
        yield "owner", _string(source.owner)
    if source.requisites is not None:
        yield "requisites", _string(source.requisites)
    if source.render is not None:
        yield "render", _string(source.render)
    yield from _of_requests(source.request)


def _of_requests(options: RequestOptions) -> Iterator[tuple[str, str]]:
    if options.headers:
        pairs = (f"{json_line(name)} = {json_line(value)}" for name, value in options.headers)
        yield "headers", f"{{ {', '.join(pairs)} }}"
    texts = {"cookies": options.cookies, "user_agent": options.user_agent, "proxy": options.proxy}
    yield from ((key, _string(text)) for key, text in texts.items() if text)
    if options.auth:
        user, password = map(json_line, options.auth)
        yield "auth", f"{{ user = {user}, password = {password} }}"


def _array(key: str, values: list[str], notes: Mapping[str, Sequence[str]]) -> list[str]:
    beside = [" ".join(_comments(notes.get(value[1:-1], ()))) for value in values]
    if len(values) == 1 and not beside[0]:
        return [f"{key} = [{values[0]}]"]
    items = [
        f"    {value},  {comment}".rstrip() for value, comment in zip(values, beside, strict=True)
    ]
    return [f"{key} = [", *items, "]"]


def _string(text: str) -> str:
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"  # a regular expression is easier to read without doubled backslashes
    return json_line(text)


def _length(seconds: float) -> str:
    short = written(seconds)
    return f'"{short}"' if short else _number(seconds)


def _number(value: float) -> str:
    return repr(int(value) if value == int(value) else value)


def _comments(notes: Iterable[str]) -> list[str]:
    """One comment a note; whatever a page said stays within its line."""
    clean = ["".join(c if c.isprintable() else " " for c in note) for note in notes]
    indents = [" " * (len(note) - len(note.lstrip(" "))) for note in clean]
    return [
        f"# {indent}{' '.join(note.split())}".rstrip()
        for indent, note in zip(indents, clean, strict=True)
    ]
