"""The difference of two texts: paragraphs are matched first, then the words between matched ones.

Between two equal paragraphs the words are compared by a minimal edit script (rapidfuzz, Indel distance), so
that a paragraph that was split or joined costs no more than its words. `diff(b, a)` is the mirror of
`diff(a, b)`: both come from one comparison. The work is bounded, not the time, so that a result does not
depend on the machine; beyond the bound only paragraphs are compared, and the result says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from newscrawl.edits.paragraphs import align, paragraphs
from newscrawl.edits.tokens import word_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.edits.paragraphs import Paragraph

    #: A run of tokens that both sides have: where it begins in each, and its size.
    Block = tuple[int, int, int]

#: Products of lengths, in tokens, that one comparison of words may have (a bit of memory each), and all of
#: one diff (1e9 take about 0.2 s).
MAX_CELLS, MAX_ALL_CELLS = 400_000_000, 3_000_000_000
#: Equal runs of up to so many tokens between two changes are marked with them, as long as that adds no more
#: than this share to what is marked: a script of single words is hard to read.
MAX_JOINED, JOINED_SHARE = 2, 0.04
#: Two paragraphs of which the shorter has a smaller share in common with the other are shown as one in place
#: of the other.
MIN_COMMON = 0.3

SpanKind = Literal["equal", "changed"]
RowKind = Literal["equal", "changed", "moved-away", "moved-here"]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text: the same in both, or only in this one."""

    kind: SpanKind
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """Paragraphs that stand side by side; a side may be empty.

    `moved-away` has the paragraph at its old place, `moved-here` the same pair at its new one.
    """

    kind: RowKind
    old: tuple[Span, ...]
    new: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class TextDiff:
    """How two texts differ. `deleted` and `inserted` count words, `moved` those of moved paragraphs.

    Where `is_complete` is false, the texts were too long for their words to be compared everywhere.
    """

    rows: tuple[Row, ...]
    deleted: int
    inserted: int
    moved: int
    is_complete: bool = True

    @property
    def is_equal(self) -> bool:
        """Whether the texts have the same words in the same order."""
        return all(row.kind == "equal" for row in self.rows)


def diff(old: str, new: str) -> TextDiff:
    """Compare two texts. White space within a line is no difference."""
    if old > new:
        return _mirrored(diff(new, old))
    known: dict[str, Paragraph] = {}
    return _Comparison(paragraphs(old, known), paragraphs(new, known)).result()


def _mirrored(of: TextDiff) -> TextDiff:
    kinds: dict[RowKind, RowKind] = {"moved-away": "moved-here", "moved-here": "moved-away"}
    rows = tuple(Row(kinds.get(row.kind, row.kind), row.new, row.old) for row in of.rows)
    return TextDiff(rows, of.inserted, of.deleted, of.moved, of.is_complete)


