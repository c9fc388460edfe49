"""What a note of the frontier holds: all that has changed since the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.archive.frontier_notes import FrontierNote

if TYPE_CHECKING:
    from newscrawl.collection.commit import Collection

#: URLs of one note; of more, as in the first note of a large archive, lists and what is leased first.
MAX_URLS = 50_000
#: Seconds before the last note from which on changes are noted again: another crawl may commit them a while
#: after the moment that they bear.
OVERLAP = 60.0


def blocks_of_note(collection: Collection, *, now: float) -> list[bytes]:
    """The blocks of records of the note of what has changed since the last one; none where nothing has."""
    noted_at = collection.store.runs.last_noted()
    since = noted_at - OVERLAP if noted_at is not None else 0.0
    rows = collection.frontier.changed(since=since, count=MAX_URLS)
    if not any(
        (row.get("settled_at") or row.get("added_at") or 0) >= (noted_at or 0) for row in rows
    ):
        return []
    known = collection.frontier.register.known()
    paused = {n: each.paused_at for n, each in known.items() if each.paused_at is not None}
    return list(FrontierNote(now, paused, tuple(rows)).blocks())
