"""The sources that an archive knows: their tables as last read from a file, and which of them are paused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, inspect, select, update

from newscrawl.database.engine import reading
from newscrawl.database.inserting import insert_new
from newscrawl.frontier.tables import sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import Connection, Engine


@dataclass(frozen=True, slots=True)
class KnownSource:
    """`definition` is the source's table in TOML, None for one that no file has; times are in seconds."""

    name: str
    file: str | None
    definition: str | None
    paused_at: float | None


class SourceRegister:
    """Keeps what holds for a source also where no file of sources is named."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self._reading = engine, reading(engine)

    def known(self) -> dict[str, KnownSource]:
        """All sources that were ever read from a file or paused, by name; none in older databases."""
        columns = (sources.c.name, sources.c.file, sources.c.definition, sources.c.paused_at)
        with self._reading.connect() as connection:
            if not inspect(connection).has_table(sources.name):
                return {}
            rows = connection.execute(select(*columns).order_by(sources.c.name)).all()
        return {row.name: KnownSource(*row) for row in rows}

    def enter(self, definitions: Mapping[str, str], *, file: str, now: float) -> None:
        """Take over the tables of a file; those that it had before and has no more are forgotten."""
        with self.engine.begin() as connection:
            _know(connection, definitions)
            for name, definition in definitions.items():
                values = {"file": file, "definition": definition, "read_at": now}
                connection.execute(update(sources).where(sources.c.name == name).values(**values))
            gone = and_(sources.c.file == file, sources.c.name.not_in(list(definitions)))
            nothing = {"file": None, "definition": None, "read_at": None}
            connection.execute(update(sources).where(gone).values(**nothing))
            _forget(connection)

    def pause(self, name: str, *, now: float) -> bool:
        """Let nothing of this source be fetched; False if it was paused already."""
        with self.engine.begin() as connection:
            _know(connection, [name])
            free = and_(sources.c.name == name, sources.c.paused_at.is_(None))
            return (
                connection.execute(update(sources).where(free).values(paused_at=now)).rowcount > 0
            )

    def resume(self, name: str) -> bool:
        """Let it be fetched again; False if it was not paused."""
        with self.engine.begin() as connection:
            paused = and_(sources.c.name == name, sources.c.paused_at.is_not(None))
            statement = update(sources).where(paused).values(paused_at=None)
            was_paused = connection.execute(statement).rowcount > 0
            _forget(connection)
        return was_paused


def rows(engine: Engine) -> Iterator[dict[str, Any]]:
    """All that is known of sources, as rows."""
    with reading(engine).connect() as connection:
        yield from map(dict, connection.execute(select(sources)).mappings().all())


def join(connection: Connection, others: Iterable[Mapping[str, Any]]) -> None:
    """Enter rows of another archive. What is known here stands, but what either has paused is paused."""
    for row in others:
        connection.execute(insert_new(connection, sources), [dict(row)])
        if row["paused_at"] is not None:
            free = and_(sources.c.name == row["name"], sources.c.paused_at.is_(None))
            connection.execute(update(sources).where(free).values(paused_at=row["paused_at"]))


def _know(connection: Connection, names: Iterable[str]) -> None:
    if values := [{"name": name} for name in sorted(set(names))]:
        connection.execute(insert_new(connection, sources), values)


def _forget(connection: Connection) -> None:
    is_empty = and_(sources.c.definition.is_(None), sources.c.paused_at.is_(None))
    connection.execute(delete(sources).where(is_empty))
