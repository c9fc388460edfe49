"""How the end of a URL is entered, and what that means for its host."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Float, Integer, Text, bindparam, case, func, or_, select, update

from newscrawl.causes import UNREAD, names_with
from newscrawl.frontier import captured, learning
from newscrawl.frontier.accounting import PLACED
from newscrawl.frontier.leasing import give_back, lock, note_later
from newscrawl.frontier.tables import hosts, urls
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from newscrawl.frontier.protocol import Outcome

#: Causes that say nothing of a URL, but that its host cannot be reached.
_UNREACHED = frozenset(names_with("unreached"))
#: A host with so many of them in a row is left alone, for so many seconds; twice as long after each more.
FAILURES, _FIRST_REST, _LONGEST_REST = 8, 300.0, 86_400.0

_COLUMNS = (
    "state", "due_at", "owner", "outcome", "cause", "detail", "status", "settled_at", "seen_at",
    "capture", "target", "target_key", "over_limit",
)  # fmt: skip

# Written once: to put a statement together takes longer than to execute it.
_OF_HOST = hosts.c.host == bindparam("_host")
_ENDED = select(urls.c.key, urls.c.host, urls.c.url, urls.c.first_at, urls.c.cause).where(
    urls.c.key.in_(bindparam("keys", expanding=True))
)
_SETTLING = (
    update(urls)
    .where(urls.c.key == bindparam("_key"))
    .values(
        {
            **{name: bindparam(name) for name in _COLUMNS},
            # What is once known stays, where nothing new is said.
            "first_at": func.coalesce(urls.c.first_at, bindparam("first_at", type_=Float)),
            "attempts": urls.c.attempts * bindparam("attempts", type_=Integer),
            "failures": case(
                (bindparam("outcome", type_=Text) == "miss", urls.c.failures + 1), else_=0
            ),
            "rhythm": func.coalesce(bindparam("rhythm", type_=Text), urls.c.rhythm),
            "published_at": func.coalesce(
                bindparam("published_at", type_=Float), urls.c.published_at
            ),
        }
    )
)
_RESTATED = ("outcome", "cause", "detail", "target", "target_key", "over_limit")
_RESTATING = (
    update(urls)
    .where(
        urls.c.key == bindparam("_key"),
        urls.c.capture.in_([bindparam("_capture"), bindparam("_whole")]),
        or_(urls.c.outcome == "article", urls.c.outcome == "miss"),
        # A crawl reads these, and sees to it that they are seen again.
        func.coalesce(urls.c.cause, "") != UNREAD,
    )
    .values({name: bindparam(name) for name in _RESTATED})
)
_TELLING = update(hosts).where(_OF_HOST).values(gap=bindparam("_gap"))
_FAILED = select(hosts.c.host, hosts.c.failures, hosts.c.hold_until).where(
    hosts.c.host.in_(bindparam("hosts", expanding=True))
)
_UNTIL = bindparam("_until", type_=Float)
_FAILING = (
    update(hosts)
    .where(_OF_HOST)
    .values(
        failures=bindparam("_failures"),
        hold_until=case((hosts.c.hold_until < _UNTIL, _UNTIL), else_=hosts.c.hold_until),
    )
)


def settle(
    connection: Connection, outcomes: dict[str, Outcome], gaps: Mapping[str, float], now: float
) -> None:
    """See `Frontier.settle`; outcomes by key."""
    rows = connection.execute(_ENDED, {"keys": list(outcomes)}).all()
    host_of = {row.key: row.host for row in rows}
    if not host_of:
        return
    names = sorted(set(host_of.values()))
    lock(connection, names)
    captures = captured.kept(connection, (outcomes[each].capture for each in host_of))
    settled = [
        {"_key": each, **_settled(outcomes[each], now, captures)} for each in sorted(host_of)
    ]
    connection.execute(_SETTLING, settled)
    learning.count(connection, rows, outcomes)
    note_later(connection, names)
    _judge_hosts(connection, outcomes, host_of, now)
    if told := [{"_host": n, "_gap": gaps[n]} for n in names if n in gaps]:
        connection.execute(_TELLING, told)
    give_back(connection, names, now)


def restate(connection: Connection, outcomes: Iterable[tuple[str, Outcome]]) -> None:
    """See `Frontier.restate`."""
    rows = []
    for each, outcome in outcomes:
        assert outcome.capture is not None
        capture = {
            "_capture": outcome.capture.record_id,
            "_whole": json.dumps(outcome.capture.to_dict()),
        }
        settled = _settled(outcome, 0, {})
        rows.append({"_key": each, **capture, **{name: settled[name] for name in _RESTATED}})
    connection.execute(_RESTATING, rows)


def _settled(outcome: Outcome, now: float, captures: Mapping[str, str]) -> dict[str, Any]:
    return {
        "state": "done" if outcome.again_at is None else "later", "due_at": outcome.again_at,
        "owner": None, "outcome": outcome.kind, "cause": outcome.cause,
        # PostgreSQL keeps no NUL, and what a server says may have one.
        "detail": outcome.detail.replace("\0", "") if outcome.detail else None,
        "status": outcome.status, "settled_at": now, "seen_at": outcome.seen_at,
        "capture": captures.get(outcome.capture.record_id) if outcome.capture else None,
        "attempts": int(outcome.is_retry),
        "first_at": now if outcome.kind == "article" else None, "rhythm": outcome.rhythm,
        "target_key": key(outcome.target) if outcome.cause in PLACED and outcome.target else None,
        "target": outcome.target, "over_limit": int(outcome.over_limit),
        "published_at": outcome.published_at,
    }  # fmt: skip


def _judge_hosts(
    connection: Connection,
    outcomes: Mapping[str, Outcome],
    host_of: Mapping[str, str],
    now: float,
) -> None:
    """Count the failures of each host since its last answer, and park those that seem dead."""
    failures = dict.fromkeys(host_of.values(), 0)
    answered = set()
    for each, name in host_of.items():
        if outcomes[each].capture is not None:
            answered.add(name)
        elif outcomes[each].cause in _UNREACHED:
            failures[name] += 1
    before = {row.host: row for row in connection.execute(_FAILED, {"hosts": list(failures)})}
    changed = []
    for name, number in sorted(failures.items()):
        known = before[name].failures
        if known >= FAILURES:
            # Of what was in hand when the host was parked, and of each look at it since, one counts.
            number = min(number, before[name].hold_until <= now)
        total = 0 if name in answered else known + number
        if total != known:
            changed.append({"_host": name, "_failures": total, "_until": now + _rest_after(total)})
    if changed:
        connection.execute(_FAILING, changed)


def _rest_after(failures: int) -> float:
    """How long a host rests (seconds) after so many failures in a row."""
    if failures < FAILURES:
        return 0.0
    return float(min(_FIRST_REST * 2 ** min(failures - FAILURES, 20), _LONGEST_REST))
