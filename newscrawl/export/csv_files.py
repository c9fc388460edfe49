"""Tables as CSV (RFC 4180). Cells of a column that need no care are only looked at together."""

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
    file: TextIO, rows: Iterable[Sequence[Sequence[Any]]], names: tuple[str, ...], *, excel: bool
) -> None:
    """Write a table with a line of headings; `rows` are the values of columns, some rows at a time.

    With `excel` a byte order mark comes first, and line breaks within cells are spaces.
    """
    file.write((BYTE_ORDER_MARK if excel else "") + csv_line(names))
    for some in rows:
        columns = [quoted(cells_of(values), excel=excel) for values in zip(*some, strict=True)]
        lines: Iterable[str] = map(",".join, zip(*columns, strict=True))
        if len(names) == 1:
            lines = (line or '""' for line in lines)
        file.write("\r\n".join([*lines, ""]))


def cells_of(values: Sequence[Any]) -> list[str]:
    """`text_cell` of each value."""
    cells = [value if value.__class__ is str else as_text(value) for value in values]
    if is_printable("\n".join(cells)) and _DOUBTFUL.isdisjoint({cell[:1] for cell in cells}):
        return cells
    return [text_cell(value) for value in values]


def quoted(cells: list[str], *, excel: bool = False) -> list[str]:
    """The cells in quotation marks where these are needed; with `excel` each on one line."""
    if excel:
        cells = [" ".join(cell.splitlines()) for cell in cells]
    together = "\n".join(cells)
    is_plain = "," not in together and '"' not in together and "\r" not in together
    if is_plain and together.count("\n") < len(cells):
        return cells
    return [_quoted(cell) for cell in cells]


def csv_line(cells: Sequence[str]) -> str:
    """A row as the module csv writes it, without looking at each letter of long cells one by one."""
    return (",".join(quoted(list(cells))) or '""') + "\r\n"


def _quoted(cell: str) -> str:
    if "," in cell or '"' in cell or "\n" in cell or "\r" in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell
