"""Records as an Excel workbook. Needs XlsxWriter (`newscrawl[xlsx]`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.errors import UsageError
from newscrawl.export.columns import plain_cell, row_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

#: Characters of a cell, and rows of a sheet, as Excel's specification has them.
MAX_CELL, MAX_ROWS = 32_767, 1_048_576


def require() -> None:
    """Raise UsageError where XlsxWriter is not installed."""
    try:
        import xlsxwriter  # noqa: F401
    except ImportError as error:
        raise UsageError("XlsxWriter is not installed: pip install 'newscrawl[xlsx]'") from error


def write_workbook(
    path: Path, records: Iterable[dict[str, Any]], names: tuple[str, ...], *, rows: int = MAX_ROWS
) -> int:
    """Write sheets of at most `rows` rows, each with a row of headings; return the number of records.

    Each row is on the disk before the next one is written. A text that is longer than a cell can be ends
    with an ellipsis. Raises OSError.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(str(path), options)
    number, row, sheet = 0, rows, None
    for record in records:
        if sheet is None or row == rows:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, names)
            row = 1
        for column, value in enumerate(row_of(record, names, _cell)):
            sheet.write(row, column, value)
        row, number = row + 1, number + 1
    if sheet is None:
        book.add_worksheet().write_row(0, 0, names)
    try:
        book.close()
    except FileCreateError as error:
        raise error.args[0] from error
    return number


def _cell(value: Any) -> Any:
    if isinstance(value, bool | int):
        return value
    text = plain_cell(value)
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"
