"""How are the tables told that captures were moved, or taken out? Done twice it does the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newscrawl.database import removals
from newscrawl.database.batches import batches
from newscrawl.frontier import removing
from newscrawl.store import moving
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from newscrawl.archive.tombstones import Tombstone
    from newscrawl.collection.commit import Collection

#: Captures that are told of together.
BATCH_SIZE = 200


@dataclass(frozen=True, slots=True)
class Change:
    """What has become of captures: `moved` to (id of the record, place), or `gone` (ids).

    The URLs of tombstones of the kind `removed` are removed for good. The rest is as in `rewriting.Plan`.
    """

    moved: Iterable[tuple[str, dict[str, Any]]]
    gone: Iterable[str]
    tombstones: Sequence[Tombstone]
    kind: str
    keeps_articles: bool
    old: Sequence[str]
    settled: Sequence[str]
    now: float


def enter(collection: Collection, change: Change) -> None:
    """Enter the change. On SQLite, what was deleted leaves no bytes in the file."""
    store = collection.store
    with store.rewriting() as (connection, records):
        removals.enter(connection, change.kind, change.tombstones)
        if change.kind == "removed" and change.tombstones:
            _remove_urls(connection, change)
        whole = removing.whole_captures(connection)
        for gone in batches(change.gone, BATCH_SIZE):
            moving.take_out(connection, records, gone, keeps_articles=change.keeps_articles)
            removing.forget_captures(connection, gone)
            for record_id in whole.keys() & set(gone):
                removing.place_whole(connection, whole[record_id], None)
        for moved in batches(change.moved, BATCH_SIZE):
            places = dict(moved)
            moving.move(connection, records, places)
            for record_id in whole.keys() & places.keys():
                removing.place_whole(connection, whole[record_id], places[record_id])
        moving.replace_files(connection, change.old, change.settled)


def _remove_urls(connection: Connection, change: Change) -> None:
    reasons = {key(each.url): each.reason for each in change.tombstones}
    seen_at = datetime.fromtimestamp(change.now, UTC).isoformat(timespec="seconds")
    removing.remove(connection, reasons, now=change.now, seen_at=seen_at)
