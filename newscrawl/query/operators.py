"""The operators of the query language: what `title:`, `before:` and the others make of their values."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from newscrawl.errors import QueryError, UsageError
from newscrawl.query.tree import (
    IS_STATES,
    Author,
    Has,
    Is,
    Label,
    Language,
    Node,
    Source,
    Text,
    Time,
)
from newscrawl.text import timespec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from newscrawl.query.tokens import Token


def node_of(name: str, value: Token, now: datetime) -> Node:
    """What `name:value` means. Raises QueryError for a value that the operator cannot have."""
    return OPERATORS[name](value, now)


def _title(value: Token, _now: datetime) -> Node:
    return Text(
        value.text, is_title=True, is_exact=value.kind == "phrase", is_prefix=value.is_prefix
    )


def _author(value: Token, _now: datetime) -> Node:
    return Author(value.text, value.is_prefix)


def _source(value: Token, _now: datetime) -> Node:
    return Source(value.text, value.is_prefix)


def _language(value: Token, _now: datetime) -> Node:
    return Language(value.text.strip().lower().replace("_", "-"))


def _section(value: Token, _now: datetime) -> Node:
    return Label("section", value.text, value.is_prefix)


def _tag(value: Token, _now: datetime) -> Node:
    return Label("tag", value.text, value.is_prefix)


def _before(value: Token, now: datetime) -> Node:
    return Time("published", None, _interval(value, value.text, "before:", now)[0])


def _after(value: Token, now: datetime) -> Node:
    return Time("published", _interval(value, value.text, "after:", now)[0], None)


def _published(value: Token, now: datetime) -> Node:
    return Time("published", *_range(value, "published:", now))


def _captured(value: Token, now: datetime) -> Node:
    return Time("captured", *_range(value, "captured:", now))


def _range(value: Token, name: str, now: datetime) -> tuple[float | None, float | None]:
    """`A..B`, `A..`, `..B` or one time; `7d` alone is the last seven days."""
    first, dots, last = value.text.partition("..")
    if not dots:
        begin, end = _interval(value, first, name, now)
        return begin, end if end > begin else None
    if not first.strip() and not last.strip():
        raise QueryError(value.position, f"{name} needs a time, as {name}2026-05-19")
    begin_at = _interval(value, first, name, now)[0] if first.strip() else None
    end_at = _interval(value, last, name, now)[1] if last.strip() else None
    return begin_at, end_at


def _interval(value: Token, text: str, name: str, now: datetime) -> tuple[float, float]:
    try:
        found = timespec.interval(text, name, now=now)
    except UsageError as error:
        raise QueryError(value.position, str(error)) from None
    return found.begin.timestamp(), found.end.timestamp()


def _chosen(choices: Mapping[str, Node], value: Token, _now: datetime) -> Node:
    if (node := choices.get(value.text.strip().lower())) is None:
        raise QueryError(value.position, f"{value.text} is not one of {', '.join(choices)}")
    return node


_IS: dict[str, Node] = {node.state: node for node in map(Is, IS_STATES)}
_HAS: dict[str, Node] = {
    node.field: node
    for node in (Has("date"), Has("author"), Has("section"), Has("tag"), Has("language"))
}

#: By name; docs/reference/search.md has a row for each.
OPERATORS: dict[str, Callable[[Token, datetime], Node]] = {
    "title": _title,
    "author": _author,
    "source": _source,
    "lang": _language,
    "section": _section,
    "tag": _tag,
    "before": _before,
    "after": _after,
    "published": _published,
    "captured": _captured,
    "is": partial(_chosen, _IS),
    "has": partial(_chosen, _HAS),
}
