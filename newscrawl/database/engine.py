"""Open the database, SQLite or PostgreSQL, with its schema as this version of the code expects it."""

from __future__ import annotations

import sqlite3
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import StaticPool

from newscrawl.database import conversion, read_only, reindexing, schema
from newscrawl.errors import ArchiveError, StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.engine import ExceptionContext
    from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor

#: The newest revision under migrations/versions; a test holds the two together.
HEAD = "0026"

_MIGRATIONS = Path(__file__).parent / "migrations"
#: Seconds that a transaction waits for another one to end.
PATIENCE = 120
_NAP = 0.02
#: Between these revisions and the next ones records are converted, batch by batch.
_HALFWAY = (conversion.REVISION, *reindexing.REVISIONS.values())
#: A larger file of an older version is not copied only to be looked at.
MAX_COPIED_BYTES = 256 * 1024 * 1024
#: KiB of a SQLite file that each connection keeps in memory: one to write, and one to read, of several.
_CACHE, _READ_CACHE = 16_384, 4_096
#: Pages of 4 KiB in the log beside a SQLite file after which it is written into the file: what changes
#: often is written there less often than by SQLite's own 1,000.
MAX_WAL_PAGES = 4_000
#: Any number that no other program locks: two processes do not migrate at once.
_MIGRATING = 0x6E65_7773


def open_database(target: Path | str) -> Engine:
    """The engine for a SQLite file, `:memory:`, or a database URL; tables are made or migrated.

    To migrate a large one takes minutes, and says on stderr how far it is.

    Raises StorageError if it cannot be reached or written, ArchiveError if it is no database,
    UsageError for a URL that cannot be used here.
    """
    engine = _engine(target)
    with _named(engine):
        _upgrade(engine)
    return engine


def reading(engine: Engine) -> Engine:
    """The same database for transactions that only read: on SQLite they keep no writer waiting."""
    return engine.execution_options(only_reads=True)


def read_database(target: Path | str) -> Engine:
    """The engine for looking at an existing database: nothing is written, and no table is made or migrated.

    Raises ArchiveError if there is no such file, or its tables are not those of this version.
    """
    engine = _engine(target)
    path = _file_of(engine)
    original = engine
    if path is not None:
        if not path.is_file():
            raise ArchiveError(
                f"{path} does not exist: this archive has no database (newscrawl replay --into makes one)"
            )
        engine = create_engine(
            engine.url, creator=partial(read_only.connect, path, patience=PATIENCE)
        )
        event.listen(engine, "connect", _on_connect_to_read)
        event.listen(engine, "begin", _on_begin)
    event.listen(engine, "handle_error", partial(_say_in_one_line, engine))
    found = _revision(engine)
    if found == HEAD:
        return reading(engine)
    if path is None or not _is_small_and_older(path, found):
        raise ArchiveError(f"{name_of(original)} {_why_not(found)}")
    with closing(engine.raw_connection()) as connection:
        return _migrated_copy(path, connection.driver_connection)


def _is_small_and_older(path: Path, found: str | None) -> bool:
    """Whether a copy with the tables of this version is soon made."""
    is_older = found is not None and _is_known(found) and found not in _HALFWAY
    return is_older and path.stat().st_size <= MAX_COPIED_BYTES


def _migrated_copy(path: Path, old: Any) -> Engine:
    """A copy in memory of an older database, with the tables of this version."""
    new = sqlite3.connect(":memory:", check_same_thread=False)
    old.backup(new)
    engine = create_engine(
        URL.create("sqlite", database=str(path)), creator=lambda: new, poolclass=StaticPool
    )
    event.listen(engine, "connect", _on_connect_to_read)
    event.listen(engine, "begin", _on_begin)
    with _named(engine):
        _migrate_all(engine, tell=lambda _: None)
    return reading(engine)


@dataclass(frozen=True, slots=True)
class Migration:
    """From which tables to which, and how many records there are; None for a database without tables."""

    found: str | None
    wanted: str
    records: int

    @property
    def is_due(self) -> bool:
        return self.found != self.wanted


def pending_migration(target: Path | str) -> Migration:
    """What `open_database` would do to an existing database. Nothing is written.

    Raises ArchiveError for one of a newer version, and the errors of `open_database`.
    """
    engine = _engine(target)
    path = _file_of(engine)
    if path is not None:
        if not path.is_file():
            raise ArchiveError(f"{path} does not exist")
        engine = create_engine(
            engine.url, creator=partial(read_only.connect, path, patience=PATIENCE)
        )
        event.listen(engine, "connect", _on_connect_to_read)
        event.listen(engine, "begin", _on_begin)
    with _named(engine):
        found = _revision(engine)
        _refuse_unknown(engine, found)
        number = 0
        if found is not None:
            with reading(engine).connect() as connection:
                number = connection.scalar(text("SELECT count(*) FROM articles")) or 0
    engine.dispose()
    return Migration(found, HEAD, number)


def name_of(engine: Engine) -> str:
    """How messages call the database: its file, or its URL without a password."""
    is_file = engine.dialect.name == "sqlite" and engine.url.database
    return str(engine.url.database) if is_file else repr(engine.url)


def integrity(engine: Engine) -> list[str]:
    """What SQLite finds wrong with its own file; empty for a sound one, and for other databases."""
    if engine.dialect.name != "sqlite":
        return []
    with reading(engine).connect() as connection:
        try:
            found = connection.scalars(text("PRAGMA integrity_check")).all()
        except DatabaseError as error:
            found = [str(error.orig)]
    return [line for line in found if line != "ok"]


