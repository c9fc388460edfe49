"""Counts, per source and field, what would change if the new records replaced the existing ones."""

from __future__ import annotations

import dataclasses
from itertools import groupby
from typing import TYPE_CHECKING, Any

from newscrawl.replay.comparison import RECORD, Difference
from newscrawl.urls import site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAX_EXAMPLES = 3


@dataclasses.dataclass(slots=True)
class Tally:
    """One field of one source: what only the new records state, only the old ones, and both otherwise."""

    source: str
    field: str
    new: int = 0
    lost: int = 0
    changed: int = 0
    examples: list[Difference] = dataclasses.field(default_factory=list)

    def add(self, difference: Difference) -> None:
        """Count a difference; the first few are kept."""
        if not difference.kept:
            self.new += 1
        elif not difference.made:
            self.lost += 1
        else:
            self.changed += 1
        if len(self.examples) < _MAX_EXAMPLES:
            self.examples.append(difference)

    def to_dict(self) -> dict[str, Any]:
        examples = [
            {"url": each.url, "where": each.where, "old": each.kept, "new": each.made}
            for each in self.examples
        ]
        return {
            "source": self.source,
            "field": self.field,
            "new": self.new,
            "lost": self.lost,
            "changed": self.changed,
            "examples": examples,
        }


class Diff:
    """Takes differences in the order of their records, and holds only counts and examples."""

    def __init__(self, differences: Iterable[Difference]) -> None:
        self._tallies: dict[tuple[str, str], Tally] = {}
        #: How many records differ.
        self.records = 0
        for _, of_record in groupby(differences, key=lambda each: each.where):
            found = list(_counted(list(of_record)))
            self.records += bool(found)
            for each in found:
                name = site(each.url), each.field
                self._tallies.setdefault(name, Tally(*name)).add(each)

    @property
    def tallies(self) -> list[Tally]:
        """By source and field, whole records first."""
        return sorted(self._tallies.values(), key=lambda t: (t.source, t.field != RECORD, t.field))


def _counted(differences: list[Difference]) -> Iterator[Difference]:
    """The differences of a record that are counted: provenance only of fields that are the same."""
    changed = {each.field for each in differences}
    for each in differences:
        if each.field == "provenance":
            yield from _of_provenance(each, changed)
        elif each.field == "extractor":
            yield from _of_rule(each)
        else:
            yield each


def _of_rule(each: Difference) -> Iterator[Difference]:
    """The rules that the records were made by, where they are not the same; versions of code are not told."""
    kept, made = (_rule_of(side) for side in (each.kept, each.made))
    if kept != made:
        yield Difference(each.url, each.where, "rule", kept, made)


def _rule_of(extractor: dict[str, str] | None) -> str | None:
    """The rule with its version, as `name digest`, and why it was not applied."""
    found = [value for name, value in (extractor or {}).items() if name.startswith("rule")]
    return " ".join(found) or None


def _of_provenance(each: Difference, changed: set[str]) -> Iterator[Difference]:
    kept, made = each.kept or {}, each.made or {}
    for name in sorted({*kept, *made} - changed):
        if kept.get(name) != made.get(name):
            where_from = f"provenance.{name}"
            yield Difference(each.url, each.where, where_from, kept.get(name), made.get(name))
