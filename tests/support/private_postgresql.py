"""A PostgreSQL server of one's own: in a temporary folder, on a Unix socket, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, text

from newscrawl.database.engine import open_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True)
class Cluster:
    """A running server. Each `database` is a new one, with the tables made."""

    socket: Path
    _numbers: count[int]
    _control: Callable[..., None]

    def stop(self) -> None:
        """Go away, as at a crash: connections are cut."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        self._control("start")

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.socket}"

    def database(self) -> str:
        name = f"news{next(self._numbers)}"
        self._create(f"CREATE DATABASE {name} TEMPLATE migrated")
        return self.url(name)

    def migrate(self) -> None:
        self._create("CREATE DATABASE migrated")
        open_database(self.url("migrated")).dispose()

    def _create(self, statement: str) -> None:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def missing() -> str | None:
    """Why there can be no server here, if there can be none."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "psycopg is not installed"
    return None if _program("initdb") else "no PostgreSQL server is installed"


@contextmanager
def running(*, fsync: bool = False) -> Iterator[Cluster]:
    """Start a server; it is stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    as_user = _unprivileged(folder)
    data, log = folder / "data", folder / "log"
    settings = f"-c listen_addresses='' -c unix_socket_directories={folder}"
    settings += "" if fsync else " -c fsync=off"
    try:
        _run(
            "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
            **as_user,
        )
        control = partial(_run, "pg_ctl", "-D", data, "-l", log, "-w", "-o", settings, **as_user)
        cluster = Cluster(folder, count(1), control)
        cluster.start()
        try:
            cluster.migrate()
            yield cluster
        finally:
            if (data / "postmaster.pid").exists():
                cluster.stop()
    finally:
        shutil.rmtree(folder)


def _unprivileged(folder: Path) -> dict[str, Any]:
    """The server refuses to be run by root; another user can do it."""
    if os.getuid() != 0:
        return {}
    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _run(program: str, *arguments: object, **as_user: Any) -> None:
    command = [_program(program), *map(str, arguments)]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        cwd="/", stdin=subprocess.DEVNULL, **as_user,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def _program(name: str) -> str | None:
    """Debian keeps a server's programs off the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(debian[-1]) if debian else None)