class _Comparison:
    """One comparison of two lists of paragraphs."""

    def __init__(self, old: Sequence[Paragraph], new: Sequence[Paragraph]) -> None:
        self._old, self._new = old, new
        self._alignment = align(old, new)
        self._cells_left = MAX_ALL_CELLS
        self._is_complete = True

    def result(self) -> TextDiff:
        rows = [row for region in self._regions() for row in self._rows_of(region)]
        counted = [row for row in rows if row.kind != "moved-here"]
        return TextDiff(
            tuple(rows),
            deleted=sum(_changed_words(row.old) for row in counted),
            inserted=sum(_changed_words(row.new) for row in counted),
            moved=sum(word_count(_text(row.old)) for row in rows if row.kind == "moved-away"),
            is_complete=self._is_complete,
        )

    def _regions(self) -> Iterator[_Region]:
        """The texts in pieces: each pair of equal paragraphs, and all that stands between two of those."""
        kept = self._alignment.kept
        equal = [(i, j) for i, j in kept if self._old[i].key == self._new[j].key]
        i = j = 0
        for next_i, next_j in [*equal, (len(self._old), len(self._new))]:
            if next_i > i or next_j > j:
                yield from self._bounded(_Region(range(i, next_i), range(j, next_j)))
            if next_i < len(self._old):
                yield _Region(range(next_i, next_i + 1), range(next_j, next_j + 1), is_equal=True)
            i, j = next_i + 1, next_j + 1

    def _bounded(self, region: _Region) -> Iterator[_Region]:
        """The region, or if its words are too many to be compared at once, the paragraphs that are alike."""
        if self._cells(region) <= MAX_CELLS:
            yield region
            return
        i, j = region.old.start, region.new.start
        for pair_i, pair_j in self._alignment.kept:
            if pair_i in region.old and pair_j in region.new:
                yield _Region(range(i, pair_i), range(j, pair_j))
                yield _Region(range(pair_i, pair_i + 1), range(pair_j, pair_j + 1))
                i, j = pair_i + 1, pair_j + 1
        yield _Region(range(i, region.old.stop), range(j, region.new.stop))

    def _cells(self, region: _Region) -> int:
        old = sum(len(self._old[i].tokens) + 1 for i in region.old)
        return old * sum(len(self._new[j].tokens) + 1 for j in region.new)

    def _rows_of(self, region: _Region) -> list[Row]:
        """The rows of a region, moved paragraphs in their places."""
        if region.is_equal:
            old, new = self._old[region.old.start], self._new[region.new.start]
            return [Row("equal", (Span("equal", old.text),), (Span("equal", new.text),))]
        away = {i: j for i, j in self._alignment.moved if i in region.old}
        here = {j: i for i, j in self._alignment.moved if j in region.new}
        sides = _Sides(
            [i for i in region.old if i not in away], [j for j in region.new if j not in here]
        )
        rows = [(piece, self._row("changed", piece)) for piece in self._pieces(sides)]
        out: list[Row] = []
        for piece, row in rows:
            out += self._moved(away, here, piece)
            out.append(row)
        return out + self._moved(away, here, None)

    def _moved(
        self, away: dict[int, int], here: dict[int, int], before: _Sides | None
    ) -> list[Row]:
        """The rows of moved paragraphs that stand before a piece, or of all that are left."""
        left = [i for i in away if before is None or (before.old and i < before.old[0])]
        come = [j for j in here if before is None or (before.new and j < before.new[0])]
        return [
            *(self._row("moved-away", _Sides([i], [away.pop(i)])) for i in left),
            *(self._row("moved-here", _Sides([here.pop(j)], [j])) for j in come),
        ]

    def _pieces(self, sides: _Sides) -> Iterator[_Sides]:
        """The paragraphs in pieces: a cut wherever the ends of two lines match."""
        if not sides.old or not sides.new:
            if sides.old or sides.new:
                yield sides
            return
        a, b = self._line(self._old, sides.old), self._line(self._new, sides.new)
        ends = _ends_of_lines(a, b, self._script(a, b))
        first_old = first_new = 0
        for end_old, end_new in [*ends, (len(sides.old), len(sides.new))]:
            yield _Sides(sides.old[first_old:end_old], sides.new[first_new:end_new])
            first_old, first_new = end_old, end_new

    def _row(self, kind: RowKind, piece: _Sides) -> Row:
        a, b = self._line(self._old, piece.old), self._line(self._new, piece.new)
        script = _joined(self._script(a, b), a, b)
        old, new = _flags(len(a)), _flags(len(b))
        if _common_share(a, b, script) >= MIN_COMMON:
            for i, j, size in script:
                old[i : i + size] = new[j : j + size] = bytes(size)
        return Row(
            kind, self._spans(self._old, piece.old, old), self._spans(self._new, piece.new, new)
        )

    def _script(self, a: list[str], b: list[str]) -> list[Block]:
        """The runs that both have, by a minimal edit script; none at all where that is too much work."""
        from rapidfuzz.distance import Indel

        if not a or not b:
            return []
        cells = len(a) * len(b)
        if cells > min(MAX_CELLS, self._cells_left):
            self._is_complete = False
            return []
        self._cells_left -= cells
        blocks = Indel.opcodes(a, b).as_matching_blocks()
        return [(block.a, block.b, block.size) for block in blocks if block.size]

    def _line(self, text: Sequence[Paragraph], numbers: Sequence[int]) -> list[str]:
        """The tokens of these paragraphs, an end of line behind each."""
        return [token for n in numbers for token in (*text[n].key, "\n")]

    def _spans(
        self, text: Sequence[Paragraph], numbers: Sequence[int], changed: bytearray
    ) -> tuple[Span, ...]:
        """The text of these paragraphs, cut where changed words begin and end."""
        out: list[Span] = []
        at = 0
        for n in numbers:
            size = len(text[n].tokens)
            out += _spans(text[n], changed[at : at + size])
            out.append(Span("equal", "\n"))
            at += size + 1
        return tuple(out[:-1])


