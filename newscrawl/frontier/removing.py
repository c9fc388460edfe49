"""How is a URL entered that was removed, and how does the frontier follow captures that were moved?"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Float, bindparam, select, update

from newscrawl.causes import REMOVED, names_with
from newscrawl.database.batches import batches
from newscrawl.frontier import captured
from newscrawl.frontier.leasing import lock, note_later
from newscrawl.frontier.tables import urls

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Connection

#: Rows of one statement.
BATCH_SIZE = 500
#: Everything that was said of a URL, and by it.
_FORGOTTEN = (
    "due_at", "owner", "status", "capture", "first_at", "rhythm", "target", "target_key",
    "announcement", "published_at", "modified_at",
)  # fmt: skip
_PLACED = (*names_with("placed"),)


def remove(connection: Connection, reasons: Mapping[str, str], *, now: float, seen_at: str) -> None:
    """Let the URLs with these keys have ended as removed, for good; the frontier may not know them."""
    known = [
        row
        for some in batches(reasons, BATCH_SIZE)
        for row in connection.execute(select(urls.c.key, urls.c.host).where(urls.c.key.in_(some)))
    ]
    names = sorted({row.host for row in known})
    lock(connection, names)
    for row in known:
        ended = {
            **dict.fromkeys(_FORGOTTEN), "state": "done", "outcome": "miss", "cause": REMOVED,
            "detail": reasons[row.key], "attempts": 0, "over_limit": 0, "settled_at": now,
            "seen_at": seen_at,
        }  # fmt: skip
        connection.execute(update(urls).where(urls.c.key == row.key).values(ended))
    note_later(connection, names)


def standing_for(connection: Connection, keys: Collection[str]) -> dict[str, str]:
    """By key, the URLs that moved to these or are duplicates of them, and those of these in turn."""
    found: dict[str, str] = {}
    asked = set(keys)
    while asked:
        new: dict[str, str] = {}
        for some in batches(sorted(asked), BATCH_SIZE):
            query = select(urls.c.key, urls.c.url).where(
                urls.c.target_key.in_(some), urls.c.cause.in_(_PLACED)
            )
            new |= {row.key: row.url for row in connection.execute(query)}
        asked = set(new) - set(found) - set(keys)
        found |= {each: new[each] for each in sorted(asked)}
    return found


def forget_captures(connection: Connection, gone: Collection[str]) -> None:
    """Let URLs that ended by captures with these record ids name them no more."""
    connection.execute(update(urls).where(urls.c.capture.in_(list(gone))).values(capture=None))


def whole_captures(connection: Connection) -> dict[str, str]:
    """The keys of URLs whose captures are kept whole, as JSON, by the ids of these captures."""
    query = select(urls.c.key, urls.c.capture).where(urls.c.capture.startswith("{"))
    return {json.loads(row.capture)["record_id"]: row.key for row in connection.execute(query)}


def place_whole(connection: Connection, url_key: str, place: Mapping[str, Any] | None) -> None:
    """Rewrite what is kept of a capture as JSON: another place, or None for one that is gone."""
    query = select(urls.c.capture).where(urls.c.key == url_key)
    capture = json.loads(connection.scalar(query) or "null")
    if capture is None:
        return
    value = json.dumps({**capture, **place}) if place is not None else None
    connection.execute(update(urls).where(urls.c.key == url_key).values(capture=value))


def date_by_captures(connection: Connection) -> None:
    """See `Frontier.date_by_captures`."""
    query = captured.selected(urls.c.key, urls.c.first_at, urls.c.added_at)
    query = query.where(urls.c.capture.is_not(None))
    for some in batches(connection.execute(query).all(), BATCH_SIZE):
        rows = []
        for row in some:
            found = captured.capture_of(row)
            assert found is not None
            at = datetime.fromisoformat(found.captured_at).timestamp()
            first = at if row.first_at is not None else None
            rows.append(
                {"_key": row.key, "_at": at, "_first": first, "_added": min(at, row.added_at or at)}
            )
        connection.execute(_DATING, rows)
    _date_by_answers(connection)


def _date_by_answers(connection: Connection) -> None:
    """Let what ended without a capture that is known here have ended when it was answered."""
    query = select(urls.c.key, urls.c.seen_at, urls.c.added_at).where(
        urls.c.capture.is_(None), urls.c.settled_at.is_not(None), urls.c.seen_at.is_not(None)
    )
    for some in batches(connection.execute(query).all(), BATCH_SIZE):
        rows = []
        for row in some:
            at = datetime.fromisoformat(row.seen_at).timestamp()
            rows.append({"_key": row.key, "_at": at, "_added": min(at, row.added_at or at)})
        connection.execute(_DATING_ANSWERS, rows)


_DATING_ANSWERS = (
    update(urls)
    .where(urls.c.key == bindparam("_key"))
    .values(settled_at=bindparam("_at", type_=Float), added_at=bindparam("_added", type_=Float))
)
_DATING = (
    update(urls)
    .where(urls.c.key == bindparam("_key"))
    .values(
        settled_at=bindparam("_at", type_=Float),
        first_at=bindparam("_first", type_=Float),
        added_at=bindparam("_added", type_=Float),
    )
)
