"""How many articles are there by source, day, language, author or section?

An article counts once, by its last revision; by author, once for each of its authors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from sqlalchemy import JSON, cast, func, literal_column, select, true

from newscrawl.store import query_sql
from newscrawl.store.tables import articles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, FromClause

    from newscrawl.query import Query

Dimension = Literal["source", "day", "language", "author", "section"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


@dataclass(frozen=True, slots=True)
class Group:
    """`number` articles that have these values, which are empty where an article states none."""

    values: tuple[str, ...]
    number: int


def group_counts(connection: Connection, by: Sequence[Dimension], query: Query) -> list[Group]:
    """The articles that match a query, in the order of their values."""
    plan = query_sql.plan(connection, query)
    conditions = [query_sql.is_latest(), *query_sql.matching(connection, plan)]
    authors = _authors(connection)
    values = [_value(each, authors) for each in by]
    rows = articles.outerjoin(authors, true()) if "author" in by else articles
    wanted = select(*values, func.count()).select_from(rows).where(*conditions)
    wanted = wanted.group_by(*(literal_column(str(n + 1)) for n in range(len(by))))
    found = [Group(tuple(values), number) for *values, number in connection.execute(wanted)]
    return sorted(found, key=lambda group: group.values)


def _value(dimension: Dimension, authors: FromClause) -> ColumnElement[str]:
    match dimension:
        case "source":
            # Not the column: in the order of its index every row would be looked up by itself.
            return func.coalesce(articles.c.source, "")
        case "day":
            return func.coalesce(func.substr(articles.c.published_at, 1, 10), "")
        case "language":
            return func.coalesce(articles.c.language, "")
        case "section":
            return func.coalesce(articles.c.section, "")
        case "author":
            return func.coalesce(authors.c.value, "")


def _authors(connection: Connection) -> FromClause:
    """The authors of a row of `articles`, each in a row of its own."""
    stated = func.coalesce(articles.c.authors, "[]")
    if connection.dialect.name == "sqlite":
        return func.json_each(stated).table_valued("value")
    return func.json_array_elements_text(cast(stated, JSON)).table_valued("value").lateral()
