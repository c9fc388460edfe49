"""Values that tables of several kinds may hold; other values raise Wrong, bad items of arrays are noted."""

from __future__ import annotations

import zoneinfo
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from newscrawl.text import language_tags
from newscrawl.text.toml_mistakes import Wrong, meant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newscrawl.text.toml_mistakes import Place

T = TypeVar("T")


def name(value: Any, _: Place) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else None
    if not text:
        raise Wrong(f"{shown(value)} is not a name")
    if not text.isprintable():
        raise Wrong(f"{shown(value)} has characters that cannot be printed")
    return text


def language(value: Any, _: Place) -> str:
    found = language_tags.tag(value) if isinstance(value, str) else None
    if found is None:
        raise Wrong(f'{shown(value)} is not a language tag such as "de" or "pt-BR"')
    return found


def zone(value: Any, _: Place) -> str:
    if not isinstance(value, str) or value not in zones():
        near = meant(str(value), zones())
        raise Wrong(f'{shown(value)} is not a time zone such as "Europe/Berlin"{near}')
    return value


@cache
def zones() -> frozenset[str]:
    """The names of all IANA time zones."""
    return frozenset(zoneinfo.available_timezones())


def day(value: Any, _: Place) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise Wrong(f"{shown(value)} is not a day such as 2027-03-31, without quotes")


def flag(value: Any, _: Place) -> bool:
    if isinstance(value, bool):
        return value
    raise Wrong(f"{shown(value)} is neither true nor false")


def items(
    value: Any, at: Place, check: Callable[[Any, Place], T], what: str
) -> Iterator[tuple[Place, T]]:
    """The good items of an array, each with its place."""
    if not isinstance(value, list):
        raise Wrong(f"{shown(value)} is not an array of {what}")
    for number, each in enumerate(value):
        item = at.item(number)
        with item.noting():
            yield item, check(each, item)


def shown(value: Any) -> str:
    """A value as a message quotes it."""
    if isinstance(value, date):
        return value.isoformat()
    text = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else repr(value)
    return text if text is not None and len(text) <= 80 else f"{repr(value)[:77]}..."
