"""What became of the URLs that were announced in some time? Counted in the database, source by source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, literal_column, or_, select

from newscrawl.causes import names_with
from newscrawl.frontier.tables import left_out, url_counts, urls

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import ColumnElement, Connection, FromClause, Select, Subquery

#: Ends that stand for another URL's.
PLACED = names_with("placed")
#: As the index says it: only so it is used.
_IS_PLACED: Any = literal_column("urls.cause IN ('moved', 'duplicate')")
#: The URL that one stands for.
_other = urls.alias("other")


@dataclass(frozen=True, slots=True)
class Window:
    """First announced when: from `since`, before `until` (seconds since the epoch).

    `sources`: of which, None for all.
    """

    since: float | None = None
    until: float | None = None
    sources: Collection[str] | None = None

    @property
    def is_everything(self) -> bool:
        return self.since is None and self.until is None

    def of(self, table: FromClause) -> list[ColumnElement[bool]]:
        """The sources, as a condition on the column of that name."""
        return [] if self.sources is None else [table.c.source.in_(list(self.sources))]

    @property
    def bounds(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = [urls.c.via.is_not(None)]
        if self.since is not None:
            found.append(urls.c.added_at >= self.since)
        if self.until is not None:
            found.append(urls.c.added_at < self.until)
        return found


@dataclass(frozen=True, slots=True)
class Announced:
    """`number` URLs of a source and of a kind, announced at `via`, that stand alike.

    `captured`: one of their answers was an article, whatever came later. `waits`: they are due or
    in hand, now or later.
    """

    source: str
    via: str
    kind: str
    captured: bool
    outcome: str | None
    cause: str | None
    waits: bool
    number: int


def known_sources(connection: Connection) -> list[str]:
    """All sources."""
    return sorted(connection.scalars(select(_sources().c.source)))


def announced(connection: Connection, window: Window) -> Iterator[Announced]:
    """All but those whose end stands for another URL's.

    Without bounds in time they are read from counts, else in the index over sources and times.
    """
    query = _counted(window) if window.is_everything else _found(window)
    for row in connection.execute(query):
        yield Announced(
            row[0], row[1], row[2], bool(row[3]), row[4] or None, row[5] or None, bool(row[6]),
            int(row[7]),
        )  # fmt: skip


def omitted(connection: Connection, window: Window) -> Iterator[tuple[str, str, str, str, int]]:
    """URLs that lists announced and that are not known: source, where, lists or pages, cause and number."""
    table = left_out
    query = select(table.c.source, table.c.via, table.c.place, table.c.cause, table.c.number)
    query = query.where(*window.of(table))
    if window.since is not None:
        query = query.where(table.c.at >= window.since)
    if window.until is not None:
        query = query.where(table.c.at < window.until)
    for row in connection.execute(query):
        yield row[0], row[1], row[2], row[3], row[4]


def placed(connection: Connection, window: Window) -> Iterator[Announced]:
    """Those whose end stands for that of another URL, by how that one stands; that may stand for no other."""
    here, captured, waits = _other.c, case((_captured(_other), 1), else_=0), _waits(_other)
    by = (urls.c.source, urls.c.via, urls.c.kind, captured.label("captured"), here.outcome,
          here.cause, waits.label("waits"))  # fmt: skip
    query = select(*by, func.count()).select_from(urls.join(_other, here.key == urls.c.target_key))
    query = query.where(_IS_PLACED, ~_captured(), ~_leads_on(), *window.bounds, *window.of(urls))
    for row in connection.execute(query.group_by(*by)):
        yield Announced(row[0], row[1], row[2], bool(row[3]), row[4], row[5], bool(row[6]), row[7])


def led(connection: Connection, window: Window) -> Iterator[tuple[str, str, str, str, str | None]]:
    """Those that `placed` leaves out, as they lead on or nowhere: source, via, kind, cause, the other URL."""
    columns = (urls.c.source, urls.c.via, urls.c.kind, urls.c.cause, urls.c.target)
    joined = urls.outerjoin(_other, _other.c.key == urls.c.target_key)
    query = select(*columns).select_from(joined).where(_IS_PLACED, ~_captured(), *window.bounds)
    query = query.where(or_(_other.c.key.is_(None), _leads_on()), *window.of(urls))
    for row in connection.execute(query):
        yield row[0], row[1], row[2], row[3], row[4]


def _leads_on() -> ColumnElement[bool]:
    """The other URL stands for yet another."""
    return and_(
        func.coalesce(_other.c.cause, "").in_(PLACED), _other.c.target.is_not(None),
        ~_captured(_other),
    )  # fmt: skip


def _waits(table: FromClause) -> ColumnElement[int]:
    return case((table.c.state != "done", 1), else_=0)


def _counted(window: Window) -> Select[Any]:
    table = url_counts
    by = (table.c.source, table.c.via, table.c.kind, table.c.captured, table.c.outcome,
          table.c.cause, table.c.waits)  # fmt: skip
    number = func.sum(table.c.number)
    not_placed = or_(table.c.captured == 1, table.c.cause.not_in(PLACED))
    query = select(*by, number).where(table.c.via != "", not_placed, *window.of(table))
    return query.group_by(*by).having(number != 0)


def _found(window: Window) -> Select[Any]:
    captured = case((_captured(), 1), else_=0).label("captured")
    waits = _waits(urls).label("waits")
    by = (urls.c.source, urls.c.via, urls.c.kind, captured, urls.c.outcome, urls.c.cause, waits)
    not_placed = or_(_captured(), urls.c.cause.is_(None), urls.c.cause.not_in(PLACED))
    known = _sources()
    query = select(*by, func.count()).select_from(known.join(urls, urls.c.source == known.c.source))
    return query.where(*window.bounds, not_placed, *window.of(known)).group_by(*by)


def _sources() -> Subquery:
    """All sources, by as many look-ups in an index."""
    first = select(func.min(url_counts.c.source).label("source")).cte("known", recursive=True)
    larger = url_counts.alias()
    following = select(func.min(larger.c.source)).where(larger.c.source > first.c.source)
    step = select(following.scalar_subquery()).where(first.c.source.is_not(None))
    known = first.union_all(step)
    return select(known.c.source).where(known.c.source.is_not(None)).subquery()


def counts(connection: Connection, sources: Collection[str] | None) -> dict[str, dict[str, int]]:
    """See `Frontier.counts`."""
    table, window = url_counts, Window(sources=sources)
    # What is to be tried again has ended as far as anyone can tell now.
    name = func.coalesce(func.nullif(table.c.cause, ""), func.nullif(table.c.outcome, ""), "due")
    query = select(table.c.source, name.label("name"), func.sum(table.c.number))
    query = query.where(*window.of(table)).group_by(table.c.source, "name")
    # Few are in hand; counted here, for SQLite would group them by an index over all URLs.
    leased = select(urls.c.source).where(
        urls.c.owner.is_not(None), urls.c.outcome.is_(None), urls.c.cause.is_(None)
    )
    if sources is not None:
        leased = leased.where(urls.c.source.in_(list(sources)))
    found: dict[str, dict[str, int]] = {}
    for source, how, number in connection.execute(query):
        found.setdefault(source, {})[how] = int(number)
    for source, number in Counter(connection.scalars(leased)).items():
        found[source]["leased"] = number
        found[source]["due"] -= number
    return {s: {how: n for how, n in sorted(of.items()) if n} for s, of in sorted(found.items())
            if any(of.values())}  # fmt: skip


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


def _captured(table: FromClause = urls) -> ColumnElement[bool]:
    # Before there was `first_at`, only the last outcome was known.
    return or_(table.c.first_at.is_not(None), func.coalesce(table.c.outcome, "") == "article")
