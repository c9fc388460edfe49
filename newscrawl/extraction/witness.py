"""What one place on the page says about one field, and how the field is chosen from such places.

Every reader of this room returns witnesses in its documented order, best first. Choosing is pure: the
first witness wins, and those that disagree are kept beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newscrawl.extraction.wording import LIMITS, MOST_AGAINST, folded, line
from newscrawl.items import Provenance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

#: The source of what a feed or sitemap said.
ANNOUNCEMENT = "announcement"


@dataclass(frozen=True, slots=True)
class Witness:
    """`value` is the statement cleaned for the record, `raw` the string as it stood at `source`."""

    value: str
    source: str
    raw: str


def witness(value: str, source: str, raw: str | None = None) -> Witness:
    return Witness(value, source, line(value if raw is None else raw, LIMITS["raw"]))


def choose(
    witnesses: Iterable[Witness], *, alike: Callable[[str], object] = folded
) -> tuple[str | None, Provenance | None]:
    """The first witness's value; `alike` is what two statements of the same have in common."""
    known = [w for w in witnesses if w.value]
    if not known:
        return None, None
    return known[0].value, provenance(known[0], known[1:], alike=alike)


def provenance(
    winner: Witness,
    others: Sequence[Witness],
    *,
    alike: Callable[[str], object] = folded,
    note: str | None = None,
) -> Provenance:
    """Where `winner` stood, and which of `others` say something else."""
    said = {alike(winner.value)}
    against = []
    for other in others:
        if (gist := alike(other.value)) not in said:
            said.add(gist)
            against.append({"source": other.source, "raw": other.raw})
    return Provenance(winner.source, winner.raw, tuple(against[:MOST_AGAINST]), note)


def attributed(provenance: Provenance | None, announced: Mapping[str, str]) -> Provenance | None:
    """With the address of the feed or sitemap in its note, where that is the witness, or completed it."""
    by = line(announced.get("by", ""), LIMITS["raw"])
    if provenance is None or not by:
        return provenance
    note = provenance.note or ""
    if provenance.source != ANNOUNCEMENT and not note.endswith(f" from {ANNOUNCEMENT}"):
        return provenance
    said = f"announced by {by}"
    return replace(provenance, note=f"{note}; {said}" if note else said)
