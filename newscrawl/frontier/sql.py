"""The frontier in SQL: SQLite by default, any database that SQLAlchemy speaks to.

A host is claimed by one conditional update, so two workers never hold the same one; URLs are leased
only of claimed hosts, and so are never leased twice.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, insert, or_, select, update

from newscrawl.frontier.protocol import Lease, NewUrl, Outcome
from newscrawl.frontier.tables import hosts, urls
from newscrawl.items import Capture
from newscrawl.urls import host, key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Engine

#: Keys in one SELECT; SQLite allows 32,766 variables, other databases fewer.
_BATCH = 500


class SqlFrontier:
    """See `newscrawl.frontier.protocol.Frontier`, which this implements."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, new: Iterable[NewUrl], *, now: float) -> int:
        by_key = {key(each.url): each for each in reversed(list(new))}
        due: list[str] = []
        with self._engine.begin() as connection:
            for keys in _batches(list(by_key)):
                due += _add(connection, {k: by_key[k] for k in keys}, now)
            _note_due(connection, {host(by_key[k].url) for k in due}, now)
        return len(due)

    def lease(
        self,
        *,
        owner: str,
        now: float,
        count: int,
        seconds: float,
        sources: Collection[str] | None = None,
        per_host: int = 8,
    ) -> list[Lease]:
        leases: list[Lease] = []
        with self._engine.begin() as connection:
            _expire(connection, now)
            for name in _open_hosts(connection, owner, now):
                if len(leases) >= count:
                    break
                wanted = min(per_host, count - len(leases))
                found = _due_of(connection, name, now, wanted, sources)
                if not found:
                    _note_next_due(connection, name)
                elif _claim_host(connection, name, owner, now, now + seconds):
                    _mark_leased(connection, found, owner, now + seconds)
                    leases += found
        return leases

    def settle(self, outcomes: Iterable[tuple[str, Outcome]], *, now: float) -> None:
        with self._engine.begin() as connection:
            for url_key, outcome in outcomes:
                connection.execute(
                    update(urls).where(urls.c.key == url_key).values(**_settled(outcome, now))
                )
                if outcome.again_at is not None:
                    name = select(urls.c.host).where(urls.c.key == url_key).scalar_subquery()
                    connection.execute(
                        update(hosts)
                        .where(hosts.c.host == name)
                        .where(or_(hosts.c.next_due.is_(None), hosts.c.next_due > outcome.again_at))
                        .values(next_due=outcome.again_at)
                    )

    def hold(self, host: str, *, until: float) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                update(hosts)
                .where(hosts.c.host == host, hosts.c.hold_until < until)
                .values(hold_until=until)
            )

    def release(self, owners: Collection[str]) -> int:
        with self._engine.begin() as connection:
            leased = and_(urls.c.state == "leased", urls.c.owner.in_(owners))
            released = _make_due(connection, leased)
            connection.execute(
                update(hosts).where(hosts.c.owner.in_(owners)).values(owner=None, leased_until=None)
            )
        return released

    def owners(self) -> set[str]:
        with self._engine.connect() as connection:
            leased = select(urls.c.owner).where(urls.c.state == "leased").distinct()
            holding = select(hosts.c.owner).where(hosts.c.owner.is_not(None)).distinct()
            found = [*connection.scalars(leased), *connection.scalars(holding)]
        return {owner for owner in found if owner is not None}

    def seeds(self) -> list[str]:
        with self._engine.connect() as connection:
            query = select(urls.c.url).where(urls.c.kind == "seed").order_by(urls.c.key)
            return list(connection.scalars(query))

    def has_no_article(self, url: str) -> bool:
        answered_without = and_(
            urls.c.outcome == "miss", urls.c.cause != "duplicate", urls.c.capture.is_not(None)
        )
        query = select(urls.c.key).where(urls.c.key == key(url), answered_without)
        with self._engine.connect() as connection:
            return connection.scalar(query) is not None

    def duplicates_of(self, url: str) -> list[tuple[str, Capture]]:
        query = select(urls.c.url, urls.c.capture).where(
            urls.c.cause == "duplicate", urls.c.detail == url, urls.c.capture.is_not(None)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [(row.url, Capture(**json.loads(row.capture))) for row in rows]

    def due(self, wanted: Iterable[str]) -> dict[str, str]:
        by_key = {key(url): url for url in wanted}
        kinds: dict[str, str] = {}
        with self._engine.connect() as connection:
            for some in _batches(list(by_key)):
                query = select(urls.c.key, urls.c.kind).where(urls.c.key.in_(some))
                rows = connection.execute(query.where(urls.c.state == "due"))
                kinds |= {by_key[row.key]: row.kind for row in rows}
        return kinds

    def ended(self, wanted: Iterable[str]) -> dict[str, tuple[str, str | None, str | None]]:
        by_key = {key(url): url for url in wanted}
        columns = (urls.c.key, urls.c.outcome, urls.c.cause, urls.c.detail)
        query = select(*columns).where(urls.c.key.in_(by_key), urls.c.outcome.is_not(None))
        with self._engine.connect() as connection:
            rows = connection.execute(query)
            return {by_key[row.key]: (row.outcome, row.cause, row.detail) for row in rows}

    def next_due(self, *, now: float, sources: Collection[str] | None = None) -> float | None:
        """When the next URL of these sources may be leased; None if nothing waits."""
        at = func.max(urls.c.due_at, hosts.c.hold_until)
        query = select(func.min(at)).join(hosts, hosts.c.host == urls.c.host)
        query = query.where(urls.c.state == "due")
        if sources is not None:
            query = query.where(urls.c.source.in_(sources))
        with self._engine.connect() as connection:
            found: float | None = connection.scalar(query)
        return None if found is None else max(found, now)

    def counts(self, *, sources: Collection[str] | None = None) -> dict[str, dict[str, int]]:
        columns = (urls.c.source, urls.c.state, urls.c.outcome, urls.c.cause)
        query = select(*columns, func.count()).group_by(*columns).order_by(*columns)
        if sources is not None:
            query = query.where(urls.c.source.in_(sources))
        counts: dict[str, dict[str, int]] = {}
        with self._engine.connect() as connection:
            for source, state, outcome, cause, number in connection.execute(query):
                # What is to be tried again has ended as far as anyone can tell now.
                name = cause or outcome or state
                of_source = counts.setdefault(source, {})
                of_source[name] = of_source.get(name, 0) + number
        return counts

    def misses(self) -> Iterator[dict[str, Any]]:
        columns = (urls.c.url, urls.c.cause, urls.c.detail, urls.c.status, urls.c.seen_at)
        query = select(*columns, urls.c.capture).where(urls.c.outcome == "miss")
        with self._engine.connect() as connection:
            for row in connection.execute(query.order_by(urls.c.seen_at, urls.c.key)).mappings():
                yield {**row, "capture": json.loads(row["capture"]) if row["capture"] else None}


def _add(connection: Connection, new: dict[str, NewUrl], now: float) -> list[str]:
    """Insert or make due again; return the keys that became due."""
    columns = (urls.c.key, urls.c.state, urls.c.settled_at, urls.c.modified_at, urls.c.priority)
    rows = connection.execute(select(*columns).where(urls.c.key.in_(new)))
    known = {row.key: row for row in rows}
    fresh = [url_key for url_key in new if url_key not in known]
    if fresh:
        connection.execute(insert(urls), [_row(url_key, new[url_key], now) for url_key in fresh])
    due = list(fresh)
    for url_key, row in known.items():
        each = new[url_key]
        changes: dict[str, Any] = {}
        if each.modified_at is not None and each.modified_at > (row.modified_at or 0):
            changes["modified_at"] = each.modified_at
        if row.state == "done" and _again(each, row.settled_at, row.modified_at):
            changes |= {"state": "due", "due_at": now, "attempts": 0, "priority": each.priority}
            changes |= {"source": each.source, "depth": each.depth, "kind": each.kind}
            due.append(url_key)
        elif row.state == "due" and each.priority < row.priority:
            changes |= {"priority": each.priority, "kind": each.kind, "source": each.source}
        if changes:
            connection.execute(update(urls).where(urls.c.key == url_key).values(**changes))
    return due


def _again(new: NewUrl, settled_at: float | None, modified_at: float | None) -> bool:
    if new.again_before is not None and (settled_at or 0) < new.again_before:
        return True
    return None not in (new.modified_at, modified_at) and (new.modified_at or 0) > (
        modified_at or 0
    )


def _row(url_key: str, new: NewUrl, now: float) -> dict[str, Any]:
    return {
        "key": url_key, "url": new.url, "host": host(new.url), "source": new.source,
        "kind": new.kind, "depth": new.depth, "priority": new.priority, "rank": new.rank,
        "via": new.via, "modified_at": new.modified_at, "state": "due", "due_at": now,
        "attempts": 0,
    }  # fmt: skip


def _settled(outcome: Outcome, now: float) -> dict[str, Any]:
    again = outcome.again_at is not None
    return {
        "state": "due" if again else "done", "due_at": outcome.again_at, "owner": None,
        "leased_until": None, "outcome": outcome.kind, "cause": outcome.cause,
        "detail": outcome.detail, "status": outcome.status, "settled_at": now,
        "seen_at": outcome.seen_at,
        "capture": json.dumps(outcome.capture.to_dict()) if outcome.capture else None,
    }  # fmt: skip


def _open_hosts(connection: Connection, owner: str, now: float) -> Sequence[str]:
    free = or_(hosts.c.owner.is_(None), hosts.c.owner == owner, hosts.c.leased_until < now)
    query = select(hosts.c.host).where(hosts.c.next_due <= now, hosts.c.hold_until <= now, free)
    return connection.scalars(query.order_by(hosts.c.next_due, hosts.c.host)).all()


def _due_of(
    connection: Connection, name: str, now: float, count: int, sources: Collection[str] | None
) -> list[Lease]:
    columns = (urls.c.key, urls.c.url, urls.c.kind, urls.c.source, urls.c.depth, urls.c.attempts)
    query = select(*columns).where(urls.c.state == "due", urls.c.host == name, urls.c.due_at <= now)
    if sources is not None:
        query = query.where(urls.c.source.in_(sources))
    order = (urls.c.priority, urls.c.rank.desc(), urls.c.key)
    return [Lease(*row) for row in connection.execute(query.order_by(*order).limit(count))]


def _claim_host(connection: Connection, name: str, owner: str, now: float, until: float) -> bool:
    free = or_(hosts.c.owner.is_(None), hosts.c.owner == owner, hosts.c.leased_until < now)
    claim = update(hosts).where(hosts.c.host == name, free)
    return connection.execute(claim.values(owner=owner, leased_until=until)).rowcount == 1


def _mark_leased(connection: Connection, leases: list[Lease], owner: str, until: float) -> None:
    connection.execute(
        update(urls)
        .where(urls.c.key.in_([lease.key for lease in leases]))
        .values(state="leased", owner=owner, leased_until=until, attempts=urls.c.attempts + 1)
    )


def _expire(connection: Connection, now: float) -> None:
    _make_due(connection, and_(urls.c.state == "leased", urls.c.leased_until < now))


def _make_due(connection: Connection, which: ColumnElement[bool]) -> int:
    names = set(connection.scalars(select(urls.c.host).where(which).distinct()))
    if not names:
        return 0
    values = {"state": "due", "due_at": 0.0, "owner": None, "leased_until": None}
    changed = connection.execute(update(urls).where(which).values(**values)).rowcount
    connection.execute(update(hosts).where(hosts.c.host.in_(names)).values(next_due=0.0))
    return changed


def _note_due(connection: Connection, names: set[str], now: float) -> None:
    """Make sure that each host is known and looked at from `now` on."""
    for some in _batches(sorted(names)):
        known = set(connection.scalars(select(hosts.c.host).where(hosts.c.host.in_(some))))
        later = or_(hosts.c.next_due.is_(None), hosts.c.next_due > now)
        connection.execute(update(hosts).where(hosts.c.host.in_(some), later).values(next_due=now))
        fresh = [{"host": n, "hold_until": 0.0, "next_due": now} for n in some if n not in known]
        if fresh:
            connection.execute(insert(hosts), fresh)


def _note_next_due(connection: Connection, name: str) -> None:
    soonest = select(func.min(urls.c.due_at)).where(urls.c.state == "due", urls.c.host == name)
    connection.execute(
        update(hosts).where(hosts.c.host == name).values(next_due=soonest.scalar_subquery())
    )


def _batches(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]
