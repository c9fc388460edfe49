"""Which records were made by rules for sites that a replay was not given?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Names of rules that are told.
_TOLD = 5


class AbsentRules:
    """Counts records by the rule that made them, if it is none of those that are given."""

    def __init__(self, given: Iterable[str] = ()) -> None:
        self._given = frozenset(given)
        self._records: Counter[str] = Counter()

    def add(self, record: dict[str, Any] | None) -> None:
        """Look at a record that exists."""
        rule = ((record or {}).get("extractor") or {}).get("rule")
        if rule is not None and rule not in self._given:
            self._records[rule] += 1

    def __str__(self) -> str:
        """A line for the user; empty if there is nothing to be said."""
        if not (number := self._records.total()):
            return ""
        names = sorted(self._records)
        more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
        were = "record was" if number == 1 else "records were"
        return (
            f"{number} {were} made by rules that are not given here"
            f" ({', '.join(names[:_TOLD])}{more}): name their file with --rules"
        )
