"""What a reworded copy has in the place of the words of the other text, as evidence.

A substitution is one to four units of the one text for one to four of the other, between words that both
have. A program that replaces words does it everywhere: inside other words, too ("again" by "once more" makes
"once morest" of "against"), and inside names and quotations. No editor does that.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from newscrawl.lineage.alignment import matching_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newscrawl.lineage.alignment import Run
    from newscrawl.lineage.units import Units

#: Units of a substitution.
MAX_UNITS = 4
#: Equal units that must stand around a substitution, both sides together; in unspaced scripts characters.
MIN_AROUND = 3
#: Substitutions that are kept of one pair of texts.
MAX_KEPT = 200
#: Letters of a piece of a word that a phrase stands for.
MIN_PIECE = 4
#: Different substitutions beside which such a piece is no chance.
MIN_BESIDE = 5
#: Ends of words that two words share by their grammar.
_INFLECTIONS = frozenset({"ed", "er", "ers", "es", "ing", "ings", "ly", "ment", "tion"})


@dataclass(frozen=True, slots=True)
class Substitution:
    """`before` in the one text is `after` in the other, `count` times, of these so many within words, names
    and quotations. Both are folded; a piece of a word that a whole substitution explains stands in `of`."""

    before: str
    after: str
    count: int
    in_words: int = 0
    in_names: int = 0
    in_quotations: int = 0
    of: tuple[str, str] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The substitution, ready for JSON."""
        stated: dict[str, Any] = {name: getattr(self, name) for name in _NAMES}
        return {**stated, "of": list(self.of) if self.of else None}

    @classmethod
    def from_dict(cls, stated: dict[str, Any]) -> Substitution:
        """The substitution that `to_dict` made `stated` from."""
        return cls(**{**stated, "of": tuple(stated["of"]) if stated["of"] else None})

    def turned(self) -> Substitution:
        """The same, seen from the other text."""
        of = (self.of[1], self.of[0]) if self.of else None
        return replace(self, before=self.after, after=self.before, of=of)


# `asdict` copies each value, of which a pair of articles may have a thousand.
_NAMES = tuple(field.name for field in fields(Substitution))


@dataclass(frozen=True, slots=True)
class Rewording:
    """How one text follows the other word by word: `covered` is the share of the shorter one that is aligned,
    substituted words among it."""

    covered: float
    substitutions: tuple[Substitution, ...]

    @property
    def is_by_program(self) -> bool:
        """Whether replacements hit the inside of words, which no editor's do."""
        pieces = [each for each in self.substitutions if each.of]
        wholes = {(each.before, each.after) for each in self.substitutions}
        is_whole = any(each.of in wholes for each in pieces)
        return is_whole or len(pieces) > 1 or (bool(pieces) and len(wholes) >= MIN_BESIDE)


def rewording(a: Units, b: Units) -> Rewording:
    """The substitutions between two texts, and how much of the shorter one they and equal words cover."""
    runs = matching_runs(a.words, b.words)
    solid = [_is_anchor(runs, n) for n in range(len(runs))]
    covered = sum(run.size for run, is_solid in zip(runs, solid, strict=True) if is_solid)
    found: list[tuple[Run, Run]] = []
    for n, (left, right) in enumerate(pairwise(runs)):
        gap_a, gap_b = right.a - left.a - left.size, right.b - left.b - left.size
        is_between = solid[n] and solid[n + 1]
        if is_between and 1 <= gap_a <= MAX_UNITS and 1 <= gap_b <= MAX_UNITS:
            found.append((left, right))
            covered += min(gap_a, gap_b)
    share = covered / max(1, min(len(a), len(b)))
    return Rewording(min(1.0, share), tuple(_counted(a, b, found)))


def _is_anchor(runs: Sequence[Run], n: int) -> bool:
    """Whether a run stands close enough to others for its words not to be equal by chance."""
    near = runs[n].size
    for step in (-1, 1):
        at = n
        while 0 <= at + step < len(runs) and near < 2 * MIN_AROUND:
            first, second = runs[min(at, at + step)], runs[max(at, at + step)]
            if max(second.a - first.a - first.size, second.b - first.b - first.size) > MAX_UNITS:
                break
            near += runs[at + step].size
            at += step
    return near >= 2 * MIN_AROUND or runs[n].size >= MIN_AROUND


def _counted(a: Units, b: Units, gaps: Iterable[tuple[Run, Run]]) -> Iterator[Substitution]:
    quoted = a.quoted, b.quoted
    count: Counter[tuple[str, str]] = Counter()
    names: Counter[tuple[str, str]] = Counter()
    quotations: Counter[tuple[str, str]] = Counter()
    glue = " " if a.writing.shingle <= 3 else ""
    for left, right in gaps:
        i, j = left.a + left.size, left.b + left.size
        before = glue.join(a.words[i : right.a])
        after = glue.join(b.words[j : right.b])
        if before.replace(" ", "") == after.replace(" ", ""):
            continue
        pair = (before, after)
        count[pair] += 1
        names[pair] += _is_in_name(a, i, right.a) and not _is_in_name(b, j, right.b)
        quotations[pair] += 1 in quoted[0][i : right.a] and 1 in quoted[1][j : right.b]
    wholes = set(count)
    for (before, after), number in sorted(count.items(), key=lambda c: (-c[1], c[0]))[:MAX_KEPT]:
        of = _piece(before, after, wholes)
        pair = (before, after)
        inside = number if of else 0
        yield Substitution(before, after, number, inside, names[pair], quotations[pair], of)


def _is_in_name(text: Units, first: int, end: int) -> bool:
    """Whether a unit begins with a capital within a sentence, and so does a neighbour."""
    if not any(_is_capital(text, n) for n in range(first, end)):
        return False
    return (first > 0 and _is_capital(text, first - 1)) or (
        end < len(text) and _is_capital(text, end)
    )


def _is_capital(text: Units, n: int) -> bool:
    start = text.starts[n]
    if not text.text[start].isupper():
        return False
    before = text.text[max(0, start - 3) : start].rstrip(" “\"'«„(")
    return bool(before) and before[-1] not in ".!?\n:…"


def _piece(before: str, after: str, wholes: set[tuple[str, str]]) -> tuple[str, str] | None:
    """The replacement of a piece of a word that explains this substitution of whole words."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    piece = before[head : len(before) - tail], after[head : len(after) - tail]
    start, end = before[:head].rpartition(" ")[2], before[len(before) - tail :].partition(" ")[0]
    if not start and not end:
        return None
    if piece in wholes:
        return piece
    # A phrase for a piece of one word: "once more|st" for "again|st". Inflections end alike as well.
    one, several = sorted(piece, key=lambda text: " " in text)
    is_phrase = " " not in one and " " in several.strip() and " " not in min(before, after, key=len)
    shortest = min(len(word) for word in several.split(" "))
    if not is_phrase or len(one) < MIN_PIECE or shortest < MIN_PIECE - 1:
        return None
    return piece if len(start) + len(end) > 1 and end not in _INFLECTIONS else None


def _common(a: str, b: str) -> int:
    size = 0
    while size < min(len(a), len(b)) and a[size] == b[size]:
        size += 1
    return size
