"""Which passages do two texts share, how much of each is in the other, and what stands between?"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from newscrawl.lineage.units import Shingle, Units

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
    """What two texts share: the shares of distinct shingles, and the passages in the order of the first text.

    `longest` is the units of the longest passage. `grams` is the Jaccard index of runs of characters, None
    where nothing depends on it.
    """

    a_in_b: float
    b_in_a: float
    runs: tuple[Run, ...]
    longest: int
    grams: float | None = None


def overlap(a: Units, b: Units) -> Overlap:
    """What two texts share, seen from both sides."""
    mine, theirs = a.shingles, b.shingles
    common = mine & theirs
    is_short = len(a) < a.writing.shingle or len(b) < b.writing.shingle
    if is_short and a.writing != b.writing:
        common = frozenset()
    runs = shared_runs(a, b, common) if common else ()
    longest = max((run.size for run in runs), default=0)
    return Overlap(len(common) / len(mine), len(common) / len(theirs), runs, longest)


def shared_runs(a: Units, b: Units, common: Collection[Shingle]) -> tuple[Run, ...]:
    """The runs of at least a shingle that both have, each as long as it gets, in the order of `a`.

    `common` are the shingles that both have.
    """
    out, at, expected = list[Run](), 0, 0
    in_b: dict[Shingle, list[int]] = defaultdict(list)
    for place, shingle in b.places_of(common):
        in_b[shingle].append(place)
    for n, shingle in a.places_of(common):
        if n < at:
            continue
        best = max(
            (
                Run(n, place, _extent(a.words, n, b.words, place))
                for place in _nearest(in_b[shingle], expected)
            ),
            key=lambda run: (run.size, -abs(run.b - expected)),
        )
        out.append(best)
        at = n + best.size
        expected = best.b + best.size
    return tuple(out)


def gram_index(a: Units, b: Units) -> float:
    """The Jaccard index of the runs of nine characters, spaces between words among them."""
    mine, theirs = _grams(a), _grams(b)
    common = len(mine & theirs)
    return common / max(1, len(mine) + len(theirs) - common)


def is_quoted(a: Units, b: Units, runs: Sequence[Run]) -> bool:
    """Whether the shared runs stand in quotation marks of both, but for a word at an end of them."""
    if not runs or 1 not in a.quoted or 1 not in b.quoted:
        return False
    inside = 0
    for run in runs:
        in_a, in_b = a.quoted[run.a : run.a + run.size], b.quoted[run.b : run.b + run.size]
        both = sum(x & y for x, y in zip(in_a, in_b, strict=True))
        if run.size - both >= a.writing.shingle:
            return False
        inside += both
    return inside > 0


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


# A text is compared with several others, one after the other.
@lru_cache(maxsize=4)
def _grams(text: Units) -> frozenset[str]:
    # Scripts without spaces: three characters say what nine letters do.
    size = GRAM if text.writing.shingle <= 3 else 3
    line = " ".join(text.words) if size == GRAM else "".join(text.words)
    return frozenset(line[n : n + size] for n in range(max(1, len(line) - size + 1)))


def _nearest(places: Sequence[int], expected: int) -> Sequence[int]:
    """The MAX_PLACES places, of those in ascending order, that are next to where one is expected."""
    if len(places) <= MAX_PLACES:
        return places
    at = bisect_left(places, expected)
    near = places[max(0, at - MAX_PLACES) : at + MAX_PLACES]
    return sorted(near, key=lambda n: (abs(n - expected), n))[:MAX_PLACES]


def _extent(a: Sequence[str], i: int, b: Sequence[str], j: int) -> int:
    size, most = 0, min(len(a) - i, len(b) - j)
    while size < most and a[i + size] == b[j + size]:
        size += 1
    return size
