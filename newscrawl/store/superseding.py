"""How do other records of the same captures take the place of those in the tables?"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import bindparam, delete, select

from newscrawl.store import full_text
from newscrawl.store.tables import articles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

T = TypeVar("T")

#: Rows in one statement.
_TOGETHER = 200
_OF_CAPTURES = select(articles.c.number, articles.c.id, articles.c.source).where(
    articles.c.record_id.in_(bindparam("captures", expanding=True))
)


def take_out(connection: Connection, captures: Iterable[str]) -> dict[str, str]:
    """Remove the articles of captures with these record ids; return the source of each article's id."""
    sources: dict[str, str] = {}
    for some in together(captures):
        rows = connection.execute(_OF_CAPTURES, {"captures": some}).all()
        sources |= {row.id: row.source for row in rows}
        if numbers := [row.number for row in rows]:
            full_text.forget(connection, numbers)
            connection.execute(delete(articles).where(articles.c.number.in_(numbers)))
    return sources


def together(values: Iterable[T]) -> Iterator[list[T]]:
    """As many at once as go well into one statement."""
    source = iter(values)
    while some := list(islice(source, _TOGETHER)):
        yield some
