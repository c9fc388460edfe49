"""Lengths of time as people write them: `90s`, `15m`, `6h`, `1d`, `2w`, or a number of seconds."""

from __future__ import annotations

import math
import re

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_WRITTEN = re.compile(r"(\d+(?:\.\d+)?) ?([smhdw])")

#: Ten years; what is longer is a slip of the pen, and would overflow a date.
LONGEST = 3650 * 86_400.0


def seconds(value: object) -> float | None:
    """The seconds that this value of a TOML key means, or None if it is no length of time."""
    if isinstance(value, str) and (written := _WRITTEN.fullmatch(value.strip())):
        found = float(written[1]) * _UNITS[written[2]]
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = float(value)
    else:
        return None
    return found if math.isfinite(found) and 0 < found <= LONGEST else None


def written(length: float) -> str | None:
    """The shortest form with a unit that means exactly these seconds, if there is one."""
    for unit in ("d", "h", "m", "s"):
        number, rest = divmod(length, _UNITS[unit])
        if number and not rest:
            return f"{int(number)}{unit}"
    return None
