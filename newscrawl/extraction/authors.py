"""Who wrote it, chosen from the page's bylines: persons, and the papers and agencies beside them.

The first byline that names persons gives the authors, unless a later one names all of them and more,
or names them in full. SourceRules and agencies of that byline are the credit; if it names none, the agencies
of another one; where there is no author, what the first byline names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawl.extraction.agencies import is_agency
from newscrawl.extraction.fragments import EAST
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


def ascribe(bylines: Iterable[Byline], *, papers: frozenset[str]) -> Credits:
    """The authors and the credit that the bylines, best first, give."""
    stated = list(bylines)
    editors = {folded(n.text) for b in stated for n in b.others if n.role == "editor"}
    telling = [b for b in stated if (b.persons or b.bodies) and not _names_editors(b, editors)]
    with_persons = [b for b in telling if b.persons]
    if not with_persons:
        return _credited(_of_agencies(telling)[:1], telling)
    winner = _fuller(_first(with_persons), with_persons[1:], papers)
    bodies = [winner] if winner.bodies else []
    bodies += [b for b in telling if not b.persons and all(map(is_agency, b.bodies))]
    credited = _credited(bodies[:1], [])
    said = _provenance(winner, with_persons, lambda b: b.persons)
    return Credits(winner.persons, credited.credit, {"authors": said, **credited.provenance})


def _names_editors(byline: Byline, editors: set[str]) -> bool:
    """Whether a meta tag holds whom the page calls its editor: such a field is filled by the system."""
    if not byline.source.startswith("meta") or not byline.persons:
        return False
    return all(folded(name) in editors for name in byline.persons)


def _of_agencies(bylines: Sequence[Byline]) -> Sequence[Byline]:
    """The bylines that name an agency, if any does: the paper's own name is what a field is filled with
    where nobody is given. What JSON-LD says gives way to another field alone, not to a line."""
    stated = bool(bylines) and bylines[0].source.startswith("json-ld")
    telling = [b for b in bylines if not stated or b.source.startswith(("json-ld", "meta"))]
    return [b for b in telling if any(map(is_agency, b.bodies))] or bylines


def _first(bylines: Sequence[Byline]) -> Byline:
    """The first one, but that a Chinese, Japanese or Korean line with a role goes before a meta tag, and
    before an element that only its class calls a byline.

    A lone word in a marked element may be a label: a later byline that says "By" goes before it. A login
    ("khartog", "Wilma.H", "KatieS") gives way to one that names somebody in full.
    """
    first = bylines[0]
    weak = first.source.startswith("meta") or not first.opened
    if weak and (said := [b for b in bylines if b.labelled]):
        return said[0]
    if any(" " in name or EAST.search(name) for name in first.persons):
        return first
    if not first.opened:
        return next((b for b in bylines if b.opened), first)
    if not all(map(_is_login, first.persons)):
        return first
    full = [b for b in bylines[1:] if b.opened and all(" " in name for name in b.persons)]
    return next(iter(full), first)


_LOGIN = re.compile(r"[^\W\d_]+[._\d]\w*|[^\W\d_]*[a-z][A-Z]\w*")


def _is_login(name: str) -> bool:
    return name.islower() or bool(_LOGIN.fullmatch(name))


def _credited(winner: Sequence[Byline], others: Sequence[Byline]) -> Credits:
    """No author, and the papers and agencies of the byline, if there is one."""
    if not winner:
        return Credits()
    provenance = {"credit": _provenance(winner[0], others, lambda b: b.bodies)}
    return Credits((), winner[0].bodies, provenance)


def _fuller(first: Byline, others: Sequence[Byline], papers: frozenset[str]) -> Byline:
    """`first`, or the byline that says the same and more; that the paper has it is not more."""
    best = first
    for other in others:
        if not (other.clean and other.opened and len(other.persons) <= 8):
            continue
        if _says_more(_words(other, papers), _words(best, papers)):
            best = other
    return best


def _words(byline: Byline, papers: frozenset[str]) -> list[frozenset[str]]:
    """The words of each name but the paper's own."""
    names = (n.text for n in byline.names if folded(n.text) not in papers)
    return [frozenset(map(folded, name.split())) for name in names]


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
