"""Texts without their boilerplate, and the analysis of texts kept for those that are compared soon after.

An article is compared with up to twelve others, and its copies come within hours: what is derived of a text
alone is derived once.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from newscrawl.lineage.shingles import hashes
from newscrawl.lineage.units import units

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from newscrawl.lineage.units import Units

T = TypeVar("T")

#: Hashes of a line that are stop shingles, and their share of all, for the line to be boilerplate.
MIN_STOPS, STOP_SHARE = 2, 0.8
#: Characters of the texts of which the analysis is kept: about 80 bytes of memory each.
MAX_KEPT = 300_000


class AnalysedTexts:
    """The units of the texts that were asked for last, and the hashes of their lines.

    Threads may share it.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, str], Any] = OrderedDict()
        self._lock = Lock()
        self._characters = 0

    def units_of(self, body: str, stops: Collection[int] = ()) -> Units:
        """The units of a text without the lines of which nearly all sampled hashes are among `stops`."""
        with self._lock:
            if stops:
                lines = self._once(_lines_of, body)
                kept = [line for line, found in lines if not _is_boilerplate(found, stops)]
                body = body if len(kept) == len(lines) else "\n".join(kept)
            return self._once(units, body)

    def _once(self, analyse: Callable[[str], T], text: str) -> T:
        key = analyse, text
        if key in self._kept:
            self._kept.move_to_end(key)
            found: T = self._kept[key]
            return found
        self._characters += len(text)
        while self._kept and self._characters > MAX_KEPT:
            (_, gone), _ = self._kept.popitem(last=False)
            self._characters -= len(gone)
        found = self._kept[key] = analyse(text)
        return found


def _lines_of(body: str) -> list[tuple[str, frozenset[int]]]:
    return [(line, frozenset(hashes(units(line)))) for line in body.split("\n")]


def _is_boilerplate(found: frozenset[int], stops: Collection[int]) -> bool:
    known = sum(each in stops for each in found)
    return known >= MIN_STOPS and known >= STOP_SHARE * len(found)
