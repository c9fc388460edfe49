"""Tables as CSV (RFC 4180). A row that needs no care is only looked at as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.export.columns import as_text, text_cell
from newscrawl.printable import is_printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TextIO

#: What Excel takes for a sign that a file is UTF-8.
BYTE_ORDER_MARK = "\ufeff"
#: With which a cell begins that may be taken for a formula (`newscrawl.printable.spreadsheet_cell`).
_DOUBTFUL = frozenset("=+-@＝＋－＠") | {chr(n) for n in range(0x3001) if chr(n).isspace()}


def write_csv(
    file: TextIO, rows: Iterable[Iterable[Sequence[Any]]], names: tuple[str, ...], *, excel: bool
) -> None:
    """Write a table with a line of headings; `rows` are the values of columns, some rows at a time.

    With `excel` a byte order mark comes first, and line breaks within cells are spaces.
    """
    file.write((BYTE_ORDER_MARK if excel else "") + csv_line(names))
    for some in rows:
        lines = (cells_of(values) for values in some)
        file.write("".join([csv_line(_on_one_line(c) if excel else c) for c in lines]))


def cells_of(values: Sequence[Any]) -> list[str]:
    """`text_cell` of each value."""
    cells = [value if value.__class__ is str else as_text(value) for value in values]
    if is_printable("\n".join(cells)) and _DOUBTFUL.isdisjoint([cell[:1] for cell in cells]):
        return cells
    return [text_cell(value) for value in values]


def csv_line(cells: Sequence[str]) -> str:
    """A row as the module csv writes it, without looking at each letter of long cells one by one."""
    quoted = [
        '"' + cell.replace('"', '""') + '"'
        if "," in cell or '"' in cell or "\n" in cell or "\r" in cell
        else cell
        for cell in cells
    ]
    return (",".join(quoted) or '""') + "\r\n"


def _on_one_line(cells: list[str]) -> list[str]:
    return [" ".join(cell.splitlines()) for cell in cells]
