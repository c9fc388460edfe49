"""How the end of a URL is entered, and what that means for its host."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Float, bindparam, or_, select, update

from newscrawl.frontier.leasing import give_back, lock
from newscrawl.frontier.tables import hosts, urls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from newscrawl.frontier.protocol import Outcome

_COLUMNS = (
    "state", "due_at", "owner", "outcome", "cause", "detail", "status", "settled_at", "seen_at",
    "capture",
)  # fmt: skip


def settle(
    connection: Connection, outcomes: dict[str, Outcome], gaps: Mapping[str, float], now: float
) -> None:
    """See `Frontier.settle`; outcomes by key."""
    query = select(urls.c.key, urls.c.host).where(urls.c.key.in_(outcomes))
    host_of = {row.key: row.host for row in connection.execute(query)}
    if not host_of:
        return
    names = sorted(set(host_of.values()))
    lock(connection, names)
    values: dict[str, Any] = {name: bindparam(name) for name in _COLUMNS}
    connection.execute(
        update(urls).where(urls.c.key == bindparam("_key")).values(values),
        [{"_key": each, **_settled(outcomes[each], now)} for each in sorted(host_of)],
    )
    _look_again(connection, outcomes, host_of)
    if told := [{"_host": n, "_gap": gaps[n]} for n in names if n in gaps]:
        same = hosts.c.host == bindparam("_host")
        connection.execute(update(hosts).where(same).values(gap=bindparam("_gap")), told)
    give_back(connection, names, now)


def _settled(outcome: Outcome, now: float) -> dict[str, Any]:
    return {
        "state": "done" if outcome.again_at is None else "later", "due_at": outcome.again_at,
        "owner": None, "outcome": outcome.kind, "cause": outcome.cause,
        # PostgreSQL keeps no NUL, and what a server says may have one.
        "detail": outcome.detail.replace("\0", "") if outcome.detail else None,
        "status": outcome.status, "settled_at": now, "seen_at": outcome.seen_at,
        "capture": json.dumps(outcome.capture.to_dict()) if outcome.capture else None,
    }  # fmt: skip


def _look_again(
    connection: Connection, outcomes: Mapping[str, Outcome], host_of: Mapping[str, str]
) -> None:
    """Have the hosts looked at when the first of their URLs is due again."""
    soonest: dict[str, float] = {}
    for each, name in host_of.items():
        if (at := outcomes[each].again_at) is not None:
            soonest[name] = min(at, soonest.get(name, at))
    if soonest:
        given = bindparam("_at", type_=Float)
        later = or_(hosts.c.next_due.is_(None), hosts.c.next_due > given)
        connection.execute(
            update(hosts).where(hosts.c.host == bindparam("_host"), later).values(next_due=given),
            [{"_host": name, "_at": at} for name, at in soonest.items()],
        )
