"""A PostgreSQL server of one's own: in a temporary folder, on a Unix socket, gone at the end.

The end is that of the tests, or of their process: a guard beside it stops the server and removes its folder
even if the tests are interrupted or killed.
"""

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


#: Reads its standard input to the end, which comes with that of the tests, whatever ends them.
_GUARD = """
trap '' HUP INT QUIT TERM
cat > /dev/null
"$1" -D "$2/data" -m immediate -w stop > /dev/null 2>&1
rm -rf "$2"
"""


@contextmanager
def running(*, fsync: bool = False) -> Iterator[Cluster]:
    """Start a server; it is stopped and removed at the end, also at that of this process."""
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    as_user = _unprivileged(folder)
    data, log = folder / "data", folder / "log"
    settings = f"-c listen_addresses='' -c unix_socket_directories={folder}"
    settings += "" if fsync else " -c fsync=off"
    with _guarded(folder, as_user):
        init = ("-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        _run("initdb", *init, **as_user)
        control = partial(_run, "pg_ctl", "-D", data, "-l", log, "-w", "-o", settings, **as_user)
        cluster = Cluster(folder, count(1), control)
        cluster.start()
        cluster.migrate()
        yield cluster
    assert not folder.exists()


@contextmanager
def _guarded(folder: Path, as_user: dict[str, Any]) -> Iterator[None]:
    """Have the server in this folder stopped, and the folder removed, at the end."""
    with subprocess.Popen(
        ["/bin/sh", "-c", _GUARD, "guard", _program("pg_ctl"), folder],
        stdin=subprocess.PIPE,
        start_new_session=True,
        cwd="/",
        **as_user,
    ):
        yield


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
