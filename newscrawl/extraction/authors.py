"""Who wrote it, chosen from the page's bylines: persons, and the papers and agencies beside them.

The first byline that names persons gives the authors, unless a later one names all of them and more,
or names them in full. Papers and agencies of that byline, or of the first one that names any where no
person is named, are the credit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawl.extraction.wording import MOST_AGAINST, folded
from newscrawl.items import Provenance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from newscrawl.extraction.bylines import Byline


@dataclass(frozen=True, slots=True)
class Credits:
    """What the record says of its makers, and where each part stood."""

    authors: tuple[str, ...] = ()
    credit: tuple[str, ...] = ()
    provenance: dict[str, Provenance] = field(default_factory=dict)


def ascribe(bylines: Iterable[Byline]) -> Credits:
    """The authors and the credit that the bylines, best first, give."""
    telling = [b for b in bylines if b.names]
    with_persons = [b for b in telling if b.persons]
    provenance: dict[str, Provenance] = {}
    if with_persons:
        winner = _fuller(with_persons[0], with_persons[1:])
        provenance["authors"] = _provenance(winner, with_persons, lambda b: b.persons)
        if winner.bodies:
            provenance["credit"] = _provenance(winner, [], lambda b: b.bodies)
        return Credits(winner.persons, winner.bodies, provenance)
    if not telling:
        return Credits()
    winner = telling[0]
    provenance["credit"] = _provenance(winner, telling, lambda b: b.bodies)
    return Credits((), winner.bodies, provenance)


def _fuller(first: Byline, others: Sequence[Byline]) -> Byline:
    """`first`, or the byline that says the same and more."""
    best = first
    for other in others:
        if (
            other.clean
            and other.opened
            and len(other.persons) <= 8
            and _says_more(_words(other), _words(best))
        ):
            best = other
    return best


def _words(byline: Byline) -> list[frozenset[str]]:
    return [frozenset(map(folded, n.text.split())) for n in byline.names]


def _says_more(names: list[frozenset[str]], than: list[frozenset[str]]) -> bool:
    """Whether each of `than` is one of `names`, or a part of one, and not the other way round."""
    return (
        names != than and all(any(t <= n for n in names) for t in than) and len(names) >= len(than)
    )


def _provenance(
    winner: Byline, others: Sequence[Byline], part: Callable[[Byline], tuple[str, ...]]
) -> Provenance:
    said = {frozenset(map(folded, part(winner)))}
    against: list[dict[str, str]] = []
    for other in others:
        if (names := frozenset(map(folded, part(other)))) not in said:
            said.add(names)
            against.append({"source": other.source, "raw": other.raw})
    return Provenance(winner.source, winner.raw, tuple(against[:MOST_AGAINST]))
