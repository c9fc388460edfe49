"""What became of the URLs that were announced in some time? Counted in the database, source by source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, func, or_, select

from newscrawl.frontier.tables import left_out, urls
from newscrawl.outcome import names_with

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import ColumnElement, Connection

#: Ends that stand for another URL's.
PLACED = names_with("placed")


@dataclass(frozen=True, slots=True)
class Window:
    """Of which source, and first announced when: from `since`, before `until` (seconds since the epoch)."""

    source: str
    since: float | None = None
    until: float | None = None

    @property
    def where(self) -> list[ColumnElement[bool]]:
        bounds = [urls.c.source == self.source, urls.c.via.is_not(None)]
        if self.since is not None:
            bounds.append(urls.c.added_at >= self.since)
        if self.until is not None:
            bounds.append(urls.c.added_at < self.until)
        return bounds


@dataclass(frozen=True, slots=True)
class Announced:
    """`number` URLs of a kind, announced at `via`, that stand alike.

    `captured`: one of their answers was an article, whatever came later. `waits`: they are due or
    in hand, now or later.
    """

    via: str
    kind: str
    captured: bool
    outcome: str | None
    cause: str | None
    waits: bool
    number: int


def known_sources(connection: Connection) -> list[str]:
    """All sources, by as many look-ups in an index."""
    first = select(func.min(urls.c.source).label("source")).cte("known", recursive=True)
    larger = urls.alias()
    following = select(func.min(larger.c.source)).where(larger.c.source > first.c.source)
    step = select(following.scalar_subquery()).where(first.c.source.is_not(None))
    known = first.union_all(step)
    query = select(known.c.source).where(known.c.source.is_not(None))
    return sorted(connection.scalars(query))


def announced(connection: Connection, window: Window) -> Iterator[Announced]:
    """All but those whose end stands for another URL's."""
    captured = case((_captured(), 1), else_=0).label("captured")
    waits = case((urls.c.state != "done", 1), else_=0).label("waits")
    by = (urls.c.via, urls.c.kind, captured, urls.c.outcome, urls.c.cause, waits)
    not_placed = or_(_captured(), urls.c.cause.is_(None), urls.c.cause.not_in(PLACED))
    query = select(*by, func.count()).where(*window.where, not_placed).group_by(*by)
    for row in connection.execute(query):
        yield Announced(row[0], row[1], bool(row[2]), row[3], row[4], bool(row[5]), row[6])


def omitted(connection: Connection, window: Window) -> Iterator[tuple[str, str, str, int]]:
    """URLs that lists announced and that are not known: where, whether lists or pages, cause and number."""
    table = left_out
    query = select(table.c.via, table.c.place, table.c.cause, table.c.number)
    query = query.where(table.c.source == window.source)
    if window.since is not None:
        query = query.where(table.c.at >= window.since)
    if window.until is not None:
        query = query.where(table.c.at < window.until)
    for row in connection.execute(query):
        yield row[0], row[1], row[2], row[3]


def placed(connection: Connection, window: Window) -> Iterator[tuple[str, str, str, str | None]]:
    """Those others: where they were announced, kind, cause, and the URL that stands in their place."""
    query = select(urls.c.via, urls.c.kind, urls.c.cause, urls.c.target).where(
        *window.where, urls.c.cause.in_(PLACED), ~_captured()
    )
    for row in connection.execute(query):
        yield row[0], row[1], row[2], row[3]


def stands(
    connection: Connection, keys: Iterable[str]
) -> dict[str, tuple[bool, str | None, str | None, str | None, bool]]:
    """By key: captured, outcome, cause, target, and whether it waits."""
    query = select(urls.c.key, _captured(), urls.c.outcome, urls.c.cause, urls.c.target,
                   urls.c.state).where(urls.c.key.in_(list(keys)))  # fmt: skip
    return {
        row[0]: (bool(row[1]), row[2], row[3], row[4], row[5] != "done")
        for row in connection.execute(query)
    }


def _captured() -> ColumnElement[bool]:
    # Before there was `first_at`, only the last outcome was known.
    return or_(urls.c.first_at.is_not(None), func.coalesce(urls.c.outcome, "") == "article")
