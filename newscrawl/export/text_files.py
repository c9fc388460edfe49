"""Records as JSON lines, a JSON array, or CSV."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from newscrawl.export.columns import chosen, one_line_cell, row_of, text_cell
from newscrawl.printable import json_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TextIO

#: What makes a cell stand in quotation marks, as of RFC 4180.
_QUOTED = re.compile(r'[",\r\n]')
#: What Excel takes for a sign that a file is UTF-8.
BYTE_ORDER_MARK = "\ufeff"


def write_json_lines(
    file: TextIO, records: Iterable[dict[str, Any]], names: tuple[str, ...] | None
) -> int:
    """Write one JSON object a line; return the number of records."""
    number = 0
    for number, record in enumerate(records, 1):  # noqa: B007
        file.write(json_line(chosen(record, names)) + "\n")
    return number


def write_json(
    file: TextIO, records: Iterable[dict[str, Any]], names: tuple[str, ...] | None
) -> int:
    """Write one JSON array, an object a line; return the number of records."""
    number = 0
    file.write("[")
    for number, record in enumerate(records, 1):
        file.write((",\n" if number > 1 else "\n") + json_line(chosen(record, names)))
    file.write("\n]\n")
    return number


def write_csv(
    file: TextIO, records: Iterable[dict[str, Any]], names: tuple[str, ...], *, excel: bool
) -> int:
    """Write a table with a line of headings; return the number of records.

    With `excel` a byte order mark comes first, and line breaks within cells are spaces.
    """
    number = 0
    cell = one_line_cell if excel else text_cell
    if excel:
        file.write(BYTE_ORDER_MARK)
    file.write(csv_line(names))
    for number, record in enumerate(records, 1):  # noqa: B007
        file.write(csv_line(row_of(record, names, cell)))
    return number


def csv_line(cells: Sequence[str]) -> str:
    """A row as the module csv writes it, without looking at each letter of long cells one by one."""
    line = ",".join(
        '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell for cell in cells
    )
    return (line or '""') + "\r\n"
