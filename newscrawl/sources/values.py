"""What may each key of a source's table hold? What it may not raises Wrong; bad items of arrays are noted."""

from __future__ import annotations

import math
import re
import zoneinfo
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from newscrawl import urls
from newscrawl.errors import UsageError
from newscrawl.sources import languages
from newscrawl.sources.source import Poll
from newscrawl.sources.validation import Wrong, meant
from newscrawl.text import durations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newscrawl.sources.validation import Place

T = TypeVar("T")

#: Requests a second; more is no rate that a crawler should keep up at one host.
RATE_MAX = 100.0

_LENGTH = 'is not a length of time such as 900, "90s", "15m", "6h" or "1d"'


def name(value: Any, _: Place) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else None
    if not text:
        raise Wrong(f"{_shown(value)} is not a name")
    if not text.isprintable():
        raise Wrong(f"{_shown(value)} has characters that cannot be printed")
    return text


def url(value: Any, _: Place) -> str:
    if not isinstance(value, str):
        raise Wrong(f"{_shown(value)} is not a URL")
    try:
        return urls.named(value)
    except UsageError as error:
        raise Wrong(str(error)) from error


def url_list(value: Any, at: Place) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for item, each in _items(value, at, url, "URLs"):
        if found.setdefault(urls.key(each), each) is not each:
            item.wrong(f"{each!r} is listed twice")
    return tuple(found.values())


def patterns(value: Any, at: Place) -> tuple[re.Pattern[str], ...]:
    return tuple(each for _, each in _items(value, at, _pattern, "regular expressions"))


def _pattern(value: Any, _: Place) -> re.Pattern[str]:
    if not isinstance(value, str) or not value:
        raise Wrong(f"{_shown(value)} is not a regular expression")
    try:
        return re.compile(value)
    except re.error as error:
        raise Wrong(f"{_shown(value)} is not a regular expression: {error}") from error


def language(value: Any, _: Place) -> str:
    found = languages.tag(value) if isinstance(value, str) else None
    if found is None:
        raise Wrong(f'{_shown(value)} is not a language tag such as "de" or "pt-BR"')
    return found


def zone(value: Any, _: Place) -> str:
    if not isinstance(value, str) or value not in zones():
        near = meant(str(value), zones())
        raise Wrong(f'{_shown(value)} is not a time zone such as "Europe/Berlin"{near}')
    return value


@cache
def zones() -> frozenset[str]:
    """The names of all IANA time zones."""
    return frozenset(zoneinfo.available_timezones())


def rate(value: Any, _: Place) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0 < value <= RATE_MAX:
        limits = f"above 0, at most {RATE_MAX:g}"
        raise Wrong(f"{_shown(value)} is not a number of requests a second ({limits})")
    return float(value)


def poll(value: Any, at: Place) -> Poll:
    if not isinstance(value, dict):
        raise Wrong(f'{_shown(value)} is not a table such as {{ min = "5m", max = "6h" }}')
    bounds: dict[str, float] = {}
    for key, each in value.items():
        with at.item(key).noting():
            if key not in ("min", "max"):
                raise Wrong(f"is not a key of poll{meant(key, ('min', 'max'))}")
            bounds[key] = duration(each, at.item(key))
    found = Poll(**bounds)
    if found.min > found.max:
        _disorder(found, bounds, at)
    return found


def _disorder(poll: Poll, bounds: dict[str, float], at: Place) -> None:
    shortest, longest = _length(poll.min), _length(poll.max)
    if "min" not in bounds:
        at.item("max").wrong(f"{longest} is less than poll.min, {shortest} where it is not stated")
    else:
        default = "" if "max" in bounds else " where it is not stated"
        at.item("min").wrong(f"{shortest} is more than poll.max, {longest}{default}")


def duration(value: Any, _: Place) -> float:
    found = durations.seconds(value)
    if found is None:
        raise Wrong(f"{_shown(value)} {_LENGTH}")
    return found


def revisit(value: Any, at: Place) -> tuple[float, ...]:
    found: list[float] = []
    for item, each in _items(value, at, duration, "lengths of time"):
        if found and each <= found[-1]:
            item.wrong(f"{_length(each)} does not come after {_length(found[-1])}")
        found.append(each)
    return tuple(found)


def day(value: Any, _: Place) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise Wrong(f"{_shown(value)} is not a day such as 2027-03-31, without quotes")


def flag(value: Any, _: Place) -> bool:
    if isinstance(value, bool):
        return value
    raise Wrong(f"{_shown(value)} is neither true nor false")


def _items(
    value: Any, at: Place, check: Callable[[Any, Place], T], what: str
) -> Iterator[tuple[Place, T]]:
    """The good items of an array, each with its place."""
    if not isinstance(value, list):
        raise Wrong(f"{_shown(value)} is not an array of {what}")
    for number, each in enumerate(value):
        item = at.item(number)
        with item.noting():
            yield item, check(each, item)


def _shown(value: Any) -> str:
    """A value as a message quotes it."""
    if isinstance(value, date):
        return value.isoformat()
    text = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else repr(value)
    return text if text is not None and len(text) <= 80 else f"{repr(value)[:77]}..."


def _length(seconds: float) -> str:
    return durations.written(seconds) or f"{seconds:g} s"
