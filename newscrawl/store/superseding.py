"""How do other records of the same captures take the place of those in the tables?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from newscrawl.database.batches import batches
from newscrawl.store import full_text
from newscrawl.store.reuse_log import mark_within
from newscrawl.store.tables import articles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from newscrawl.database.records import Records

#: Rows in one statement.
TOGETHER = 200
_OF_CAPTURES = select(articles.c.number, articles.c.id, articles.c.source).where(
    articles.c.record_id.in_(bindparam("captures", expanding=True))
)


def take_out(connection: Connection, records: Records, captures: Iterable[str]) -> dict[str, str]:
    """Remove the articles of captures with these record ids; return the source of each article's id."""
    sources: dict[str, str] = {}
    for some in batches(captures, TOGETHER):
        rows = connection.execute(_OF_CAPTURES, {"captures": some}).all()
        sources |= {row.id: row.source for row in rows}
        if numbers := [row.number for row in rows]:
            mark_within(connection, (row.id for row in rows))
            full_text.forget(connection, records.read(connection, numbers))
            connection.execute(delete(articles).where(articles.c.number.in_(numbers)))
    return sources
