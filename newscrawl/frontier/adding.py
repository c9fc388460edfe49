"""What becomes of a URL that is asked for or announced: it is new, due again, or known and left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update

from newscrawl.causes import REMOVED
from newscrawl.database import removals
from newscrawl.database.inserting import insert_new
from newscrawl.errors import Missed
from newscrawl.frontier.leasing import lock, note_due
from newscrawl.frontier.tables import hosts, left_out, urls

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Connection, Row

    from newscrawl.causes import CauseName
    from newscrawl.frontier.protocol import DiscoveredUrl, Place

_KNOWN = ("key", "host", "owner", "settled_at", "added_at")
#: Seconds from one look at a page until a modification can make it due again; longer for an old one.
_SOON = 3600.0
#: What an announcement may change of a URL that is known.
_CHANGING = (
    "state", "due_at", "attempts", "priority", "source", "depth", "kind", "modified_at",
    "published_at", "announcement",
)  # fmt: skip


def add(connection: Connection, new: dict[str, DiscoveredUrl], now: float) -> int:
    """Insert these URLs, by key, or make them due again; return how many became due."""
    _know_hosts(connection, {each.host for each in new.values()})
    removed = removals.removed(connection, new)
    columns = [urls.c[name] for name in (*_KNOWN, *_CHANGING)]
    rows = connection.execute(select(*columns).where(urls.c.key.in_(new)))
    known = {row.key: row for row in rows}
    fresh = [url_key for url_key in sorted(new) if url_key not in known]
    if fresh:
        values = [_row(url_key, new[url_key], removed.get(url_key), now) for url_key in fresh]
        connection.execute(insert_new(connection, urls), values)
    left = [url_key for url_key in known if url_key not in removed]
    changed = {k: c for k in left if (c := _changes(new[k], known[k], now))}
    _change(connection, known.values(), changed)
    again = [known[k].host for k, values in changed.items() if values.get("due_at") == now]
    due = [new[k].host for k in fresh if new[k].missed is None and k not in removed]
    note_due(connection, {*again, *due}, now)
    return len(due) + len(again)


def leave_out(
    connection: Connection,
    via: str,
    source: str,
    numbers: Mapping[tuple[CauseName, Place], int],
    now: float,
) -> None:
    """See `Frontier.leave_out`."""
    connection.execute(delete(left_out).where(left_out.c.via == via))
    rows = [
        {"via": via, "cause": cause, "place": place, "source": source, "number": number, "at": now}
        for (cause, place), number in sorted(numbers.items())
        if number
    ]
    if rows:
        connection.execute(insert(left_out), rows)


def _know_hosts(connection: Connection, names: Collection[str]) -> None:
    known = set(connection.scalars(select(hosts.c.host).where(hosts.c.host.in_(names))))
    if fresh := sorted(set(names) - known):
        values = [{"host": name, "gap": 0.0, "hold_until": 0.0} for name in fresh]
        connection.execute(insert_new(connection, hosts), values)
    # A URL may be known by another spelling, of the same host as far as its key goes.
    lock(connection, {*names, *(_other_spelling(name) for name in names)})


def _other_spelling(name: str) -> str:
    return name.removeprefix("www.") if name.startswith("www.") else f"www.{name}"


def _changes(new: DiscoveredUrl, row: Row[Any], now: float) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if new.modified_at is not None and new.modified_at > (row.modified_at or 0):
        changes["modified_at"] = new.modified_at
    # The first one stands, but for one that says when the page was published.
    dates = row.published_at is None and new.published_at is not None
    if new.announcement is not None and (row.announcement is None or dates):
        changes |= {"announcement": new.announcement, "published_at": new.published_at}
    # What waits for its next try has ended once, too, and need not wait if it is asked for.
    has_ended = row.owner is None and row.settled_at is not None and row.state != "due"
    has_its_time = new.not_before_due and new.again_before is not None and row.state == "later"
    if has_ended and not has_its_time and _again(new, row, now):
        changes |= {"state": "due", "due_at": now, "attempts": 0, "priority": new.priority}
        changes |= {"source": new.source, "depth": new.depth, "kind": new.kind}
    elif row.state != "done" and new.priority < row.priority:
        changes |= {"priority": new.priority, "kind": new.kind, "source": new.source}
    elif row.state != "done" and row.owner is None and new.source != row.source:
        # Its source has another name now, or another source has taken it over.
        changes |= {"source": new.source, "depth": new.depth}
    return changes


def _again(new: DiscoveredUrl, row: Row[Any], now: float) -> bool:
    settled_at, modified_at = row.settled_at or 0, row.modified_at
    if new.again_before is not None and settled_at < new.again_before:
        return True
    age = settled_at - (settled_at if row.added_at is None else row.added_at)
    is_soon = now - settled_at < max(_SOON, age / 2)
    is_edited = new.modified_apart and settled_at < (new.modified_at or 0)
    if new.not_before_due and is_soon and not is_edited:
        # Some announce with each look that everything was modified just now.
        return False
    return None not in (new.modified_at, modified_at) and (new.modified_at or 0) > (
        modified_at or 0
    )


def _change(
    connection: Connection, known: Iterable[Row[Any]], changed: dict[str, dict[str, Any]]
) -> None:
    if changed:
        values = [
            {
                **{name: getattr(row, name) for name in _CHANGING},
                **changed[row.key],
                "_key": row.key,
            }
            for row in known
            if row.key in changed
        ]
        names: dict[str, Any] = {name: bindparam(name) for name in _CHANGING}
        connection.execute(
            update(urls).where(urls.c.key == bindparam("_key")).values(names), values
        )


def _row(url_key: str, new: DiscoveredUrl, removed: str | None, now: float) -> dict[str, Any]:
    """The row of a new URL; `removed` is the reason for which it was removed from the archive."""
    missed = new.missed
    if removed is not None:
        # Nothing is kept of what an announcement says of it.
        missed, new = Missed(REMOVED, removed), replace(new, announcement=None, published_at=None)
    return {
        "key": url_key, "url": new.url, "host": new.host, "source": new.source,
        "kind": new.kind, "depth": new.depth, "priority": new.priority, "rank": new.rank,
        "via": new.via, "modified_at": new.modified_at,
        "state": "due" if missed is None else "done", "due_at": now if missed is None else None,
        "attempts": 0, "added_at": now, "published_at": new.published_at,
        "announcement": new.announcement,
        **_ended(missed, now),
    }  # fmt: skip


def _ended(missed: Missed | None, now: float) -> dict[str, Any]:
    """How what cannot be requested ends; the same columns for what can be, which has not ended."""
    if missed is None:
        return dict.fromkeys(("outcome", "cause", "detail", "target", "settled_at", "seen_at"))
    seen_at = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
    return {
        "outcome": "miss", "cause": missed.cause, "detail": missed.detail or None,
        "target": missed.target, "settled_at": now, "seen_at": seen_at,
    }  # fmt: skip
