"""Which entries of a long feed are the newest? Told from its text: to read each entry costs too much."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENTRY = re.compile(r"<(?P<tag>(?:[\w.-]{1,40}:)?(?:item|entry))[\s>]", re.IGNORECASE)
_DATE = re.compile(
    r"<(?:[\w.-]{1,40}:)?(?:pubdate|published|issued|date|created|updated|modified)[^<>]{0,200}>"
    r"\s*(?:<!\[CDATA\[)?\s*([^<>\]]{6,80})",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"<(?:[\w.-]{1,40}:)?link[^<>]{0,200}?"
    r"(?:href\s*=\s*[\"\']([^\"\'<>]+)|>\s*(?:<!\[CDATA\[)?\s*([^<>\]\s]+))",
    re.IGNORECASE,
)
#: Of entries without dates this part is taken from the end: some feeds begin with the oldest.
_FROM_END = 4


def newest_entries(text: str, most: int) -> tuple[str, int]:
    """The text of a feed with its newest `most` entries alone, and how many are left out.

    An address counts once. A feed with fewer entries is given as it is.
    """
    starts = [found.start() for found in _ENTRY.finditer(text)]
    if len(starts) <= most:
        return text, 0
    end = _end_of(text, starts[-1])
    spans: dict[str, tuple[int, int]] = {}
    for start, stop in zip(starts, [*starts[1:], end], strict=True):
        link = _LINK.search(text, start, stop)
        spans.setdefault((link[1] or link[2]) if link else f"{start} {stop}", (start, stop))
    whole = list(spans.values())
    dates = [(found[1] if (found := _DATE.search(text, *span)) else "") for span in whole]
    kept = newest(dates, most)
    entries = "".join(text[slice(*whole[at])] for at in kept)
    return text[: starts[0]] + entries + text[end:], len(whole) - len(kept)


def newest(dates: Sequence[str], most: int) -> list[int]:
    """The places of the `most` newest of these stated dates, in their order.

    What has no date comes behind what has one; of that, most is from the beginning and some from the end.
    """
    read = [_seconds(date.strip()) for date in dates]
    dated = sorted(
        (place for place, at in enumerate(read) if at is not None),
        key=lambda place: (-(read[place] or 0.0), place),
    )[:most]
    undated = [place for place, at in enumerate(read) if at is None]
    if (room := most - len(dated)) < len(undated):
        last = room // _FROM_END
        undated = undated[: room - last] + (undated[-last:] if last else [])
    return sorted([*dated, *undated])


@lru_cache(maxsize=4096)
def _seconds(date: str) -> float | None:
    """Seconds since the epoch; for order only, so that a missing zone is taken as UTC."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(date)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    return None


def _end_of(text: str, start: int) -> int:
    """Where the entry that begins at `start` ends: behind its end tag, if it has one."""
    tag = _ENTRY.match(text, start)
    end = text.find(f"</{tag['tag']}", start) if tag else -1
    return text.find(">", end) + 1 if end >= 0 else len(text)
