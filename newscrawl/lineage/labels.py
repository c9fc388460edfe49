"""What is one text to another? A label with its reason, by rules that have a version.

The rules are in docs/explanation/lineage.md. Bounds were chosen on Clough and Stevenson's answers and on
pairs of news (`benchmarks/lineage.py` prints what they reach).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from newscrawl.lineage.alignment import gram_index, is_quoted, overlap
from newscrawl.lineage.substitutions import Rewording, rewording

if TYPE_CHECKING:
    from newscrawl.lineage.alignment import Overlap
    from newscrawl.lineage.units import Units

Label = Literal["reprint", "part", "reworded", "same-source", "quotation", "unrelated"]
#: Labels that say that one text has the words of the other, or both those of a third one.
STATED: frozenset[Label] = frozenset({"reprint", "part", "reworded", "same-source"})

#: The version of these rules.
LABELS_RULE = "reuse/2"
#: Why most pairs that were compared are unrelated.
TOO_LITTLE = "too little is shared"
#: Share of the shingles of a text that the other one has, for it to be all there.
WHOLE = 0.8
#: The same for a reworded copy, and the index of nine-character runs that does as well.
MIN_SHARED, MIN_GRAMS = 0.09, 0.07
#: Share of the shorter text that is aligned word by word in a reworded copy.
MIN_COVERED = 0.5
#: Places at which words were replaced in a copy that is otherwise a part.
MIN_REPLACED = 3
#: Shared passages of a reworded copy.
MIN_RUNS = 3
#: Shared passages of a copy that was reworded freely, and the tenths of its text that they stand in.
MIN_SCATTERED, MIN_TENTHS = 7, 6


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two texts are to each other, and why; `rewording` where they were aligned word by word."""

    label: Label
    reason: str
    overlap: Overlap
    rewording: Rewording | None
    rule: str = LABELS_RULE


def judge(a: Units, b: Units, *, one_source: bool = False) -> Verdict | None:
    """Compare two texts; None if one of them is too short to say anything.

    With `one_source` both are of one paper, which repeats its own words in many ways: then only a whole copy
    is stated. What is stated holds without the notices of the pages, too. What costs more than shares and
    passages is looked at only where the label can depend on it.
    """
    verdict = _judged(a, b, one_source=one_source)
    if verdict is None or verdict.label not in STATED:
        return verdict
    one, other = a.without_notices, b.without_notices
    if one is a and other is b:
        return verdict
    rest = _judged(one, other, one_source=one_source)
    if rest is None or rest.label == "unrelated":
        return Verdict("unrelated", "what is shared speaks of the page", verdict.overlap, None)
    return verdict if rest.label in STATED else replace(rest, overlap=verdict.overlap)


def _judged(a: Units, b: Units, *, one_source: bool) -> Verdict | None:
    if a.is_too_short or b.is_too_short:
        return None
    shared = overlap(a, b)
    least, most = sorted((shared.a_in_b, shared.b_in_a))
    if least >= WHOLE:
        reworded = rewording(a, b) if least < 1 else None
        if reworded is not None and reworded.is_by_program:
            return Verdict("reworded", "words were replaced throughout", shared, reworded)
        return Verdict("reprint", "nearly all of both is shared", shared, reworded)
    if is_quoted(a, b, shared.runs):
        return Verdict("quotation", "all that is shared stands in quotation marks", shared, None)
    if one_source:
        return Verdict("unrelated", "one paper repeats its own words", shared, None)
    is_long = shared.longest >= a.writing.run
    is_scattered = len(shared.runs) >= MIN_SCATTERED and _tenths(a, b, shared) >= MIN_TENTHS
    is_ordered = most >= MIN_SHARED and len(shared.runs) >= MIN_RUNS
    if not (most >= WHOLE or is_long or is_scattered or is_ordered):
        return Verdict("unrelated", TOO_LITTLE, shared, None)
    if most < MIN_SHARED:
        shared = replace(shared, grams=gram_index(a, b))
    return _partial(a, b, shared, most, is_scattered=is_scattered)


def _partial(a: Units, b: Units, shared: Overlap, most: float, *, is_scattered: bool) -> Verdict:
    """What two texts are to each other that do not share nearly all of both."""
    is_alike = most >= MIN_SHARED or (shared.grams or 0) >= MIN_GRAMS
    reworded = rewording(a, b) if is_alike else None
    replaced = sum(each.count for each in reworded.substitutions) if reworded else 0
    if most >= WHOLE and replaced < MIN_REPLACED:
        return Verdict("part", "nearly all of one is in the other", shared, reworded)
    is_ordered = most >= MIN_SHARED and len(shared.runs) >= MIN_RUNS
    if is_ordered and reworded is not None and reworded.covered >= MIN_COVERED:
        why = "the same words in the same order, some of them replaced"
        return Verdict("reworded", why, shared, reworded)
    if most >= WHOLE:
        return Verdict("part", "nearly all of one is in the other", shared, reworded)
    if shared.longest >= a.writing.run:
        return Verdict("part", f"a shared passage of {shared.longest} units", shared, reworded)
    if is_alike and is_scattered:
        return Verdict("reworded", "shared passages throughout the text", shared, reworded)
    return Verdict("unrelated", TOO_LITTLE, shared, reworded)


def _tenths(a: Units, b: Units, shared: Overlap) -> int:
    """In how many tenths of the shorter text shared passages stand."""
    is_first = len(a) <= len(b)
    size = min(len(a), len(b))
    return len(
        {
            10 * ((run.a if is_first else run.b) + n) // size
            for run in shared.runs
            for n in range(run.size)
        }
    )