@dataclass(frozen=True, slots=True)
class _Region:
    """Paragraph numbers of both texts that are compared with each other."""

    old: range
    new: range
    is_equal: bool = False


@dataclass(frozen=True, slots=True)
class _Sides:
    """Paragraph numbers of both texts, some of a region's."""

    old: Sequence[int]
    new: Sequence[int]


def _spans(paragraph: Paragraph, changed: bytearray) -> Iterator[Span]:
    """A paragraph in pieces; the white space around changed words belongs to the others."""
    tokens, begin = paragraph.tokens, 0
    for n in range(1, len(tokens)):
        if changed[n] != changed[n - 1]:
            end = tokens[n].start if changed[n] else tokens[n - 1].end
            yield Span("changed" if changed[n - 1] else "equal", paragraph.text[begin:end])
            begin = end
    yield Span("changed" if changed[-1:] == b"\x01" else "equal", paragraph.text[begin:])


def _flags(size: int) -> bytearray:
    return bytearray(b"\x01" * size)


def _ends_of_lines(a: list[str], b: list[str], script: list[Block]) -> list[tuple[int, int]]:
    """How many lines of each side end where two ends of lines match, the last ones left out."""
    out = []
    lines_a, lines_b = _line_numbers(a), _line_numbers(b)
    for i, j, size in script:
        out += [(lines_a[i + n], lines_b[j + n]) for n in range(size) if a[i + n] == "\n"]
    return [(m, n) for m, n in out if m < lines_a[-1] and n < lines_b[-1]]


def _line_numbers(line: list[str]) -> list[int]:
    """For each token how many lines have ended with it."""
    return list(accumulate(each == "\n" for each in line))


def _joined(script: list[Block], a: list[str], b: list[str]) -> list[Block]:
    """The script without the shortest runs between two changes, as many as may be given up."""
    marked = len(a) + len(b) - 2 * sum(size for _, _, size in script)
    spare = int(marked * JOINED_SHARE)
    inner = [run for run in script if run[0] and run[1] and run[0] + run[2] < len(a)]
    given_up = set()
    for run in sorted((r for r in inner if r[2] <= MAX_JOINED), key=lambda r: (r[2], r)):
        if spare < 2 * run[2]:
            break
        if "\n" not in a[run[0] : run[0] + run[2]]:
            given_up.add(run)
            spare -= 2 * run[2]
    return [run for run in script if run not in given_up]


def _common_share(a: list[str], b: list[str], script: list[Block]) -> float:
    """The share of the shorter side's tokens that both have; ends of lines do not count."""
    words = min(len(a) - a.count("\n"), len(b) - b.count("\n"))
    common = sum(each != "\n" for i, _, size in script for each in a[i : i + size])
    return common / max(1, words)


def _text(spans: Sequence[Span]) -> str:
    return "".join(span.text for span in spans)


def _changed_words(spans: Sequence[Span]) -> int:
    return sum(word_count(span.text) for span in spans if span.kind == "changed")
