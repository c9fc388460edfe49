"""Texts without their boilerplate, and the analysis of texts kept for those that are compared soon after.

An article is compared with up to twelve others, and its copies come within hours: what is derived of a text
alone is derived once.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from newscrawl.lineage.shingles import hashes, hashes_by_line, hashes_with_places
from newscrawl.lineage.units import units

if TYPE_CHECKING:
    from collections.abc import Set

    from newscrawl.lineage.units import Units

#: Hashes of a line that are stop shingles, and their share of all, for the line to be boilerplate.
MIN_STOPS, STOP_SHARE = 2, 0.8
#: Characters of the texts of which the analysis is kept: about 80 bytes of memory each.
MAX_KEPT = 300_000


class AnalysedTexts:
    """The analysis of the texts that were asked for last.

    Threads may share it.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Analysis] = OrderedDict()
        self._lock = Lock()
        self._characters = 0

    def units_of(self, body: str, stops: Set[int] = frozenset()) -> Units:
        """The units of a text without the lines of which nearly all sampled hashes are among `stops`."""
        with self._lock:
            known = self._analysis_of(body)
            if stops and (rest := known.without(stops)) is not None:
                return self._analysis_of(rest).units
            return known.units

    def hashes_of(self, body: str) -> frozenset[int]:
        """The sampled hashes of a text."""
        with self._lock:
            return self._analysis_of(body).hashes

    def rarity_of(self, body: str) -> int:
        """How rare the sampled hashes of a text are, beside those of texts in words."""
        with self._lock:
            return self._analysis_of(body).rarity

    def add(self, body: str, placed: tuple[tuple[int, int], ...], rarity: int) -> None:
        """Note the analysis of a text that was made elsewhere."""
        with self._lock:
            known = self._analysis_of(body)
            known.placed, known.rarity = placed, rarity

    def _analysis_of(self, text: str) -> _Analysis:
        if text in self._kept:
            self._kept.move_to_end(text)
            return self._kept[text]
        self._characters += len(text)
        while self._kept and self._characters > MAX_KEPT:
            gone, _ = self._kept.popitem(last=False)
            self._characters -= len(gone)
        found = self._kept[text] = _Analysis(text)
        return found


class _Analysis:
    """What follows from one text alone, each when it is asked for."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def units(self) -> Units:
        return units(self.text)

    @cached_property
    def rarity(self) -> int:
        return self.units.writing.rarity

    @cached_property
    def placed(self) -> tuple[tuple[int, int], ...]:
        return hashes_with_places(self.units)

    @cached_property
    def hashes(self) -> frozenset[int]:
        return frozenset(hash_ for _, hash_ in self.placed)

    def without(self, stops: Set[int]) -> str | None:
        """The text without boilerplate; None if it has none."""
        if self.units.line_ends is not None and self.hashes.isdisjoint(stops):
            return None
        kept = [line for line, found in self._lines if not _is_boilerplate(found, stops)]
        return None if len(kept) == len(self._lines) else "\n".join(kept)

    @cached_property
    def _lines(self) -> list[tuple[str, frozenset[int]]]:
        lines = self.text.split("\n")
        found = hashes_by_line(self.units, self.placed)
        if found is None:
            found = [frozenset(hashes(units(line))) for line in lines]
        return list(zip(lines, found, strict=True))


def _is_boilerplate(found: frozenset[int], stops: Set[int]) -> bool:
    known = len(found & stops)
    return known >= MIN_STOPS and known >= STOP_SHARE * len(found)
