"""How did URLs end of late, and what do those that announce others say? Read in few scans of indexes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, literal_column, select

from newscrawl.causes import HUBS
from newscrawl.frontier.settling import FAILURES
from newscrawl.frontier.tables import hosts, url_counts, url_ends, urls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

#: As the index says it: only so it is used.
IS_HUB: Any = literal_column(f"kind IN {HUBS}")

_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Ended:
    """So many URLs of a source ended in one way; `last` is when the last of them did."""

    source: str
    is_recent: bool
    is_hub: bool
    outcome: str
    cause: str | None
    status: int | None
    number: int
    last: float


@dataclass(frozen=True, slots=True)
class HubRow:
    """A URL that announces others, as it ended last."""

    source: str
    url: str
    kind: str
    depth: int
    host: str
    added_at: float | None
    settled_at: float | None
    outcome: str | None
    cause: str | None
    detail: str | None
    status: int | None
    state: str
    due_at: float | None
    failures: int


def ended_since(connection: Connection, *, since: float, recent: float) -> Iterator[Ended]:
    """What ended since then; `recent` is from when on it counts as such. A URL counts where it ended last.

    Whole days are read from counts; the days in which `since` and `recent` lie, URL by URL. What ended alike
    may come in several parts.
    """
    days = sorted({int(moment // _DAY) for moment in (since, recent)})
    yield from _counted(connection, days, recent)
    for day in days:
        yield from _found(connection, max(since, day * _DAY), (day + 1) * _DAY, recent)


def _counted(connection: Connection, but: list[int], recent: float) -> Iterator[Ended]:
    table = url_ends
    is_recent = case((table.c.day * _DAY >= recent, 1), else_=0).label("is_recent")
    by = (table.c.source, is_recent, table.c.is_hub, table.c.outcome, table.c.cause, table.c.status)
    number = func.sum(table.c.number)
    query = select(*by, number, func.max(table.c.last))
    query = query.where(table.c.day > but[0], table.c.day.not_in(but))
    for row in connection.execute(query.group_by(*by).having(number != 0)):
        yield Ended(
            row[0], bool(row[1]), bool(row[2]), row[3], row[4] or None, row[5] or None,
            int(row[6]), row[7],
        )  # fmt: skip


def _found(connection: Connection, since: float, until: float, recent: float) -> Iterator[Ended]:
    is_recent = case((urls.c.settled_at >= recent, 1), else_=0).label("is_recent")
    is_hub = case((IS_HUB, 1), else_=0).label("is_hub")
    by = (urls.c.source, is_recent, is_hub, urls.c.outcome, urls.c.cause, urls.c.status)
    query = (
        select(*by, func.count().label("number"), func.max(urls.c.settled_at).label("last"))
        .where(urls.c.settled_at.is_not(None), urls.c.settled_at >= since)
        .where(urls.c.settled_at < until)
        .group_by(*by)
    )
    for row in connection.execute(query):
        yield Ended(row[0], bool(row[1]), bool(row[2]), *row[3:])


def last_settled(connection: Connection) -> float | None:
    """When the last URL ended."""
    query = select(func.max(urls.c.settled_at)).where(urls.c.settled_at.is_not(None))
    found: float | None = connection.scalar(query)
    return found


def hubs(connection: Connection) -> Iterator[HubRow]:
    """All seeds, sections, feeds and sitemaps."""
    columns = [urls.c[name] for name in HubRow.__slots__]
    query = select(*columns).where(IS_HUB).order_by(urls.c.source, urls.c.key)
    for row in connection.execute(query):
        yield HubRow(*row)


def last_new(connection: Connection, *, since: float) -> dict[str, dict[str, float]]:
    """By source and announcing URL: when it last announced a URL of the source that was not known."""
    last = func.max(url_counts.c.last)
    query = select(url_counts.c.source, url_counts.c.via, last).where(url_counts.c.via != "")
    query = query.group_by(url_counts.c.source, url_counts.c.via).having(last >= since)
    found: dict[str, dict[str, float]] = {}
    for source, via, at in connection.execute(query):
        found.setdefault(source, {})[via] = at
    return found


def parked(connection: Connection, *, now: float) -> dict[str, tuple[int, float]]:
    """Hosts that cannot be reached: failures in a row, and until when they are left alone."""
    query = select(hosts.c.host, hosts.c.failures, hosts.c.hold_until)
    query = query.where(hosts.c.failures >= FAILURES, hosts.c.hold_until > now)
    return {host: (failures, until) for host, failures, until in connection.execute(query)}
