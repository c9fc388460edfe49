"""How text reuse is printed: shares, and the evidence of a direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.lineage.direction import Direction

_KINDS = {
    "declared": "declared",
    "revision": "revisions",
    "text": "text",
    "seen": "first seen",
    "stated": "stated times",
}


def percent(share: float) -> str:
    """A share in whole percent; what is not all is never 100 %."""
    return f"{100 if share >= 1 else min(99, round(100 * share))} %"


def evidence_lines(decided: Direction, names: tuple[str, str]) -> Iterator[str]:
    """A line for each piece of evidence, and what it says was first; `names` are those of the two sides."""
    for each in decided.evidence:
        first, other = names if each.first == "a" else names[::-1]
        decides = " (decides)" if each.kind == decided.kind else ""
        if each.kind in ("seen", "stated"):
            yield f"    {_KINDS[each.kind]}: {first} {each.detail}{decides}"
        elif each.kind == "text":
            yield f"    {_KINDS[each.kind]}: {each.detail}: {first} was earlier{decides}"
        else:
            yield f"    {_KINDS[each.kind]}: {other} {each.detail}{decides}"
