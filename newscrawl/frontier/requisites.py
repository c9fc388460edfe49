"""What captured pages need to look as they did (pictures, style sheets), and what is still to be fetched.

They have a table of their own, so that no URL of the frontier waits for them, and no count of it has them. An
owner leases them as it leases URLs; a host that another owner has at work is left alone. A requisite that was
fetched is due again when a page names it after `again_before`, never by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, inspect, or_, select, update

from newscrawl.database.batches import batches
from newscrawl.database.engine import reading
from newscrawl.database.inserting import insert_new
from newscrawl.frontier.tables import hosts, requisites
from newscrawl.urls import host, key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from sqlalchemy import Connection, Engine, Row, Select

    from newscrawl.causes import CauseName, RequisiteKind

_BATCH = 500


@dataclass(frozen=True, slots=True)
class NeededUrl:
    """A requisite as a page, or a style sheet or redirect behind it (`depth`), names it.

    `priority`: lower ones are leased first.
    """

    url: str
    kind: RequisiteKind
    source: str
    page: str
    depth: int = 0
    priority: int = 0

    @property
    def key(self) -> str:
        return key(self.url)


@dataclass(frozen=True, slots=True)
class RequisiteLease:
    """The right and the duty to fetch one requisite; `is_new` says that it was never fetched before."""

    key: str
    url: str
    kind: RequisiteKind
    source: str
    page: str
    depth: int
    attempts: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class RequisiteEnd:
    """How a requisite ended: fetched, or for a cause not. With `again_at` it is tried again."""

    cause: CauseName | None = None
    detail: str = ""
    status: int | None = None
    again_at: float | None = None


class Requisites:
    """The table of requisites; every method is one transaction or several small ones. Times in seconds."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._reading = engine, reading(engine)

    def add(self, new: Iterable[NeededUrl], *, now: float, again_before: float) -> int:
        """Make known, or due once more if last fetched before `again_before`; return how many are due."""
        due = 0
        by_key = {each.key: each for each in reversed(list(new))}
        for some in batches(by_key.items(), _BATCH):
            with self._engine.begin() as connection:
                due += _add(connection, dict(some), now, again_before)
        return due

    def lease(
        self,
        *,
        owner: str,
        now: float,
        count: int,
        seconds: float,
        per_host: int,
        sources: Collection[str] | None = None,
    ) -> list[RequisiteLease]:
        """Up to `count` due ones, at most `per_host` of one host; of these sources, if given."""
        with self._engine.begin() as connection:
            keys = connection.scalars(_due(owner, now, count, per_host, sources)).all()
            if not keys:
                return []
            # Another worker may have taken some of them meanwhile.
            taken = (
                update(requisites)
                .where(requisites.c.key.in_(keys), requisites.c.due_at <= now)
                .values(owner=owner, due_at=now + seconds, attempts=requisites.c.attempts + 1)
                .returning(*_LEASED, requisites.c.settled_at)
            )
            rows = connection.execute(taken).all()
        return sorted(
            (_leased(row) for row in rows),
            key=lambda each: each.key,
        )

    def settle(
        self,
        ends: Iterable[tuple[str, RequisiteEnd]],
        *,
        now: float,
        enter: Callable[[Connection], None] | None = None,
    ) -> None:
        """Say how those with these keys ended; what `enter` writes is committed with the first of them."""
        for some in batches(ends, _BATCH):
            with self._engine.begin() as connection:
                if enter is not None:
                    enter(connection)
                    enter = None
                for each, end in some:
                    statement = update(requisites).where(requisites.c.key == each)
                    connection.execute(statement.values(**_ended(end, now)))

    def release(self, owners: Collection[str], *, now: float) -> None:
        """Make due what these owners have leased and not settled."""
        mine = requisites.c.owner.in_(list(owners))
        with self._engine.begin() as connection:
            connection.execute(update(requisites).where(mine).values(owner=None, due_at=now))

    def owners(self) -> set[str]:
        """Who has leased something; nobody in older databases."""
        query = select(requisites.c.owner).where(requisites.c.owner.is_not(None)).distinct()
        with self._reading.connect() as connection:
            if not inspect(connection).has_table(requisites.name):
                return set()
            return {owner for owner in connection.scalars(query) if owner is not None}

    def number_of(self, page: str) -> int:
        """How many requisites are known that this page was the first to need."""
        query = select(func.count()).select_from(requisites).where(requisites.c.page == page)
        with self._reading.connect() as connection:
            return int(connection.scalar(query) or 0)

    def known(self, urls: Iterable[str]) -> set[str]:
        """The keys of those of these URLs that are requisites and not settled."""
        found: set[str] = set()
        with self._reading.connect() as connection:
            for some in batches({key(url) for url in urls}, _BATCH):
                waiting = and_(requisites.c.key.in_(some), requisites.c.due_at.is_not(None))
                found |= set(connection.scalars(select(requisites.c.key).where(waiting)))
        return found

    def counts(self, sources: Collection[str] | None = None) -> dict[str, dict[str, int]]:
        """Per source: how many are `fetched`, `due`, or missed, by cause; none in older databases."""
        name = func.coalesce(requisites.c.cause, func.coalesce(requisites.c.outcome, "due")).label(
            "name"
        )
        query = select(requisites.c.source, name, func.count()).group_by(requisites.c.source, name)
        if sources is not None:
            query = query.where(requisites.c.source.in_(list(sources)))
        found: dict[str, dict[str, int]] = {}
        with self._reading.connect() as connection:
            if not inspect(connection).has_table(requisites.name):
                return {}
            for source, how, number in connection.execute(query):
                found.setdefault(source, {})[how] = int(number)
        return {source: dict(sorted(of.items())) for source, of in sorted(found.items())}


