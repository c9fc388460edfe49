"""Which URLs were removed, and which captures were taken out of the archive? Both frontier and store ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, MetaData, Table, Text, bindparam, select, update

from newscrawl.archive.tombstones import Tombstone, latest_by_url
from newscrawl.database.batches import batches
from newscrawl.database.inserting import insert_new
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import Connection

metadata = MetaData()

# URLs that are never fetched or announced again; of a URL that was removed twice, the latest reason.
removed_urls = Table(
    "removed_urls",
    metadata,
    Column("key", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("removed_at", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

# Captures that are in no WARC any more. `kind` is `removed`, or `pruned` where the record was kept.
tombstones = Table(
    "tombstones",
    metadata,
    Column("record_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("payload_digest", Text, nullable=False),
    Column("captured_at", Text, nullable=False),
    Column("removed_at", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

#: Rows of one statement.
BATCH_SIZE = 500
_REMOVED = select(removed_urls).where(
    removed_urls.c.key.in_(bindparam("keys", expanding=True, type_=Text))
)


_REASONED_ANEW = (
    update(removed_urls)
    .where(
        removed_urls.c.key == bindparam("_key"),
        removed_urls.c.removed_at <= bindparam("_removed_at"),
    )
    .values(removed_at=bindparam("_removed_at"), reason=bindparam("_reason"))
)


def removed(connection: Connection, keys: Collection[str]) -> dict[str, str]:
    """The reasons for which those of the URLs with these keys were removed that were."""
    found: dict[str, str] = {}
    for some in batches(keys, BATCH_SIZE):
        rows = connection.execute(_REMOVED, {"keys": some})
        found |= {row.key: row.reason for row in rows}
    return found


def enter(connection: Connection, kind: str, new: Iterable[Tombstone]) -> None:
    """Note captures that were taken out; of kind `removed`, their URLs are removed for good."""
    for some in batches(new, BATCH_SIZE):
        rows = [_row(each, kind) for each in some if each.record_id]
        if rows:
            connection.execute(insert_new(connection, tombstones), rows)
        if kind == "removed":
            urls = [
                {"key": url_key, "url": each.url, "removed_at": each.removed_at,
                 "reason": each.reason}
                for url_key, each in sorted(latest_by_url(some).items())
            ]  # fmt: skip
            connection.execute(insert_new(connection, removed_urls), urls)
            anew = (
                {f"_{name}": row[name] for name in ("key", "removed_at", "reason")} for row in urls
            )
            connection.execute(_REASONED_ANEW, list(anew))


def all_tombstones(connection: Connection, kind: str = "removed") -> Iterator[Tombstone]:
    """The captures that were taken out; of kind `removed`, the removed URLs that had none, or that have
    another reason by now, as well."""
    query = select(tombstones).where(tombstones.c.kind == kind)
    known = set()
    for row in connection.execute(query.order_by(tombstones.c.record_id)):
        known.add((key(row.url), row.removed_at, row.reason))
        yield Tombstone(
            row.url, row.record_id, row.payload_digest, row.captured_at, row.removed_at, row.reason
        )
    if kind == "removed":
        for row in connection.execute(select(removed_urls).order_by(removed_urls.c.key)):
            if (row.key, row.removed_at, row.reason) not in known:
                yield Tombstone(row.url, "", "", "", row.removed_at, row.reason)


def _row(each: Tombstone, kind: str) -> dict[str, str]:
    return {
        "record_id": each.record_id, "kind": kind, "url": each.url,
        "payload_digest": each.payload_digest, "captured_at": each.captured_at,
        "removed_at": each.removed_at, "reason": each.reason,
    }  # fmt: skip
