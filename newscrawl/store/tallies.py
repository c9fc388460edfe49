"""How many articles did each source have, hour by hour, and what did they lack?

Neither revisions of an article count, nor a backlog: what was old when it was captured. Everything is
read from one index, and not from the records.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from newscrawl.baselines import OLD
from newscrawl.store.tables import articles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Connection

#: Hours since the epoch, each with how many articles lack what (`newscrawl.baselines.lacks`).
Hours = list[tuple[int, dict[int, int]]]

_HOUR = 3600.0
#: Rows that are held at once.
_TOGETHER = 5000


def last_captured(connection: Connection) -> dict[str, float]:
    """When the latest article of each source was captured, in seconds since the epoch."""
    query = select(articles.c.source, func.max(articles.c.captured_at)).group_by(articles.c.source)
    return {source: _seconds(at) for source, at in connection.execute(query)}


def hourly(connection: Connection, *, since: float) -> Iterator[tuple[str, Hours]]:
    """Of each source that has had articles since then: the hours that had any, in order."""
    yield from _grouped(connection, articles.c.captured_at >= _stated(since))


def hourly_of(connection: Connection, source: str, *, since: float) -> Hours:
    """The same for one source."""
    where = articles.c.source == source, articles.c.captured_at >= _stated(since)
    for _, hours in _grouped(connection, *where):
        return hours
    return []


def _grouped(connection: Connection, *where: ColumnElement[bool]) -> Iterator[tuple[str, Hours]]:
    hour = func.substr(articles.c.captured_at, 1, 13).label("hour")
    query = (
        select(articles.c.source, hour, articles.c.lacks, func.count().label("number"))
        .where(articles.c.revision == 1, articles.c.lacks < OLD, *where)
        .group_by(articles.c.source, hour, articles.c.lacks)
        .order_by(articles.c.source, hour, articles.c.lacks)
        .execution_options(yield_per=_TOGETHER)
    )
    with connection.execute(query) as rows:
        for source, of_source in groupby(rows, key=lambda row: row.source):
            hours: Hours = []
            for stated, of_hour in groupby(of_source, key=lambda row: row.hour):
                found = {row.lacks: row.number for row in of_hour}
                hours.append((int(_seconds(stated + ":00:00Z") // _HOUR), found))
            yield source, hours


def _stated(moment: float) -> str:
    """As `captured_at` states it, so that the two compare as text."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H")


def _seconds(stated: str) -> float:
    return datetime.fromisoformat(stated).timestamp()
