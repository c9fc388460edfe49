"""Who edited, photographed or translated it, where a byline states such a role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.extraction.wording import LIMITS, MOST_NAMES, folded, line
from newscrawl.items import Provenance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.extraction.bylines import Byline


@dataclass(frozen=True, slots=True)
class Contributors:
    """The names, each once; the provenance's note gives the role of each."""

    names: tuple[str, ...] = ()
    provenance: Provenance | None = None

    @property
    def note(self) -> str | None:
        return self.provenance.note if self.provenance else None


def of_bylines(bylines: Sequence[Byline], *, authors: Sequence[str]) -> Contributors:
    """Those with a role that is not an author's, without `authors`."""
    own = set(map(folded, authors))
    told = {
        folded(name.text): (name, byline)
        for byline in reversed(bylines)
        for name in reversed(byline.others)
        if folded(name.text) not in own
    }
    chosen = list(told.values())[::-1][:MOST_NAMES]
    if not chosen:
        return Contributors()
    note = line("; ".join(f"{name.role}: {name.text}" for name, _ in chosen), LIMITS["raw"])
    first = chosen[0][1]
    names = tuple(name.text for name, _ in chosen)
    return Contributors(names, Provenance(first.source, first.raw, note=note))
