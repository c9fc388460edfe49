"""The `newscrawl` command from a process that has imported everything, so that it need not start anew.

Most of what a short command costs is importing. Each command is a fork all the same: a process of its own,
with its own signals, files, exit code and end of the interpreter (`ready_server.py`). A command that is
started and not waited for has its three files handed over, and a process beside it that reports its id and
its exit code. The workers of pytest-xdist share what has been imported.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from ready_server import LONGEST, late, set_before
from started_commands import StartedCommand

__all__ = ["LONGEST", "SHARED", "Machine", "ReadyCommands"]

#: The variable of the environment that names the folder for the process that all workers share.
SHARED = "READY_COMMANDS"
_SERVER = str(Path(__file__).with_name("ready_server.py"))

#: What is odd about the machine: `umask`, `files` (how many may be open), `unset` (names of the environment),
#: `file_bytes` (a process is killed that makes a longer file), `is_bound` (root has to have the permission
#: of what belongs to others) and `stdout`, which is `closed`, `full` or a pipe that nobody reads (`unread`).
#: The file of the number `shown` is the terminal of the path `terminal`, of the kind `TERM`, `width` wide.
Machine = dict[str, Any]


class ReadyCommands:
    """Starts with the first command."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self._files: socket.socket | None = None
        self._asked: IO[str] | None = None
        self._answers: IO[str] | None = None
        self._environment = set_before(dict(os.environ))

    def suit(self, environment: dict[str, str]) -> bool:
        """Whether a command with this environment may be run here."""
        return set_before(environment) == self._environment

    def run(
        self,
        arguments: list[str],
        environment: dict[str, str],
        machine: Machine | None = None,
        longest: float = LONGEST,
    ) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of `newscrawl` with these arguments."""
        asked = {"arguments": arguments, "machine": machine or {}, "longest": int(longest)}
        return self._run(asked, environment)

    def run_python(
        self, arguments: list[str], environment: dict[str, str], given: str
    ) -> tuple[int, str, str]:
        """As `run`, of `python -m MODULE ...`, `python -c CODE ...` or `python SCRIPT ...`, with `given` on
        standard input."""
        return self._run({"arguments": arguments, "is_python": True, "in": given}, environment)

    def _run(self, asked: dict[str, Any], environment: dict[str, str]) -> tuple[int, str, str]:
        with TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            if given := asked.pop("in", ""):
                Path(folder, "in").write_text(given)
                asked["in"] = str(Path(folder, "in"))
            self._ask({**asked, "out": str(out), "err": str(err)}, environment)
            assert self._answers is not None
            code = int(self._answers.readline())
            return code, out.read_text(), err.read_text()

    def start(
        self,
        arguments: list[str],
        environment: dict[str, str],
        *,
        stdout: int,
        is_python: bool = False,
        machine: Machine | None = None,
    ) -> StartedCommand:
        """`newscrawl`, or Python, with these arguments, in a process group of its own, while it runs."""
        asked: dict[str, Any] = {"arguments": arguments, "machine": machine or {}}
        self._ask({**asked, "is_python": True} if is_python else asked, environment)
        assert self._files is not None
        return StartedCommand(self._files, stdout=stdout)

    def _ask(self, asked: dict[str, Any], environment: dict[str, str]) -> None:
        if self._asked is None:
            self._connect()
        assert self._asked is not None
        asked |= {"cwd": str(Path.cwd()), "environment": late(environment)}
        self._asked.write(json.dumps(asked) + "\n")
        self._asked.flush()

    def close(self) -> None:
        if self._asked is None or self._answers is None or self._files is None:
            return
        self._asked.close()
        self._files.close()
        self._answers.close()
        if self._server is not None:
            self._server.wait()
        self._asked = None

    def _connect(self) -> None:
        """Have a process that forks commands: a fork of the one that is shared, or one's own."""
        self._files, its = socket.socketpair()
        stdin, asked = os.pipe()
        answers, stdout = os.pipe()
        with its:
            if folder := os.environ.get(SHARED):
                with _shared(Path(folder)) as server:
                    socket.send_fds(server, [b"x"], [stdin, stdout, its.fileno()])
            else:
                command = [sys.executable, _SERVER, str(its.fileno())]
                self._server = subprocess.Popen(
                    command, stdin=stdin, stdout=stdout, pass_fds=[its.fileno()]
                )
        os.close(stdin)
        os.close(stdout)
        self._asked, self._answers = os.fdopen(asked, "w"), os.fdopen(answers)


def _shared(folder: Path) -> socket.socket:
    """A connection to the process in this folder, which the first worker starts."""
    path = str(folder / "socket")
    connection = socket.socket(socket.AF_UNIX)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with suppress(OSError):
            connection.connect(path)
            return connection
        said, out = os.pipe()
        command = [sys.executable, _SERVER, path, str(os.getppid())]
        files = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, out, 1),
        ]
        os.posix_spawn(sys.executable, command, os.environ, file_actions=files, setsid=True)
        os.close(out)
        with os.fdopen(said) as ready:
            assert ready.readline() == "ready\n"
        connection.connect(path)
        return connection