@contextmanager
def _named(engine: Engine) -> Iterator[None]:
    """What goes wrong within is said in one line that names the database."""
    try:
        yield
    except OperationalError as error:
        raise StorageError(f"{name_of(engine)}: {_first_line(error)}") from error
    except DatabaseError as error:
        raise ArchiveError(f"{name_of(engine)}: {_first_line(error)}") from error


def _say_in_one_line(engine: Engine, context: ExceptionContext) -> None:
    """Whoever only looks has nothing to put right when the database fails."""
    error = context.sqlalchemy_exception
    if isinstance(error, DatabaseError):
        with _named(engine):
            raise error


def _file_of(engine: Engine) -> Path | None:
    """The file of a SQLite database."""
    name = engine.url.database
    is_file = engine.dialect.name == "sqlite" and name and name != ":memory:"
    return Path(name) if is_file and name else None


def _engine(target: Path | str) -> Engine:
    if isinstance(target, str) and "://" in target:
        return _engine_of_url(target)
    if target == ":memory:":
        engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
    else:
        url = URL.create("sqlite", database=str(target))
        engine = create_engine(url, connect_args={"timeout": PATIENCE})
    return _as_sqlite(engine)


def _engine_of_url(text: str) -> Engine:
    try:
        url = make_url(text)
        if url.get_backend_name() not in ("sqlite", "postgresql"):
            raise UsageError(f"{url!r}: a database is SQLite or PostgreSQL")
        engine = create_engine(url)
    except (ArgumentError, NoSuchModuleError) as error:
        raise UsageError(f"{text!r} is not the URL of a database") from error
    except ModuleNotFoundError as error:
        raise UsageError(
            f"PostgreSQL needs {error.name}: pip install 'newscrawl[postgresql]'"
        ) from error
    return _as_sqlite(engine) if url.get_backend_name() == "sqlite" else engine


def _as_sqlite(engine: Engine) -> Engine:
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: DBAPIConnection, _record: Any) -> None:
    # sqlite3 would begin transactions by itself, and late; `_on_begin` does it.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
    _use_wal(cursor)
    # A commit need not wait for the disk: what the last ones held is made again from the WARCs.
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA cache_size = -{_CACHE}")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {MAX_WAL_PAGES}")
    cursor.close()


def _use_wal(cursor: DBAPICursor) -> None:
    """Let readers and a writer work at once. SQLite does not wait for the one lock that this takes."""
    for tries_left in range(round(PATIENCE / _NAP), -1, -1):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # Another process is making this file just now.
            if "locked" not in str(error) or not tries_left:
                raise
            time.sleep(_NAP)
        else:
            return


def _on_connect_to_read(connection: DBAPIConnection, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA cache_size = -{_READ_CACHE}")
    cursor.close()


def _on_begin(connection: Any) -> None:
    # A transaction that reads first and writes later cannot wait for another writer; this one can.
    only_reads = connection.get_execution_options().get("only_reads")
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def _why_not(found: str | None) -> str:
    if found in _HALFWAY:
        return "is being migrated, or that was broken off: newscrawl migrate finishes it"
    if found is None:
        return "has no tables yet: the next newscrawl crawl makes them"
    if found > HEAD:
        return _newer(found)
    if not _is_known(found):
        return f"has the tables of another version ({found}), which newscrawl never had"
    return f"has the tables of an older version ({found}): newscrawl migrate brings them up to date"


def _is_known(found: str) -> bool:
    return any((_MIGRATIONS / "versions").glob(f"{found}_*.py"))


def _newer(found: str) -> str:
    return (
        f"was written by a newer newscrawl (its tables are {found}, this version knows {HEAD}):"
        " install that version or a later one"
    )


def _refuse_unknown(engine: Engine, found: str | None) -> None:
    if found is not None and not _is_known(found):
        raise ArchiveError(f"{name_of(engine)} {_why_not(found)}")


def _upgrade(engine: Engine) -> None:
    found = _revision(engine)
    if found == HEAD:
        return
    _refuse_unknown(engine, found)

    def tell(line: str) -> None:
        sys.stderr.write(f"newscrawl: {name_of(engine)}: {line}\n")
        sys.stderr.flush()

    if found is not None:
        tell(f"its tables are brought from {found} to {HEAD}")
    elif _is_made_at_once(engine):
        return
    _migrate_all(engine, tell)


def _is_made_at_once(engine: Engine) -> bool:
    if engine.dialect.name != "sqlite":
        return False
    with engine.begin() as connection:
        return schema.create(connection)


def _migrate_all(engine: Engine, tell: Callable[[str], None]) -> None:
    _migrate(engine, conversion.REVISION)
    conversion.convert(engine, tell)
    _migrate(engine, reindexing.revision_of(engine))
    reindexing.convert(engine, tell)
    _migrate(engine, HEAD)


def _migrate(engine: Engine, revision: str) -> None:
    # Imported here: it takes longer than everything else a short command does.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MIGRATING}
            )
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _revision(engine: Engine) -> str | None:
    with reading(engine).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def _first_line(error: DatabaseError) -> str:
    if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY:
        return "this user may not write to it"
    return str(error.orig).strip().partition("\n")[0]


def is_unreachable(error: DatabaseError) -> bool:
    """Whether a failure says that the server cannot be reached, or that another process locks the file."""
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
    return error.connection_invalidated or isinstance(error, OperationalError)
