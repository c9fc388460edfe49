"""How many articles did each source have, hour by hour, and what did they lack?

Read from counts that triggers keep, whatever the number of articles. In the hours neither revisions of an
article count, nor a backlog: what was old when it was captured.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, bindparam, cast, func, select

from newscrawl.baselines.fields import OLD
from newscrawl.store.tables import article_counts, article_hours, articles, totals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Select

#: Hours since the epoch, each with how many articles lack what (`newscrawl.baselines.lacks`).
Hours = list[tuple[int, "Mapping[int, int]"]]

_HOUR = 3600.0

_COUNTS = (
    select(
        article_counts.c.source,
        func.sum(article_counts.c.articles).label("articles"),
        func.sum(article_counts.c.number).label("records"),
    )
    .group_by(article_counts.c.source)
    .having(func.sum(article_counts.c.number) != 0)
    .order_by(article_counts.c.source)
    .subquery()
)
#: When the latest article of a source was captured, from the end of an index.
_LAST = (
    select(func.max(articles.c.captured_at))
    .where(articles.c.source == _COUNTS.c.source)
    .scalar_subquery()
)

#: When the first one was, from its beginning.
_FIRST = (
    select(func.min(articles.c.captured_at))
    .where(articles.c.source == _COUNTS.c.source)
    .scalar_subquery()
)


def totals_of_sources(connection: Connection) -> tuple[int, int]:
    """How many articles all sources have, and how many sources have any."""
    row = connection.execute(select(func.sum(_COUNTS.c.articles), func.count())).one()
    return int(row[0] or 0), row[1]


def counts(connection: Connection, source: str | None = None) -> dict[str, dict[str, Any]]:
    """Per source, or of one: articles, records, and the time of the last capture that became one."""
    query = select(_COUNTS.c.source, _COUNTS.c.articles, _COUNTS.c.records, _LAST.label("last"))
    if source is not None:
        query = query.where(_COUNTS.c.source == source)
    return {
        row.source: {
            "source": row.source, "articles": int(row.articles), "records": int(row.records),
            "last": row.last,
        }
        for row in connection.execute(query)
    }  # fmt: skip


def capture_count(connection: Connection) -> int:
    """How many captures there are."""
    query = select(func.sum(totals.c.number)).where(totals.c.name == "captures")
    return int(connection.scalar(query) or 0)


def backlog(connection: Connection, *, since: float) -> dict[str, int]:
    """Per source: the articles captured since then that the hours leave out, as they were old by then."""
    stated = datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    is_old = articles.c.lacks.op("&")(OLD) != 0
    cells = articles.join(_COUNTS, articles.c.source == _COUNTS.c.source)
    query = select(articles.c.source, func.count()).select_from(cells)
    query = query.where(articles.c.captured_at >= stated, articles.c.revision == 1, is_old)
    rows = connection.execute(query.group_by(articles.c.source))
    return {row[0]: int(row[1]) for row in rows}


def last_captured(connection: Connection) -> dict[str, float]:
    """When the latest article of each source was captured, in seconds since the epoch."""
    rows = connection.execute(select(_COUNTS.c.source, _LAST))
    return {source: _seconds(at) for source, at in rows if at is not None}


def hourly(connection: Connection, *, since: float) -> Iterator[tuple[str, Hours]]:
    """Of each source that has had articles since then: the hours that had any, in order."""
    cells = article_hours.join(_COUNTS, article_hours.c.source == _COUNTS.c.source)
    for row in connection.execute(_hours(cells), {"since": _hour_of(since)}):
        yield row.source, _parsed(row.hours)


def hourly_of(connection: Connection, source: str, *, since: float) -> Hours:
    """The same for one source."""
    row = connection.execute(_OF_SOURCE, {"since": _hour_of(since), "wanted": source}).first()
    return _parsed(row.hours) if row else []


def daily(connection: Connection, *, since: str) -> list[tuple[str, int]]:
    """Articles of all sources by the day of their capture, from the day `since` on, in order."""
    day = func.substr(article_hours.c.hour, 1, 10).label("day")
    query = select(day, func.sum(article_hours.c.number)).where(article_hours.c.hour >= since)
    return [(found, int(n)) for found, n in connection.execute(query.group_by(day).order_by(day))]


def first_day(connection: Connection, source: str | None) -> str | None:
    """The day of the first capture that became a record of this source, or of any."""
    if source is None:
        query = select(func.min(_FIRST)).select_from(_COUNTS)
    else:
        query = select(func.min(articles.c.captured_at)).where(articles.c.source == source)
    found = connection.scalar(query)
    return found[:10] if found else None


def _hours(cells: Any) -> Select[Any]:
    """By source one string of hours, what is lacking, and numbers: many rows would take ten times as long."""
    number = article_hours.c.number
    said = cast(article_hours.c.lacks, Text) + "=" + cast(number, Text)
    joined = func.aggregate_strings(article_hours.c.hour + " " + said, " ")
    query = select(article_hours.c.source, joined.label("hours")).select_from(cells)
    query = query.where(article_hours.c.hour >= bindparam("since"))
    return query.group_by(article_hours.c.source)


#: Written once: to put a statement together takes longer than to execute it.
_OF_SOURCE = _hours(article_hours).where(article_hours.c.source == bindparam("wanted"))


def _hour_of(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H")


def _parsed(hours: str) -> Hours:
    words = hours.split(" ")
    stated, said = words[::2], words[1::2]
    found = dict(zip(stated, said, strict=True))
    if len(found) < len(stated):
        found.clear()
        for hour, one in zip(stated, said, strict=True):
            found[hour] = f"{found[hour]} {one}" if hour in found else one
    ordered = sorted(found)
    made = zip(map(_hour, ordered), map(_lacking, map(found.__getitem__, ordered)), strict=True)
    return [each for each in made if each[1]]


@cache
def _lacking(said: str) -> Mapping[int, int]:
    """What `0=12 1=3` says; one object for all hours that are alike, of which there may be a million."""
    found: dict[int, int] = {}
    for each in said.split(" "):
        lacks, _, number = each.partition("=")
        found[int(lacks)] = found.get(int(lacks), 0) + int(number)
    return {lacks: number for lacks, number in sorted(found.items()) if number}


@cache
def _hour(stated: str) -> int:
    return int(_seconds(stated + ":00:00Z") // _HOUR)


def _seconds(stated: str) -> float:
    return datetime.fromisoformat(stated).timestamp()
