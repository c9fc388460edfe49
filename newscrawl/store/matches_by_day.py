"""How many articles match a query on each day of publication, and how many there are on it at all?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, cast, distinct, func, select

from newscrawl.database.engine import reading
from newscrawl.store import full_text, query_sql
from newscrawl.store.tables import articles

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Engine

    from newscrawl.query import Query

_DAY = 86_400


def matches_by_day(engine: Engine, query: Query, *, most: int) -> tuple[dict[int, int], bool]:
    """Articles by the day since the epoch (UTC), and whether these are all.

    Of more than `most` records that match, those are counted that were added last.
    """
    with reading(engine).connect() as connection:
        plan = query_sql.plan(connection, query)
        day = _day(connection).label("day")
        rows, number = full_text.matching(connection, plan, articles.c.id, day)
        latest = rows.order_by(number.desc()).limit(most).subquery()
        found = connection.execute(
            select(latest.c.day, func.count(distinct(latest.c.id)), func.count())
            .where(latest.c.day.is_not(None))
            .group_by(latest.c.day)
        ).all()
    return {row[0]: row[1] for row in found}, sum(row[2] for row in found) < most


def articles_by_day(engine: Engine, begin: float, end: float) -> dict[int, int]:
    """All articles of these days, seconds since the epoch; an index has what is counted."""
    in_span = (articles.c.published_time >= begin, articles.c.published_time < end)
    with reading(engine).connect() as connection:
        day = _day(connection)
        by_day = select(day, func.count()).where(*in_span).group_by(day)
        counts = {row[0]: row[1] for row in connection.execute(by_day)}
        # Later revisions are no other articles.
        later = select(articles.c.number).where(articles.c.revision > 1)
        for number, more in connection.execute(by_day.where(articles.c.number.in_(later))):
            counts[number] -= more
    return counts


def _day(connection: Connection) -> ColumnElement[Any]:
    days = articles.c.published_time / _DAY
    # To make it an integer cuts a number off in SQLite and rounds it in PostgreSQL.
    return cast(days if connection.dialect.name == "sqlite" else func.floor(days), Integer)
