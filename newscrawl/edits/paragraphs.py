"""Which paragraph of one text is which of the other: equal, alike, or moved.

Equal paragraphs are matched in their order by a longest common subsequence. Of the rest two belong together
if each is the other's best partner by shared shingles (runs of three tokens), with at least half of those of
the shorter one. What is matched against the order has moved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.edits.tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Tokens in a shingle.
SHINGLE = 3
#: Shingles of the shorter paragraph that both have, at least, for the two to be one paragraph.
MIN_SHARED = 0.5
#: Tokens that a paragraph needs for its move to be told: a shorter one is removed and added.
MIN_MOVED = 3
#: Share of the shorter text's shingles that the other one has, for both to be one text.
MOSTLY_SAME = 0.8
#: Paragraphs that a shingle may stand in: one in more of them tells nothing.
MAX_HOLDERS = 20


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, which is one line of a text that is not blank."""

    text: str
    tokens: tuple[Token, ...]
    #: What is compared: the tokens alone.
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Pairs of paragraph numbers, (old, new): those that kept their order, and those that moved.

    `kept` rises in both numbers. Pairs may differ in their words; paragraphs in no pair have no partner.
    """

    kept: tuple[tuple[int, int], ...]
    moved: tuple[tuple[int, int], ...]


def lines(text: str) -> list[str]:
    """The lines of a text that are not blank, without the white space around them."""
    return [stripped for line in text.split("\n") if (stripped := line.strip())]


def paragraphs(text: str, known: dict[str, Paragraph] | None = None) -> list[Paragraph]:
    """The paragraphs of a text. Of those in `known`, by their text, no tokens are made; new ones go there."""
    known = {} if known is None else known
    found = lines(text)
    for line in found:
        if line not in known:
            made = tuple(tokens(line))
            known[line] = Paragraph(line, made, tuple(token.text for token in made))
    return [known[line] for line in found]


def align(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Alignment:
    """Match the paragraphs of two texts."""
    equal = _equal_in_order(old, new)
    left_old = _left(len(old), (i for i, _ in equal))
    left_new = _left(len(new), (j for _, j in equal))
    partners = _equal_elsewhere(old, new, left_old, left_new)
    taken_old, taken_new = {i for i, _ in partners}, {j for _, j in partners}
    partners += _alike(
        {i: old[i] for i in left_old if i not in taken_old},
        {j: new[j] for j in left_new if j not in taken_new},
    )
    in_order = _in_order(equal, partners, old)
    kept = sorted([*equal, *in_order])
    moved = sorted(pair for pair in partners if pair not in in_order)
    return Alignment(tuple(kept), tuple(p for p in moved if len(old[p[0]].tokens) >= MIN_MOVED))


def is_mostly_same(text: str, other: str) -> bool:
    """Whether one text is most of the other: by the shingles of the shorter one. Very short ones are not."""
    a, b = (set[tuple[str, ...]]().union(*map(_shingles, paragraphs(t))) for t in (text, other))
    return len(a & b) >= MOSTLY_SAME * max(1, min(len(a), len(b)))


def _equal_in_order(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> list[tuple[int, int]]:
    # Imported here: commands that only read an archive compare no texts.
    from rapidfuzz.distance import Indel

    numbers: dict[tuple[str, ...], int] = {}
    a, b = ([numbers.setdefault(p.key, len(numbers)) for p in text] for text in (old, new))
    pairs: list[tuple[int, int]] = []
    for block in Indel.opcodes(a, b).as_matching_blocks():
        pairs += [(block.a + n, block.b + n) for n in range(block.size)]
    return pairs


def _left(number: int, taken: Iterable[int]) -> list[int]:
    return sorted(set(range(number)) - set(taken))


def _equal_elsewhere(
    old: Sequence[Paragraph], new: Sequence[Paragraph], left_old: list[int], left_new: list[int]
) -> list[tuple[int, int]]:
    """Equal paragraphs that the common order leaves out, the first with the first."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for j in reversed(left_new):
        places[new[j].key].append(j)
    return [(i, places[old[i].key].pop()) for i in left_old if places.get(old[i].key)]


def _alike(old: dict[int, Paragraph], new: dict[int, Paragraph]) -> list[tuple[int, int]]:
    """Pairs of paragraphs that are each other's best partner."""
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    sizes = {}
    for j, paragraph in new.items():
        shingles = _shingles(paragraph)
        sizes[j] = len(shingles)
        for shingle in shingles:
            holders[shingle].append(j)
    best_new: dict[int, tuple[float, int]] = {}
    best_old: dict[int, tuple[float, int]] = {}
    for i, paragraph in old.items():
        shingles = _shingles(paragraph)
        shared = Counter(
            j
            for s in shingles
            if len(holders.get(s, ())) <= MAX_HOLDERS
            for j in holders.get(s, ())
        )
        for j, number in shared.items():
            share = number / max(1, min(len(shingles), sizes[j]))
            if share >= MIN_SHARED:
                # Of equal ones the first, seen from both sides.
                best_new[i] = max(best_new.get(i, (0.0, 0)), (number, -j))
                best_old[j] = max(best_old.get(j, (0.0, 0)), (number, -i))
    return [(i, -j) for i, (_, j) in best_new.items() if -best_old[-j][1] == i]


def _shingles(paragraph: Paragraph) -> set[tuple[str, ...]]:
    key = paragraph.key
    return {key[n : n + SHINGLE] for n in range(len(key) - SHINGLE + 1)}


def _in_order(
    equal: list[tuple[int, int]], partners: list[tuple[int, int]], old: Sequence[Paragraph]
) -> set[tuple[int, int]]:
    """The heaviest set of partners that cross neither the equal paragraphs nor one another."""
    anchors = [i for i, _ in equal]
    fitting = [
        (i, j)
        for i, j in sorted(partners)
        if (n := bisect_left(anchors, i)) == _place_of(j, equal, n)
    ]
    return set(_heaviest_rising(fitting, [len(old[i].tokens) for i, _ in fitting]))


def _place_of(j: int, equal: list[tuple[int, int]], n: int) -> int:
    """`n` if the new paragraph `j` stands between the same two equal paragraphs, else another number."""
    after_last = n == 0 or equal[n - 1][1] < j
    before_next = n == len(equal) or j < equal[n][1]
    return n if after_last and before_next else -1


def _heaviest_rising(pairs: list[tuple[int, int]], weights: list[int]) -> list[tuple[int, int]]:
    """The subsequence of the largest weight in which the second numbers rise; a Fenwick tree holds maxima."""
    order = {j: n + 1 for n, j in enumerate(sorted(j for _, j in pairs))}
    tree: list[tuple[int, int]] = [(0, -1)] * (len(pairs) + 1)
    before = [-1] * len(pairs)
    for n, (_, j) in enumerate(pairs):
        at, best = order[j] - 1, (0, -1)
        while at > 0:
            best = max(best, tree[at])
            at -= at & -at
        before[n] = best[1]
        mine = (best[0] + weights[n], n)
        at = order[j]
        while at < len(tree):
            tree[at] = max(tree[at], mine)
            at += at & -at
    at, best = len(pairs), (0, -1)
    while at > 0:
        best = max(best, tree[at])
        at -= at & -at
    out, n = [], best[1]
    while n >= 0:
        out.append(pairs[n])
        n = before[n]
    return out[::-1]