_LEASED = [
    requisites.c[name] for name in ("key", "url", "kind", "source", "page", "depth", "attempts")
]


def _leased(row: Row[Any]) -> RequisiteLease:
    return RequisiteLease(
        row.key, row.url, row.kind, row.source, row.page, row.depth, row.attempts,
        row.settled_at is None,
    )  # fmt: skip


def _add(connection: Connection, new: dict[str, NeededUrl], now: float, again_before: float) -> int:
    known = set(connection.scalars(select(requisites.c.key).where(requisites.c.key.in_(list(new)))))
    fresh = [each for each in sorted(new) if each not in known]
    if fresh:
        rows = [
            {
                "key": each, "url": new[each].url, "host": host(new[each].url),
                "source": new[each].source, "kind": new[each].kind, "page": new[each].page,
                "depth": new[each].depth, "priority": new[each].priority, "due_at": now,
                "attempts": 0, "added_at": now,
            }
            for each in fresh
        ]  # fmt: skip
        connection.execute(insert_new(connection, requisites), rows)
    stale = and_(
        requisites.c.key.in_(sorted(known)),
        requisites.c.due_at.is_(None),
        requisites.c.settled_at < again_before,
    )
    again = update(requisites).where(stale).values(due_at=now, attempts=0)
    return len(fresh) + (connection.execute(again).rowcount if known else 0)


def _due(
    owner: str, now: float, count: int, per_host: int, sources: Collection[str] | None
) -> Select[str]:
    """The keys of what may be leased now: of each host the first ones, as many as there is room for."""
    other = requisites.alias("other")
    others = (
        select(other.c.key)
        .where(other.c.host == requisites.c.host, other.c.owner != owner, other.c.due_at > now)
        .exists()
    )
    pages = (
        select(hosts.c.host)
        .where(
            hosts.c.host == requisites.c.host,
            or_(and_(hosts.c.owner != owner, hosts.c.leased_until > now), hosts.c.hold_until > now),
        )
        .exists()
    )
    mine = (
        select(func.count())
        .select_from(other)
        .where(other.c.host == requisites.c.host, other.c.owner == owner, other.c.due_at > now)
        .scalar_subquery()
    )
    order = (requisites.c.priority, requisites.c.added_at, requisites.c.key)
    place = func.row_number().over(partition_by=requisites.c.host, order_by=order)
    ranked = select(
        requisites.c.key,
        requisites.c.priority,
        requisites.c.added_at,
        (place + mine).label("place"),
    ).where(requisites.c.due_at <= now, ~others, ~pages)
    if sources is not None:
        ranked = ranked.where(requisites.c.source.in_(list(sources)))
    found = ranked.subquery()
    query = select(found.c.key).where(found.c.place <= per_host)
    return query.order_by(found.c.place, found.c.priority, found.c.added_at, found.c.key).limit(
        count
    )


def _ended(end: RequisiteEnd, now: float) -> dict[str, object]:
    return {
        "owner": None, "due_at": end.again_at, "outcome": "miss" if end.cause else "fetched",
        "cause": end.cause, "detail": end.detail.replace("\0", "") or None, "status": end.status,
        "settled_at": now,
    }  # fmt: skip
