"""What may each key of a source's table hold? What it may not raises Wrong; bad items of arrays are noted."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from newscrawl import urls
from newscrawl.causes import RENDER_RULES, REQUISITE_LEVELS
from newscrawl.errors import UsageError
from newscrawl.sources.source import Poll
from newscrawl.text import durations
from newscrawl.text.toml_mistakes import Wrong, meant
from newscrawl.text.toml_values import items, shown

if TYPE_CHECKING:
    from newscrawl.text.toml_mistakes import Place

#: Requests a second; more is no rate that a crawler should keep up at one host.
RATE_MAX = 100.0

_LENGTH = 'is not a length of time such as 900, "90s", "15m", "6h" or "1d"'


def url(value: Any, _: Place) -> str:
    if not isinstance(value, str):
        raise Wrong(f"{shown(value)} is not a URL")
    try:
        return urls.named(value)
    except UsageError as error:
        raise Wrong(str(error)) from error


def url_list(value: Any, at: Place) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for item, each in items(value, at, url, "URLs"):
        if found.setdefault(urls.key(each), each) is not each:
            item.wrong(f"{each!r} is listed twice")
    return tuple(found.values())


def patterns(value: Any, at: Place) -> tuple[re.Pattern[str], ...]:
    return tuple(each for _, each in items(value, at, _pattern, "regular expressions"))


def _pattern(value: Any, _: Place) -> re.Pattern[str]:
    if not isinstance(value, str) or not value:
        raise Wrong(f"{shown(value)} is not a regular expression")
    try:
        return re.compile(value)
    except re.error as error:
        raise Wrong(f"{shown(value)} is not a regular expression: {error}") from error


def rate(value: Any, _: Place) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0 < value <= RATE_MAX:
        limits = f"above 0, at most {RATE_MAX:g}"
        raise Wrong(f"{shown(value)} is not a number of requests a second ({limits})")
    return float(value)


def requisites(value: Any, _: Place) -> str:
    if value not in ("no", *REQUISITE_LEVELS):
        raise Wrong(f'{shown(value)} is none of "no", "look" and "all"')
    return str(value)


def render(value: Any, _: Place) -> str:
    if value not in RENDER_RULES:
        raise Wrong(f'{shown(value)} is none of "never", "empty" and "always"')
    return str(value)


def poll(value: Any, at: Place) -> Poll:
    if not isinstance(value, dict):
        raise Wrong(f'{shown(value)} is not a table such as {{ min = "5m", max = "6h" }}')
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
        raise Wrong(f"{shown(value)} {_LENGTH}")
    return found


def revisit(value: Any, at: Place) -> tuple[float, ...]:
    found: list[float] = []
    for item, each in items(value, at, duration, "lengths of time"):
        if found and each <= found[-1]:
            item.wrong(f"{_length(each)} does not come after {_length(found[-1])}")
        found.append(each)
    return tuple(found)


def _length(seconds: float) -> str:
    return durations.written(seconds) or f"{seconds:g} s"
