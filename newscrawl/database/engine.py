"""Open the database, with its schema as this version of the code expects it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import StaticPool

from newscrawl.errors import ArchiveError, StorageError

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

#: The newest revision under migrations/versions; a test holds the two together.
HEAD = "0001"

_MIGRATIONS = Path(__file__).parent / "migrations"
#: Seconds that a transaction waits for another one to end.
_PATIENCE = 60


def open_database(target: Path | str) -> Engine:
    """The engine for a SQLite file, `:memory:`, or a database URL; tables are made or migrated.

    Raises StorageError if the file cannot be written, ArchiveError if it is no database.
    """
    engine = _engine(target)
    try:
        _upgrade(engine)
    except OperationalError as error:
        raise StorageError(f"{target}: {error.orig}") from error
    except DatabaseError as error:
        raise ArchiveError(f"{target}: {error.orig}") from error
    return engine


def read_database(path: Path) -> Engine:
    """The engine for looking at an existing SQLite file; raises ArchiveError if there is none."""
    if not path.is_file():
        raise ArchiveError(
            f"{path} does not exist: this archive has no database (newscrawl replay --into makes one)"
        )
    return open_database(path)


def integrity(engine: Engine) -> list[str]:
    """What SQLite finds wrong with its own file; empty for a sound one, and for other databases."""
    if engine.dialect.name != "sqlite":
        return []
    with engine.connect() as connection:
        try:
            found = connection.scalars(text("PRAGMA integrity_check")).all()
        except DatabaseError as error:
            found = [str(error.orig)]
    return [line for line in found if line != "ok"]


def _engine(target: Path | str) -> Engine:
    if isinstance(target, str) and "://" in target:
        return create_engine(target)
    if target == ":memory:":
        engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
    else:
        engine = create_engine(f"sqlite:///{target}", connect_args={"timeout": _PATIENCE})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: DBAPIConnection, _record: Any) -> None:
    # sqlite3 would begin transactions by itself, and late; `_on_begin` does it.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # A commit need not wait for the disk: what the last ones held is made again from the WARCs.
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _on_begin(connection: Any) -> None:
    # A transaction that reads first and writes later cannot wait for another writer; this one can.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _upgrade(engine: Engine) -> None:
    if _revision(engine) == HEAD:
        return
    # Imported here: it takes longer than everything else a short command does.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found
