"""How do the URLs of another frontier come into this one?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from newscrawl.database.batches import batches
from newscrawl.database.inserting import insert_new
from newscrawl.frontier.leasing import lock, note_due, note_later
from newscrawl.frontier.tables import hosts, urls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import Connection

#: Rows of one statement.
BATCH_SIZE = 500
_NAMES = tuple(column.name for column in urls.columns)
_JOINING = (
    update(urls)
    .where(urls.c.key == bindparam("_key"))
    .values({name: bindparam(name) for name in _NAMES if name != "key"})
)


def rows(connection: Connection) -> Iterator[dict[str, Any]]:
    """All URLs, as rows; what is leased is due."""
    query = select(urls).order_by(urls.c.key).execution_options(yield_per=BATCH_SIZE)
    with connection.execute(query) as found:
        for row in found.mappings():
            values = dict(row)
            if values["owner"] is not None:
                values |= {"owner": None, "state": "due"}
            yield values


def join(connection: Connection, others: Iterable[Mapping[str, Any]], *, now: float) -> int:
    """Enter these rows; return how many. Of a URL that is known, what ended last stands; it was added when it
    was first."""
    number = 0
    for some in batches(others, BATCH_SIZE):
        number += len(some)
        names = sorted({row["host"] for row in some})
        new_hosts = [{"host": name, "gap": 0.0, "hold_until": 0.0} for name in names]
        connection.execute(insert_new(connection, hosts), new_hosts)
        lock(connection, names)
        _join(connection, some)
        note_later(connection, names)
        due = {row["host"] for row in some if row["state"] == "due"}
        note_due(connection, due, now)
    return number


def _join(connection: Connection, some: list[Mapping[str, Any]]) -> None:
    keys = [row["key"] for row in some]
    query = select(urls.c.key, urls.c.settled_at, urls.c.added_at).where(urls.c.key.in_(keys))
    known = {row.key: row for row in connection.execute(query)}
    if fresh := [dict(row) for row in some if row["key"] not in known]:
        connection.execute(insert(urls), fresh)
    changed = []
    for row in some:
        mine = known.get(row["key"])
        if mine is None or (row["settled_at"] or 0) <= (mine.settled_at or 0):
            continue
        first = min(
            at for at in (row["added_at"], mine.added_at, row["settled_at"]) if at is not None
        )
        changed.append({**row, "_key": row["key"], "added_at": first})
    if changed:
        connection.execute(_JOINING, changed)
