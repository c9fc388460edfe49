"""Which columns does a table of records or misses have, and what stands in its cells?"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from newscrawl.errors import UsageError
from newscrawl.items import Article, Capture
from newscrawl.printable import printable, spreadsheet_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: The fields of a capture, which are columns of their own beside the fields of the record.
CAPTURE_FIELDS = tuple(field.name for field in fields(Capture))
#: Every field that a column may have.
RECORD_FIELDS = (*(name for name in Article().to_dict() if name != "capture"), "capture")
#: The columns of tables of records.
COLUMNS = (
    "id", "revision", "url", "canonical_url", "source", "title", "authors", "published_at",
    "published_precision", "modified_at", "language", "publisher", "section", "kind", "tags", "credit",
    "description", "image", "captured_at", "warc", "offset", "body",
)  # fmt: skip
#: The fields of a miss, which are its columns.
MISS_FIELDS = (
    "url", "source", "cause", "detail", "target", "over_limit", "status", "seen_at", "capture",
)  # fmt: skip


def named_fields(text: str | None, *, of_misses: bool = False) -> tuple[str, ...] | None:
    """The fields that `--fields` names, None for all. Raises UsageError for one that is not there."""
    if text is None:
        return None
    known = MISS_FIELDS if of_misses else (*RECORD_FIELDS, *CAPTURE_FIELDS)
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names:
        raise UsageError("--fields: name at least one field")
    for name in names:
        if name not in known:
            raise UsageError(f"--fields {name}: not one of {', '.join(known)}")
    return names


def value_of(record: dict[str, Any], name: str) -> Any:
    """The value of a field of a record, or of its capture."""
    if name in record or name not in CAPTURE_FIELDS:
        return record.get(name)
    return (record.get("capture") or {}).get(name)


def chosen(record: dict[str, Any], names: tuple[str, ...] | None) -> dict[str, Any]:
    """The record with these fields alone."""
    return record if names is None else {name: value_of(record, name) for name in names}


def values_of(record: dict[str, Any], names: Iterable[str]) -> list[Any]:
    """The values of these fields of a record, or of its capture."""
    return [value_of(record, name) for name in names]


def row_of(record: dict[str, Any], names: Iterable[str], cell: Callable[[Any], Any]) -> list[Any]:
    """The cells of one row."""
    return [cell(value) for value in values_of(record, names)]


def text_cell(value: Any) -> str:
    """A value as a spreadsheet shows it, and never as one that it runs."""
    return spreadsheet_cell(as_text(value))


def plain_cell(value: Any) -> str:
    """A value as text; items of a list are separated by semicolons."""
    return printable(as_text(value))


def as_text(value: Any) -> str:
    """A value as text, whatever it has in it; items of a list are separated by semicolons."""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)
