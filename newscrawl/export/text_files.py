"""Records as JSON lines or a JSON array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.export.columns import chosen
from newscrawl.printable import json_line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO


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
