"""Leases in SQL: which hosts are open to whom, what of them is due, and what is given back.

Every transaction locks the rows of its hosts, in their order, before it touches URLs of them. So no URL is
leased twice and no two transactions wait for each other. SQLite has one writer at a time anyway.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from sqlalchemy import Float, and_, bindparam, case, exists, false, func, or_, select, update

from newscrawl.causes import HUBS
from newscrawl.frontier.protocol import Lease
from newscrawl.frontier.tables import hosts, urls, written_out

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Select, Update

#: Hosts that one statement names.
_TOGETHER = 500

DUE = urls.c.state == written_out("due")
LATER = urls.c.state == written_out("later")

#: What a lease says of its URL.
COLUMNS = [urls.c[f.name] for f in fields(Lease)]


@dataclass(slots=True)
class Turn:
    """One call for leases, as far as it has come."""

    owner: str
    now: float
    until: float
    count: int
    per_host: int
    sources: Collection[str] | None
    keys: Collection[str] | None = None
    in_hand: Counter[str] = field(default_factory=Counter)
    leases: list[Lease] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    @property
    def room(self) -> int:
        return self.count - len(self.leases)


def lease(connection: Connection, turn: Turn) -> None:
    """Lease from all hosts that nobody else has at work just now, those with little in hand first."""
    turn.in_hand = _in_hand(connection, turn.owner)
    full = {name for name, number in turn.in_hand.items() if number >= turn.per_host}
    number = -(-turn.room // turn.per_host)
    while turn.room > 0:
        which = hosts.c.host.not_in(turn.seen | full)
        names = connection.scalars(_open(turn, which, number).with_for_update(skip_locked=True))
        if not (found := names.all()):
            break
        _take(connection, turn, found, [turn.per_host - turn.in_hand[name] for name in found])
        number = min(2 * number, turn.room)


def lease_of_one(connection: Connection, turn: Turn) -> bool:
    """Lease from one more host, waiting for whoever is at work on it; False if there is none.

    Only for a transaction that has locked nothing yet.
    """
    full = {name for name, number in turn.in_hand.items() if number >= turn.per_host}
    query = _open(turn, hosts.c.host.not_in(turn.seen | full), 1).with_for_update()
    names = connection.scalars(query).all()
    _take(connection, turn, names, [turn.per_host - turn.in_hand[name] for name in names])
    return bool(names)


def lock(connection: Connection, names: Iterable[str]) -> None:
    """Keep these hosts for this transaction."""
    connection.execute(_LOCKING, {"names": sorted(set(names))})


def note_due(connection: Connection, names: Collection[str], at: float) -> None:
    """Have these hosts looked at from this time on."""
    later = or_(hosts.c.next_due.is_(None), hosts.c.next_due > at)
    connection.execute(update(hosts).where(hosts.c.host.in_(names), later).values(next_due=at))


def note_later(connection: Connection, names: Collection[str]) -> None:
    """Have these hosts looked at when the first of their URLs is due again, if none is due by now."""
    connection.execute(_NOTING_LATER, {"names": list(names)})


def give_back(connection: Connection, names: Collection[str], now: float) -> None:
    """Give these hosts to others, after a rest, if their owners have nothing of them in hand."""
    connection.execute(_GIVING_BACK, {"names": list(names), "now": now})


def put_right(connection: Connection, now: float) -> None:
    """See `Frontier.put_right`: what is due was so when it was written, and a rest is a gap at most."""
    ahead = and_(hosts.c.next_due > now, exists().where(DUE, _OF_HOST))
    resting = and_(hosts.c.leased_until > now + hosts.c.gap, ~_IN_HAND)
    names = connection.scalars(select(hosts.c.host).where(or_(ahead, resting))).all()
    for start in range(0, len(names), _TOGETHER):
        some = names[start : start + _TOGETHER]
        lock(connection, some)
        named = hosts.c.host.in_(some)
        connection.execute(update(hosts).where(named, ahead).values(next_due=now))
        give_back(connection, some, now)


def release(connection: Connection, owners: Collection[str], now: float) -> int:
    """See `Frontier.release`."""
    leased = urls.c.owner.in_(owners)
    names = set(connection.scalars(select(urls.c.host).where(leased).distinct()))
    names |= set(connection.scalars(select(hosts.c.host).where(hosts.c.owner.in_(owners))))
    lock(connection, names)
    # It was no try.
    tried = case((urls.c.attempts > 0, urls.c.attempts - 1), else_=0)
    values = {"state": "due", "due_at": now, "owner": None, "attempts": tried}
    released = connection.execute(update(urls).where(leased).values(**values)).rowcount
    _note_next_due(connection, sorted(names), now)
    connection.execute(_resting(hosts.c.owner.in_(owners)), {"now": now})
    return released


def renew(connection: Connection, owner: str, until: float) -> None:
    """See `Frontier.renew`."""
    mine = urls.c.owner == owner
    names = connection.scalars(select(urls.c.host).where(mine).distinct()).all()
    lock(connection, names)
    connection.execute(update(urls).where(mine).values(due_at=until))
    held = and_(hosts.c.host.in_(names), hosts.c.owner == owner)
    connection.execute(update(hosts).where(held).values(leased_until=until))


def reschedule(connection: Connection, due_at: Mapping[str, float]) -> None:
    """See `Frontier.reschedule`."""
    waits = and_(urls.c.key.in_(list(due_at)), LATER, urls.c.owner.is_(None))
    names = set(connection.scalars(select(urls.c.host).where(waits)))
    if not names:
        return
    lock(connection, names)
    values = [{"_key": each, "_at": at} for each, at in sorted(due_at.items())]
    connection.execute(_RESCHEDULING, values)
    note_later(connection, names)


def scheduled(connection: Connection, source: str) -> list[tuple[Lease, float]]:
    """See `Frontier.scheduled`."""
    waits = and_(urls.c.source == source, LATER, urls.c.owner.is_(None), urls.c.attempts == 0)
    query = select(*COLUMNS, urls.c.due_at).where(waits, urls.c.kind.in_(HUBS))
    return [(Lease(*row[:-1]), row[-1]) for row in connection.execute(query)]


def next_due(
    connection: Connection, owner: str | None, now: float, sources: Collection[str] | None
) -> float | None:
    """See `Frontier.next_due`."""
    latest = func.max if connection.dialect.name == "sqlite" else func.greatest
    mine = or_(hosts.c.owner.is_(None), hosts.c.owner == owner if owner else false())
    free_at = case((mine, 0.0), else_=hosts.c.leased_until)
    query = select(func.min(latest(hosts.c.next_due, hosts.c.hold_until, free_at)))
    query = query.where(hosts.c.next_due.is_not(None))
    if sources is not None:
        # What is due of a host may belong to others.
        by_now = and_(LATER, urls.c.due_at <= now)
        due = or_(_has(DUE, sources), _has(by_now, sources))
        query = query.where(or_(due, and_(hosts.c.next_due > now, _has(LATER, sources))))
    found: float | None = connection.scalar(query)
    return None if found is None else max(found, now)


def free_at(
    connection: Connection,
    owner: str,
    now: float,
    sources: Collection[str] | None,
    keys: Collection[str] | None,
) -> float | None:
    """See `Frontier.free_at`."""
    due = and_(hosts.c.next_due <= now, hosts.c.hold_until <= now, hosts.c.leased_until > now)
    query = select(func.min(hosts.c.leased_until)).where(due, hosts.c.owner != owner)
    query = query.where(*_has_due(now, sources, keys))
    found: float | None = connection.scalar(query)
    return found


def _open(turn: Turn, which: ColumnElement[bool], number: int) -> Select[str]:
    """The hosts that may be leased from; the one that has waited longest comes first."""
    mine = or_(hosts.c.owner.is_(None), hosts.c.owner == turn.owner)
    free = or_(mine, hosts.c.leased_until <= turn.now)
    due = and_(hosts.c.next_due <= turn.now, hosts.c.hold_until <= turn.now)
    query = select(hosts.c.host).where(due, free, which)
    query = query.where(*_has_due(turn.now, turn.sources, turn.keys))
    return query.order_by(hosts.c.next_due, hosts.c.host).limit(number)


def _has(what: ColumnElement[bool], sources: Collection[str]) -> ColumnElement[bool]:
    return exists().where(urls.c.host == hosts.c.host, what, urls.c.source.in_(sources))


def _has_due(
    now: float, sources: Collection[str] | None, keys: Collection[str] | None
) -> list[ColumnElement[bool]]:
    """That a host has something due of these sources, or with these keys; no condition for neither."""
    within = _within(sources, keys)
    if not within:
        return []
    by_now = and_(LATER, urls.c.due_at <= now)
    # Two questions: each of them is answered by an index.
    return [or_(exists().where(_OF_HOST, DUE, *within), exists().where(_OF_HOST, by_now, *within))]


def _within(
    sources: Collection[str] | None, keys: Collection[str] | None
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sources is not None:
        found.append(urls.c.source.in_(sources))
    if keys is not None:
        found.append(urls.c.key.in_(keys))
    return found


def _in_hand(connection: Connection, owner: str) -> Counter[str]:
    query = select(urls.c.host, func.count()).where(urls.c.owner == owner).group_by(urls.c.host)
    return Counter(dict(connection.execute(query).all()))


def _take(connection: Connection, turn: Turn, names: Sequence[str], limits: Sequence[int]) -> None:
    """Lease up to so many URLs of each of these hosts, which are locked and open."""
    if not names:
        return
    _end_waiting(connection, names, turn.now)
    found: dict[str, list[Lease]] = {}
    for name, limit in zip(names, limits, strict=True):
        wanted = min(limit, turn.room - sum(map(len, found.values())))
        if wanted <= 0:
            break
        found[name] = _due_of(connection, name, wanted, turn)
    leases = [lease for of_host in found.values() for lease in of_host]
    _mark_leased(connection, turn, leases, [name for name in found if found[name]])
    _note_next_due(connection, list(found), turn.now)
    turn.leases += leases
    turn.seen |= set(found)


def _end_waiting(connection: Connection, names: Sequence[str], now: float) -> None:
    """Make due what waited until now, and what was leased until now."""
    ready = and_(LATER, urls.c.host.in_(names), urls.c.due_at <= now)
    connection.execute(update(urls).where(ready).values(state="due", owner=None))


def _due_of(connection: Connection, name: str, count: int, turn: Turn) -> list[Lease]:
    query = select(*COLUMNS).where(DUE, urls.c.host == name)
    query = query.where(*_within(turn.sources, turn.keys))
    order = (urls.c.priority, urls.c.rank.desc(), urls.c.key)
    return [Lease(*row) for row in connection.execute(query.order_by(*order).limit(count))]


def _mark_leased(
    connection: Connection, turn: Turn, leases: Sequence[Lease], names: Sequence[str]
) -> None:
    if not leases:
        return
    values = {"state": "later", "owner": turn.owner, "due_at": turn.until}
    connection.execute(
        update(urls)
        .where(urls.c.key.in_([lease.key for lease in leases]))
        .values(**values, attempts=urls.c.attempts + 1)
    )
    connection.execute(
        update(hosts)
        .where(hosts.c.host.in_(names))
        .values(owner=turn.owner, leased_until=turn.until)
    )


def _note_next_due(connection: Connection, names: Sequence[str], now: float) -> None:
    """Have what is still due of these hosts wait for its turn behind all other hosts."""
    next_due = case((exists().where(_OF_HOST, DUE), now), else_=_SOONEST)
    connection.execute(update(hosts).where(hosts.c.host.in_(names)).values(next_due=next_due))


def _resting(which: ColumnElement[bool]) -> Update:
    """The statement by which these hosts are free after their gap from `now`."""
    free_at = bindparam("now", type_=Float) + hosts.c.gap
    return update(hosts).where(which, hosts.c.leased_until > free_at).values(leased_until=free_at)


# Written once: to put a statement together takes longer than to execute it.
_NAMED = hosts.c.host.in_(bindparam("names", expanding=True))
_OF_HOST = urls.c.host == hosts.c.host
_SOONEST = select(func.min(urls.c.due_at)).where(_OF_HOST, LATER).scalar_subquery()
_LOCKING = select(hosts.c.host).where(_NAMED).order_by(hosts.c.host).with_for_update()
_NOTING_LATER = (
    update(hosts).where(_NAMED, ~exists().where(_OF_HOST, DUE)).values(next_due=_SOONEST)
)
_AT = bindparam("_at", type_=Float)
_RESCHEDULING = (
    update(urls)
    .where(urls.c.key == bindparam("_key"), LATER, urls.c.owner.is_(None), urls.c.due_at > _AT)
    .values(due_at=_AT)
)
_IN_HAND = exists().where(urls.c.owner == hosts.c.owner, _OF_HOST)
_GIVING_BACK = _resting(and_(_NAMED, ~_IN_HAND))
