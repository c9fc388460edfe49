"""What is a rewriting for, and which files does it replace?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rewriting is for, and which files it replaces.

    `old` WARCs go, of `settled` new ones every capture has been dealt with. `kind` is that of the tombstones
    (`newscrawl.database.removals`); with `keeps_articles` the records of captures that go stay.
    `old_records` are files of records, relative to `records/`, that go unless there is a new one of the name.
    `database` is how messages call the database that knows the files.
    """

    command: str
    database: str
    old: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    old_records: tuple[str, ...] = ()
    kind: str = "removed"
    keeps_articles: bool = False
    now: float = 0.0
