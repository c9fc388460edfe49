"""Which passages do two texts share, how much of each is in the other, and what stands between?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.lineage.units import Units

#: Places of a shingle in the other text that are tried for the longest run.
MAX_PLACES = 8
#: Characters of the grams that texts are compared by beside their shingles.
GRAM = 9
#: Product of the numbers of units beyond which two texts are not aligned word by word: about half a second.
MAX_CELLS = 60_000_000


class Run(NamedTuple):
    """`size` units that both texts have: from unit `a` of the one, from unit `b` of the other."""

    a: int
    b: int
    size: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts share: the shares of distinct shingles, `grams` the Jaccard index of characters.

    `runs` are the passages in the order of the first text, `longest` the units of the longest one;
    `is_quoted` says that all of them stand inside quotation marks of both.
    """

    a_in_b: float
    b_in_a: float
    grams: float
    runs: tuple[Run, ...]
    longest: int
    is_quoted: bool


def overlap(a: Units, b: Units) -> Overlap:
    """What two texts share, seen from both sides."""
    mine, theirs = a.shingles(), b.shingles()
    if len(a) < a.writing.shingle or len(b) < b.writing.shingle:
        common = mine & theirs if a.writing == b.writing else set()
    else:
        common = mine & theirs
    runs = shared_runs(a, b) if common else ()
    return Overlap(
        len(common) / len(mine),
        len(common) / len(theirs),
        gram_index(a, b),
        runs,
        max((run.size for run in runs), default=0),
        bool(runs) and _is_quoted(a, b, runs),
    )


def shared_runs(a: Units, b: Units) -> tuple[Run, ...]:
    """The runs of at least a shingle that both have, each as long as it gets, in the order of `a`."""
    size, mine, theirs = a.writing.shingle, a.words, b.words
    places: dict[tuple[str, ...], list[int]] = {}
    for n, each in enumerate(zip(*(theirs[k:] for k in range(size)), strict=False)):
        places.setdefault(each, []).append(n)
    out, at, expected = list[Run](), 0, 0
    while at + size <= len(mine):
        found = places.get(mine[at : at + size])
        if not found:
            at += 1
            continue
        tried = found if len(found) <= MAX_PLACES else _nearest(found, expected)
        best = max(
            (Run(at, n, _extent(mine, at, theirs, n)) for n in tried),
            key=lambda run: (run.size, -abs(run.b - expected)),
        )
        out.append(best)
        at += best.size
        expected = best.b + best.size
    return tuple(out)


def gram_index(a: Units, b: Units) -> float:
    """The Jaccard index of the runs of nine characters, spaces between words among them."""
    mine, theirs = _grams(a), _grams(b)
    return len(mine & theirs) / max(1, len(mine | theirs))


def matching_runs(a: Sequence[str], b: Sequence[str]) -> list[Run]:
    """The runs of a longest common subsequence; none where the texts are too long for one."""
    if not a or not b or len(a) * len(b) > MAX_CELLS:
        return []
    # Imported here: commands that only read an archive compare no texts.
    from rapidfuzz.distance import Indel

    numbers: dict[str, int] = {}
    x, y = ([numbers.setdefault(word, len(numbers)) for word in words] for words in (a, b))
    blocks = Indel.opcodes(x, y).as_matching_blocks()
    return [Run(block.a, block.b, block.size) for block in blocks if block.size]


def _grams(text: Units) -> set[str]:
    # Scripts without spaces: three characters say what nine letters do.
    size = GRAM if text.writing.shingle <= 3 else 3
    line = " ".join(text.words) if size == GRAM else "".join(text.words)
    return {line[n : n + size] for n in range(max(1, len(line) - size + 1))}


def _nearest(places: list[int], expected: int) -> list[int]:
    return sorted(places, key=lambda n: (abs(n - expected), n))[:MAX_PLACES]


def _extent(a: Sequence[str], i: int, b: Sequence[str], j: int) -> int:
    size, most = 0, min(len(a) - i, len(b) - j)
    while size < most and a[i + size] == b[j + size]:
        size += 1
    return size


def _is_quoted(a: Units, b: Units, runs: Sequence[Run]) -> bool:
    """Whether the shared runs stand in quotation marks of both, but for a word at an end of them."""
    in_a, in_b = a.quoted(), b.quoted()
    if not any(in_a) or not any(in_b):
        return False
    inside = outside = 0
    for run in runs:
        both = sum(in_a[run.a + n] and in_b[run.b + n] for n in range(run.size))
        inside += both
        outside += run.size - both if run.size - both >= a.writing.shingle else 0
    return inside > 0 and outside == 0
