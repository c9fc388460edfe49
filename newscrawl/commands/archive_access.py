"""Open what a command looks at, or say in one line why that cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawl.archive.layout import Layout
from newscrawl.commands.options import named_database
from newscrawl.errors import StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy import Engine

    from newscrawl.archive_reader import ArchiveReader
    from newscrawl.collection.commit import Collection
    from newscrawl.frontier import SqlFrontier
    from newscrawl.query import Query
    from newscrawl.store import Store


def layout_of(archive: Path) -> Layout:
    """The layout of an existing archive; raises NotAnArchive."""
    from newscrawl.collection import rewriting

    layout = Layout(archive)
    layout.require()
    if rewriting.is_pending(layout):
        _finish(layout)
    return layout


def _finish(layout: Layout) -> None:
    """Go on with what a command that was killed began to replace. Where nobody may write, it is said."""
    from newscrawl.collection import changing
    from newscrawl.commands import terminal

    try:
        with changing.changing(layout, named_database()):
            return
    except StorageError as error:
        terminal.say(
            f"newscrawl: files of {layout.root} were being replaced, which goes on later: {error}",
            err=True,
        )


def engine_of(archive: Path) -> Engine:
    from newscrawl.database.engine import read_database

    engine = read_database(named_database() or layout_of(archive).database)
    # SQLite removes the files that readers need beside the database when the last of them lets go.
    if context := click.get_current_context(silent=True):
        context.call_on_close(engine.dispose)
    return engine


def reader_of(archive: Path) -> ArchiveReader:
    """The archive for reading, until the command ends."""
    from newscrawl.archive_reader import ArchiveReader

    reader = ArchiveReader(archive, database=named_database())
    if context := click.get_current_context(silent=True):
        context.call_on_close(reader.close)
    return reader


def store_of(archive: Path) -> Store:
    from newscrawl.store import Store

    return Store(engine_of(archive))


def frontier_of(archive: Path) -> SqlFrontier:
    from newscrawl.frontier import SqlFrontier

    return SqlFrontier(engine_of(archive))


def read_collection(archive: Path) -> Collection:
    """An archive and its database, to be looked at."""
    from newscrawl.collection.commit import Collection

    return Collection(layout_of(archive), store_of(archive), frontier_of(archive))


def require_sources(engine: Engine, named: Iterable[str]) -> None:
    """Raise UsageError for a name that no source of this database has: it would look well."""
    from newscrawl.database.engine import name_of

    wanted = set(named)
    if wanted and (unknown := sorted(wanted - known_sources(engine))):
        raise UsageError(f"--source {unknown[0]!r}: {name_of(engine)} knows no such source")


def name_unknown_sources(store: Store, query: Query) -> None:
    """Say on stderr which sources a query names that are not there: a reason to find nothing."""
    from newscrawl.commands import terminal

    for name in store.unknown_sources(query):
        terminal.say(f"newscrawl: no source of {store.database} is called {name!r}", err=True)


def known_sources(engine: Engine) -> set[str]:
    """The sources that have URLs or articles."""
    from newscrawl.database.engine import reading
    from newscrawl.frontier import accounting
    from newscrawl.store import tallies

    with reading(engine).connect() as connection:
        return {*accounting.known_sources(connection), *tallies.last_captured(connection)}
