"""When is a URL tried again that could not be had, and when its host?"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from newscrawl.causes import CAUSES, is_final
from newscrawl.urls import host

if TYPE_CHECKING:
    from newscrawl.errors import Missed
    from newscrawl.frontier import Lease

_SECONDS = re.compile(r"[0-9]{1,9}")
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=\"?([0-9]{1,9})")

#: Seconds that anything waits at most, whatever a server asks for.
MAX_WAIT = 24 * 3600.0


class Retries:
    """The tries of one pass: the first again after `first_wait` seconds, each later wait twice the last,
    `attempts` in all.

    `hold` notes until when a host asks to be left alone.
    """

    def __init__(self, *, first_wait: float, attempts: int) -> None:
        self._first_wait, self._attempts = first_wait, attempts
        self._held: dict[str, float] = {}

    def hold(self, host: str, until: float) -> None:
        """Try nothing of this host before then (seconds since the epoch)."""
        self._held[host] = until

    def next_try(self, lease: Lease, *, now: float) -> float | None:
        """When to try this URL again; None when it has had its tries."""
        tries = lease.attempts + 1
        if tries >= self._attempts:
            return None
        wait: float = min(self._first_wait * 2 ** (tries - 1), MAX_WAIT)
        return max(now + wait, self._held.get(host(lease.url), 0.0))


def is_transient(missed: Missed, status: int | None) -> bool:
    """Whether another try may end better."""
    return CAUSES[missed.cause].transient or (status is not None and not is_final(status))


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
        return now + min(float(text), MAX_WAIT)
    try:
        moment = parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(moment, now + MAX_WAIT) if moment > now else None
