"""Where does the last answer of a URL lie? Kept as the id of its record among the captures of this database.

A capture that the database has no row for, as in a frontier without a store, is kept whole, as JSON.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, column, select, table

from newscrawl.frontier.tables import urls
from newscrawl.items import Capture

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Connection, Row, Select

_FIELDS = tuple(field.name for field in fields(Capture))
_CAPTURES = table("captures", *(column(name) for name in _FIELDS))
_KNOWN = select(_CAPTURES.c.record_id).where(
    _CAPTURES.c.record_id.in_(bindparam("ids", expanding=True))
)


def kept(connection: Connection, captures: Iterable[Capture | None]) -> dict[str, str]:
    """What is kept for each of these captures, by the id of its record."""
    by_id = {capture.record_id: capture for capture in captures if capture is not None}
    if not by_id:
        return {}
    known = set(connection.scalars(_KNOWN, {"ids": list(by_id)}))
    return {i: i if i in known else json.dumps(each.to_dict()) for i, each in by_id.items()}


def selected(*columns: ColumnElement[Any]) -> Select[Any]:
    """These columns of `urls`, and those that `capture_of` reads."""
    joined = urls.outerjoin(_CAPTURES, _CAPTURES.c.record_id == urls.c.capture)
    fields_ = (_CAPTURES.c[name].label(f"capture_{name}") for name in _FIELDS)
    return select(*columns, urls.c.capture, *fields_).select_from(joined)


def capture_of(row: Row[Any]) -> Capture | None:
    """The capture of a row that `selected` gives."""
    if row.capture is None:
        return None
    if row.capture_record_id is None:
        return Capture(**json.loads(row.capture))
    return Capture(**{name: getattr(row, f"capture_{name}") for name in _FIELDS})
