"""When is a URL tried again that could not be had, and when its host? Pure functions."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from newscrawl.items import PASSING
from newscrawl.processing.validate import is_final

if TYPE_CHECKING:
    from newscrawl.errors import Missed

_SECONDS = re.compile(r"[0-9]{1,9}")
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=\"?([0-9]{1,9})")

#: A server may ask for more; this is as long as anything waits.
_LONGEST = 24 * 3600.0


def may_pass(missed: Missed, status: int | None) -> bool:
    """Whether another try may end better."""
    return missed.cause in PASSING or (status is not None and not is_final(status))


def next_try(tries: int, *, now: float, first_wait: float, held_until: float | None) -> float:
    """When to try again after so many tries: each wait is twice the last one, up to a day."""
    wait: float = min(first_wait * 2 ** (tries - 1), _LONGEST)
    return max(now + wait, held_until or 0.0)


def fresh_for(cache_control: bytes | None, age: bytes | None) -> float | None:
    """Seconds for which an answer says that it stays as it is (RFC 9111, 5.2.2.1); None if it does not."""
    said = (cache_control or b"").decode("latin-1").lower()
    if (found := _MAX_AGE.search(said)) is None:
        return None
    passed = (age or b"").decode("latin-1").strip()
    return max(float(found[1]) - (float(passed) if _SECONDS.fullmatch(passed) else 0.0), 0.0)


def retry_after(value: bytes | None, *, now: float) -> float | None:
    """Until when a Retry-After (RFC 9110, 10.2.3) asks to stay away; None where it says nothing."""
    text = (value or b"").decode("latin-1").strip()
    if _SECONDS.fullmatch(text):
        return now + min(float(text), _LONGEST)
    try:
        moment = parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(moment, now + _LONGEST) if moment > now else None
