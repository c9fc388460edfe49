"""How are the tables told that captures were moved, or taken out? Done twice it does the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newscrawl.database import removals
from newscrawl.database.batches import batches
from newscrawl.edits.change import Change
from newscrawl.frontier import joining, removing, source_register
from newscrawl.items import Article, Capture
from newscrawl.store import change_log, moving, runs, superseding
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection

    from newscrawl.archive.tombstones import Tombstone
    from newscrawl.collection.commit import Collection
    from newscrawl.collection.rewriting_plan import Plan
    from newscrawl.database.records import Records
    from newscrawl.store import Store

#: Captures that are told of together.
BATCH_SIZE = 200


@dataclass(frozen=True, slots=True)
class Added:
    """What comes out of another archive: (URL, capture), captures whose records go, (source, record), rows of
    the frontier and of its sources, changes and states of articles, and captures that were pruned there."""

    captures: Iterable[tuple[str, dict[str, Any]]] = ()
    superseded: Iterable[str] = ()
    articles: Iterable[tuple[str, dict[str, Any]]] = ()
    urls: Iterable[dict[str, Any]] = ()
    sources: Iterable[dict[str, Any]] = ()
    changes: Iterable[dict[str, Any]] = ()
    states: Iterable[dict[str, Any]] = ()
    pruned: Sequence[Tombstone] = ()


@dataclass(frozen=True, slots=True)
class CaptureChange:
    """What has become of captures by a plan: `moved` to (id of the record, place), or `gone` (ids).

    The URLs of tombstones of the kind `removed` are removed for good.
    """

    plan: Plan
    moved: Iterable[tuple[str, dict[str, Any]]] = ()
    gone: Iterable[str] = ()
    tombstones: Sequence[Tombstone] = ()
    added: Added = field(default_factory=Added)


def enter(
    collection: Collection, change: CaptureChange, on_forgotten: Callable[[list[str]], None]
) -> None:
    """Enter the change. On SQLite, what was deleted leaves no bytes in the file.

    `on_forgotten` is told before the end of the transaction which other WARCs showed changes that are gone.
    """
    store = collection.store
    with store.rewriting() as (connection, records):
        _add(store, connection, records, change)
        removals.enter(connection, change.plan.kind, change.tombstones)
        if change.plan.kind == "removed" and change.tombstones:
            _remove_urls(connection, change)
        whole = removing.whole_captures(connection)
        for gone in batches(change.gone, BATCH_SIZE):
            moving.take_out(connection, records, gone, keeps_articles=change.plan.keeps_articles)
            if not change.plan.keeps_articles:
                change_log.forget_within(connection, gone)
            removing.forget_captures(connection, gone)
            for record_id in whole.keys() & set(gone):
                removing.place_whole(connection, whole[record_id], None)
        for moved in batches(change.moved, BATCH_SIZE):
            places = dict(moved)
            moving.move(connection, records, places)
            for record_id in whole.keys() & places.keys():
                removing.place_whole(connection, whole[record_id], places[record_id])
        on_forgotten(change_log.forget_orphans_within(connection))
        moving.replace_files(connection, change.plan.old, change.plan.settled)


def _add(store: Store, connection: Connection, records: Records, change: CaptureChange) -> None:
    added = change.added
    removals.enter(connection, "pruned", added.pruned)
    for captures in batches(added.captures, BATCH_SIZE):
        store.add_captures_within(connection, ((url, Capture(**each)) for url, each in captures))
    superseding.take_out(connection, records, added.superseded)
    for some in batches(added.articles, BATCH_SIZE):
        articles = [(source, Article.from_dict(record)) for source, record in some]
        ids = [each.capture.record_id for _, each in articles if each.capture is not None]
        superseding.take_out(connection, records, ids)
        store.add_articles_within(connection, articles)
    changes = map(Change.from_dict, added.changes)
    change_log.add_within(connection, changes, added.states)
    if joining.join(connection, added.urls, now=change.plan.now):
        runs.note_anew_within(connection)
    source_register.join(connection, added.sources)


def _remove_urls(connection: Connection, change: CaptureChange) -> None:
    keys = sorted({key(each.url) for each in change.tombstones})
    # Not those of the tombstones: an older copy may have come in with an older reason.
    reasons = removals.removed(connection, keys)
    seen_at = datetime.fromtimestamp(change.plan.now, UTC).isoformat(timespec="seconds")
    removing.remove(connection, reasons, now=change.plan.now, seen_at=seen_at)
