"""Tables on a terminal or a pipe, as rich lays them out, at a fiftieth of its time for each row.

rich renders each cell by itself, 40 µs each. Here a row whose cells fit their columns is padded as text; only
cells that are too wide are folded or cut by rich.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from operator import le
from typing import TYPE_CHECKING, Literal

from newscrawl.database.batches import batches
from newscrawl.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console

    Row = Sequence[str]

#: Blanks between two columns, and rows that are written together.
_GAP, _ROWS = 2, 1000
#: Columns of a terminal that a name or address has at least, if it is so long.
NAME_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Column:
    """A column. On a narrow terminal what `is_wrapped` goes on in the next line; other cells are cut.

    `overflow`: fold breaks words that are too long, ellipsis cuts them with a sign, crop without. `least` is
    the width below which it does not shrink.
    """

    heading: str
    is_right: bool = False
    is_wrapped: bool = False
    overflow: Literal["fold", "ellipsis", "crop"] = "ellipsis"
    least: int = 0


def name_column(heading: str, names: Iterable[str]) -> Column:
    """A column of names and addresses, which are never broken; too long ones end with an ellipsis."""
    longest = max((len(name) for name in names), default=0)
    return Column(heading, least=min(longest, NAME_WIDTH))


def print_table(
    out: Console,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    *,
    total: Sequence[object] | None = None,
) -> None:
    """Print headings, rows, and `total` as the last row, in bold."""
    from rich.text import Text

    heading = [column.heading for column in columns]
    cells = [[_cell(value) for value in row] for row in rows]
    last = [[_cell(value) for value in total]] if total is not None else []
    layout = _Layout(out, columns, [heading, *cells, *last])
    for line in layout.heading():
        out.print(Text(line), style="bold", soft_wrap=True)
    for some in batches(cells, _ROWS):
        out.file.write("\n".join([*layout.lines(some), ""]))
    for line in layout.lines(last):
        out.print(Text(line), style="bold", soft_wrap=True)


def _cell(value: object) -> str:
    """The value on one line, with what could act on a terminal written out."""
    return str(value) if value.__class__ is int else printable(" ".join(str(value).split()))


class _Layout:
    """How rows are put on lines of a terminal."""

    def __init__(self, out: Console, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        from rich.cells import cell_len

        self._out, self._columns, self._length = out, columns, cell_len
        needed = [max(map(cell_len, of_column)) for of_column in zip(*rows, strict=True)]
        self._widths = widths_of(columns, needed, out.width)
        self._parts: dict[tuple[int, str], list[str]] = {}
        self._is_cut = sum(self._widths) + _GAP * (len(columns) - 1) > out.width

    def heading(self) -> Iterator[str]:
        """The lines of the headings, which stand right above the first row."""
        cells = [column.heading for column in self._columns]
        parts = [self._parts_of(place, cell) for place, cell in enumerate(cells)]
        most = max(map(len, parts))
        yield from self.lines(zip(*([""] * (most - len(p)) + p for p in parts), strict=True))

    def lines(self, rows: Iterable[Row]) -> Iterator[str]:
        """The lines of rows; a row whose cells go on in the next line has several."""
        from rich.cells import set_cell_size

        for row in rows:
            lengths = [len(c) if c.isascii() else self._length(c) for c in row]
            if all(map(le, lengths, self._widths)):
                found = [row]
            else:
                parts = map(self._parts_of, range(len(row)), row)
                found = list(zip_longest(*parts, fillvalue=""))
            for cells in found:
                line = (" " * _GAP).join(map(self._padded, self._columns, cells, self._widths))
                yield set_cell_size(line, self._out.width) if self._is_cut else line

    def _padded(self, column: Column, cell: str, width: int) -> str:
        blanks = " " * (width - (len(cell) if cell.isascii() else self._length(cell)))
        return blanks + cell if column.is_right else cell + blanks

    def _parts_of(self, place: int, cell: str) -> list[str]:
        """The lines of a cell; names stand in many rows, and are folded once."""
        from rich.text import Text

        if (place, cell) not in self._parts:
            column, width = self._columns[place], self._widths[place]
            lines = Text(cell).wrap(
                self._out,
                max(width, 1),
                justify="right" if column.is_right else "left",
                overflow=column.overflow,
                no_wrap=not column.is_wrapped,
            )
            self._parts[place, cell] = [line.plain for line in lines] if width else [""]
        return self._parts[place, cell]


def widths_of(columns: Sequence[Column], needed: Sequence[int], room: int) -> list[int]:
    """The widths of columns, without gaps: what their cells need, or less where there is no room.

    Of columns that are wrapped the widest gives way first, down to the next one, then both; where that is not
    enough all columns give way. Each has the blanks beside it counted in, so that rich comes to the same.
    """
    beside = [(n > 0) + (n < len(columns) - 1) for n in range(len(columns))]
    least = [column.least + blanks for column, blanks in zip(columns, beside, strict=True)]
    widths = [min(n + blanks, room) for n, blanks in zip(needed, beside, strict=True)]
    widths = list(map(max, widths, least))
    wrapped = [n for n, column in enumerate(columns) if column.is_wrapped]
    while (excess := sum(widths) - room) > 0 and wrapped:
        widest = max(widths[n] for n in wrapped)
        next_one = max((widths[n] for n in wrapped if widths[n] != widest), default=0)
        if not widest:
            break
        _reduce(widths, [n for n in wrapped if widths[n] == widest], excess, widest - next_one)
    if excess > 0:
        _reduce(widths, [n for n in range(len(widths)) if widths[n]], excess, room)
    widths = list(map(max, widths, least))
    return [max(width - blanks, 0) for width, blanks in zip(widths, beside, strict=True)]


def _reduce(widths: list[int], some: Sequence[int], excess: int, most: int) -> None:
    """Take `excess` away from some of the widths in equal parts, from each no more than `most`."""
    for place, n in enumerate(some):
        part = min(most, widths[n], round(excess / (len(some) - place)))
        widths[n] -= part
        excess -= part
