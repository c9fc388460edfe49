"""The columns of `articles` that filters of a query compare: when it was published, and its labels.

`published_time` is in seconds since the epoch. `labels` has authors, tags and section as folded words, so
that SQLite and PostgreSQL find the same with LIKE: `|@ann @lee |@bob |#climate change |/sport |`. Each word
of an author is marked, since an author is found by a part of the name, a tag or section as a whole.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import bindparam, text

from newscrawl.database.records import Records
from newscrawl.text.folding import folded

if TYPE_CHECKING:
    from sqlalchemy import Connection

Kind = Literal["author", "tag", "section"]

MARKS: dict[Kind, str] = {"author": "@", "tag": "#", "section": "/"}
#: Articles that are filled in together.
BATCH_SIZE = 500

_NUMBERS = text("SELECT number FROM articles WHERE number > :after ORDER BY number LIMIT :size")
_FILLING = text(
    "UPDATE articles SET labels = :labels, published_time = :published_time WHERE number = :of_number"
).bindparams(bindparam("of_number"))


def filter_fields(record: dict[str, Any]) -> dict[str, Any]:
    """These columns for a record."""
    return {
        "published_time": published_time(record.get("published_at")),
        "labels": labels(record),
    }


def published_time(stated: str | None) -> float | None:
    """Seconds since the epoch; a bare day counts from its beginning, without a zone in UTC."""
    try:
        moment = datetime.fromisoformat(stated) if stated else None
    except ValueError:
        return None
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def labels(record: dict[str, Any]) -> str:
    """Authors, tags and section of a record."""
    section = record.get("section")
    found = [label("author", name) for name in record.get("authors") or ()]
    found += [label("tag", tag) for tag in record.get("tags") or ()]
    found += [label("section", section)] if section else []
    return "|" + "".join(f"{each} |" for each in found if each)


def label(kind: Kind, name: str) -> str:
    """One name as `labels` has it; empty if it has neither letters nor digits."""
    words, mark = folded(name), MARKS[kind]
    if not words:
        return ""
    return " ".join(mark + word for word in words.split()) if kind == "author" else mark + words


def fill(connection: Connection) -> None:
    """Fill in these columns for all articles."""
    records, after = Records(), 0
    while numbers := connection.scalars(_NUMBERS, {"after": after, "size": BATCH_SIZE}).all():
        found = records.read(connection, numbers)
        rows = [
            {"of_number": number, **filter_fields(json.loads(record))}
            for number, record in found.items()
        ]
        if rows:
            connection.execute(_FILLING, rows)
        after = numbers[-1]
