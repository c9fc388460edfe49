"""Have an archive alone, in order and with its database, to change what lies in it."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from newscrawl.archive.archive_lock import exclusive
from newscrawl.archive.file_recovery import recover as recover_files
from newscrawl.collection import generations, rewriting
from newscrawl.collection.commit import Collection
from newscrawl.collection.transfer import copy_database
from newscrawl.database.engine import open_database
from newscrawl.errors import ArchiveError
from newscrawl.frontier import SqlFrontier
from newscrawl.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.archive.layout import Layout


@contextmanager
def changing(layout: Layout, database: str | None) -> Iterator[Collection]:
    """The archive, which nobody else writes to within. What dead processes left is put in order first.

    Raises StorageError while a crawl runs here, and the errors of the database.
    """
    layout.require()
    with exclusive(layout):
        engine = open_database(database or layout.database)
        collection = Collection(layout, Store(engine), SqlFrontier(engine))
        try:
            rewriting.replace_files(collection)
            generations.enter(collection)
            for _ in recover_files(layout):
                pass  # the next crawl reads what was not read
            yield collection
        finally:
            collection.store.close()


@contextmanager
def looking(layout: Layout) -> Iterator[Collection]:
    """An archive as it is, to be read: its tables in a temporary copy, as this version has them.

    Raises ArchiveError where there is no database.
    """
    if rewriting.is_pending(layout):
        raise ArchiveError(
            f"{layout.root}: its files were being replaced: newscrawl status --archive {layout.root}"
            " finishes it"
        )
    if not layout.database.is_file():
        raise ArchiveError(
            f"{layout.root} has no news.db: newscrawl archive restore makes an archive of its WARCs"
        )
    with TemporaryDirectory(prefix="newscrawl-") as folder:
        database = Path(folder) / "news.db"
        copy_database(layout.database, database)
        engine = open_database(database)
        collection = Collection(layout, Store(engine), SqlFrontier(engine))
        try:
            yield collection
        finally:
            collection.store.close()
