"""Which articles has a person detached from their stories? No capture says so: a replay leaves them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from newscrawl.database.engine import reading
from newscrawl.database.inserting import insert_new
from newscrawl.store.lineage_tables import detachments

if TYPE_CHECKING:
    from sqlalchemy import Engine


class Detachments:
    """Every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._reading = engine, reading(engine)

    def all(self) -> frozenset[str]:
        """The ids of all articles that are detached."""
        with self._reading.connect() as connection:
            return frozenset(connection.scalars(select(detachments.c.article)))

    def add(self, article: str, *, now: str) -> None:
        """Detach an article, at the moment `now` (ISO 8601 in UTC)."""
        with self._engine.begin() as connection:
            row = {"article": article, "detached_at": now}
            connection.execute(insert_new(connection, detachments), [row])

    def remove(self, article: str) -> None:
        """Let an article be part of a story again."""
        with self._engine.begin() as connection:
            connection.execute(delete(detachments).where(detachments.c.article == article))
