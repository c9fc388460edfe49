"""What is known of URLs that no capture says: rows for a note in a WARC, and the way back.

That is what was announced and never fetched, what ended without an answer, and when each list or article is
due again. What was said of a page where it was announced is left out: the captured list says it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, insert, or_, select, update

from newscrawl import urls as addresses
from newscrawl.causes import REMOVED
from newscrawl.database.inserting import insert_new
from newscrawl.frontier.accounting import known_sources
from newscrawl.frontier.ends import IS_HUB
from newscrawl.frontier.leasing import lock, note_due, note_later
from newscrawl.frontier.tables import hosts, urls

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement, Connection, Row, RowMapping

#: The member of a row that says that the URL ended by a capture.
CAPTURED = "captured"
#: What has a value in every row, and is left out of a note where it is this one.
_USUAL = {"depth": 0, "rank": 0.0, "attempts": 0, "over_limit": 0, "failures": 0}
_WHEN = ("state", "due_at", "added_at", "first_at", "settled_at", "rhythm", "failures")
_END = ("outcome", "cause", "detail", "status", "seen_at", "target", "over_limit")
_ALL = (
    *("url", "source", "kind", "depth", "priority", "rank", "via", "modified_at", "published_at"),
    *("attempts", *_WHEN, *_END),
)
#: What stands where the archive has it, and is taken from a note where it has not.
_ADDED = ("modified_at", "published_at")


def changed(connection: Connection, *, since: float, count: int) -> list[dict[str, Any]]:
    """What has been added or has ended since then and is in no capture, `count` URLs at most: lists first."""
    unnoted = or_(urls.c.capture.is_(None), urls.c.state != "done", IS_HUB)
    unnoted = and_(unnoted, func.coalesce(urls.c.cause, "") != REMOVED)
    order = (case((IS_HUB, 0), else_=1), urls.c.priority, urls.c.key)
    rows: list[dict[str, Any]] = []
    for which in (_ended(since), _added(connection, since)):
        query = select(urls).where(which, unnoted).order_by(*order).limit(count - len(rows))
        rows += (_stated(row) for row in connection.execute(query).mappings())
    return rows


def _ended(since: float) -> ColumnElement[bool]:
    return and_(urls.c.settled_at.is_not(None), urls.c.settled_at >= since)


def _added(connection: Connection, since: float) -> ColumnElement[bool]:
    """What was added since then and has never ended, as the index over sources and times has it."""
    is_new = urls.c.settled_at.is_(None)
    if since <= 0:
        return is_new
    return and_(is_new, urls.c.source.in_(known_sources(connection)), urls.c.added_at >= since)


def _stated(row: RowMapping) -> dict[str, Any]:
    values: dict[str, Any] = dict(row)
    if values["owner"] is not None:
        values |= {"state": "due", "due_at": None}
    is_captured = values["capture"] is not None
    is_page = is_captured and values["outcome"] != "links"
    names = ("url", "via", *_ADDED, *_WHEN) if is_page else _ALL
    said = {n: values[n] for n in names if values[n] is not None and values[n] != _USUAL.get(n)}
    if is_captured:
        said[CAPTURED] = True
    # Of what cannot be requested, key and host are not those of its URL (`DiscoveredUrl.key`).
    return said | ({"key": values["key"], "host": values["host"]} if "/!" in values["key"] else {})


def key_of(row: Mapping[str, Any]) -> str:
    """The key of the URL of a row."""
    return str(row.get("key") or addresses.key(row["url"]))


def resume(connection: Connection, rows: Iterable[Mapping[str, Any]], *, now: float) -> None:
    """Take over what notes say, each URL once. What was captured after its note stands.

    Of a URL that ended by a capture they say only when it is due: nothing, where that capture is not here.
    """
    by_key = {key_of(row): row for row in rows}
    query = select(urls).where(urls.c.key.in_(list(by_key)))
    known = {row.key: row for row in connection.execute(query)}
    lock(connection, {row.host for row in known.values()})
    fresh = [
        _row(url_key, row)
        for url_key, row in by_key.items()
        if url_key not in known and CAPTURED not in row
    ]
    _enter(connection, fresh)
    for url_key, row in known.items():
        if values := _values(by_key[url_key], row):
            connection.execute(update(urls).where(urls.c.key == url_key).values(**values))
    note_later(connection, {row["host"] for row in fresh} | {row.host for row in known.values()})
    due = select(urls.c.host).where(urls.c.key.in_(list(by_key)), urls.c.state == "due")
    note_due(connection, set(connection.scalars(due)), now)


def _enter(connection: Connection, fresh: list[dict[str, Any]]) -> None:
    if not fresh:
        return
    names = sorted({row["host"] for row in fresh})
    values = [{"host": name, "gap": 0.0, "hold_until": 0.0} for name in names]
    connection.execute(insert_new(connection, hosts), values)
    lock(connection, names)
    connection.execute(insert(urls), fresh)


def _row(url_key: str, noted: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: noted.get(name, _USUAL.get(name)) for name in _ALL}
    host = noted.get("host") or addresses.host(noted["url"])
    return {**values, "key": url_key, "host": host}


def _values(noted: Mapping[str, Any], mine: Row[Any]) -> dict[str, Any]:
    """What a note changes of a URL that is known by its captures."""
    values = {n: noted[n] for n in _ADDED if n in noted and getattr(mine, n) is None}
    if "via" in noted:
        values["via"] = noted["via"]
    added = [at for at in (noted.get("added_at"), mine.added_at) if at is not None]
    if added and min(added) != mine.added_at:
        values["added_at"] = min(added)
    ended = noted.get("settled_at")
    if ended is None or ended < _captured_at(mine):
        return values
    values |= {"state": noted["state"], "due_at": noted.get("due_at"), "settled_at": ended}
    values |= {n: noted[n] for n in ("rhythm", "first_at", "failures") if n in noted}
    if CAPTURED not in noted:
        values["capture"] = None
    if "outcome" in noted:
        values |= {name: noted.get(name, _USUAL.get(name)) for name in _END}
    return values


def _captured_at(mine: Row[Any]) -> float:
    if mine.seen_at is None:
        return 0.0
    moment = datetime.fromisoformat(mine.seen_at)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
