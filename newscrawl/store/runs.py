"""The passes that an archive has seen: what each fetched, found and missed, and how it ended."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, inspect, select, update

from newscrawl.database.engine import reading
from newscrawl.store.tables import runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Engine


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pass is: answers, URLs that became due by announcements, records, misses by cause."""

    fetched: int = 0
    found: int = 0
    articles: int = 0
    missed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """One pass, by the id of its writer; times in seconds since the epoch.

    `what` it was told to fetch, `host` and `process` where it runs. Without `ended` it runs, or was killed
    after `seen_at`.
    """

    id: str
    kind: str
    what: str
    host: str
    process: int
    began_at: float
    seen_at: float
    progress: Progress = Progress()
    ended_at: float | None = None
    ended: str | None = None


class Runs:
    """The table of passes; every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, run: Run) -> None:
        with self._engine.begin() as connection:
            connection.execute(insert(runs), [{**_columns(run.progress), **_begun(run)}])

    def note(
        self, run_id: str, progress: Progress, *, now: float, ended: str | None = None
    ) -> None:
        """Note how far a pass is, or how it `ended`."""
        values = {**_columns(progress), "seen_at": now}
        if ended is not None:
            values |= {"ended": ended, "ended_at": now}
        with self._engine.begin() as connection:
            connection.execute(update(runs).where(runs.c.id == run_id).values(**values))

    def noted(self, run_id: str, *, at: float) -> None:
        """What has changed in the frontier until then is in a note in a WARC."""
        with self._engine.begin() as connection:
            connection.execute(update(runs).where(runs.c.id == run_id).values(noted_at=at))

    def last_noted(self) -> float | None:
        """Until when changes of the frontier are in notes; None if none was ever written."""
        with reading(self._engine).connect() as connection:
            noted_at: float | None = connection.scalar(select(func.max(runs.c.noted_at)))
        return noted_at

    def latest(self, *, limit: int, since: float | None = None) -> Iterator[Run]:
        """The latest passes, the last one first; of those from `since` on, if given."""
        query = select(runs).order_by(runs.c.began_at.desc(), runs.c.id).limit(limit)
        if since is not None:
            query = query.where(runs.c.began_at >= since)
        with reading(self._engine).connect() as connection:
            if not inspect(connection).has_table(runs.name):
                return
            rows = connection.execute(query).mappings().all()
        for row in rows:
            done = Progress(
                row["fetched"], row["found"], row["articles"], json.loads(row["missed"])
            )
            yield Run(
                row["id"], row["kind"], row["what"], row["host"], row["process"],
                row["began_at"], row["seen_at"], done, row["ended_at"], row["ended"],
            )  # fmt: skip


def note_anew_within(connection: Connection) -> None:
    """Let the next note have the whole frontier: rows of another one have come in."""
    connection.execute(update(runs).values(noted_at=None))


def _begun(run: Run) -> dict[str, Any]:
    names = ("id", "kind", "what", "host", "process", "began_at", "seen_at", "ended_at", "ended")
    return {name: getattr(run, name) for name in names}


def _columns(progress: Progress) -> dict[str, Any]:
    missed = {cause: number for cause, number in sorted(progress.missed.items()) if number > 0}
    return {
        "fetched": progress.fetched, "found": progress.found, "articles": progress.articles,
        "missed": json.dumps(missed),
    }  # fmt: skip
