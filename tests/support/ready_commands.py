"""The `newscrawl` command from a process that has imported everything, so that it need not start anew.

Most of what a short command costs is importing. Each command is a fork all the same: a process of its own,
with its own signals, files, exit code and end of the interpreter. As a script it is the process that forks:
it reads a line of JSON for each command, and answers with its exit code. A command that is started and not
waited for has its three files handed over, and a process beside it that reports its id and its exit code.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import importlib
import json
import os
import re
import resource
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import TYPE_CHECKING, Any

import ready_workers
from started_commands import StartedCommand

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Seconds after which a command is killed, and one that is not waited for.
LONGEST, LONGEST_STARTED = 300, 600
#: Set by pytest, and how the names begin of what is read when it is needed: newscrawl's settings are read
#: anew, and a PYTHONPATH has no sitecustomize. Whatever else differs may be read at an import, and is not
#: known here.
_MARKS = ("PYTEST_CURRENT_TEST",)
_READ_LATE = (
    "AWS_", "NEWSCRAWL_", "NOTES", "NOTIFY_SOCKET", "PAPER_", "PYTHONPATH", "SIMULATED", "TMPDIR",
    "SCRAPY_", "TURNED_BACK", "WATCHDOG_USEC",
)  # fmt: skip
_WITH_WORKERS = {
    "archive", "crawl", "proxy", "recrawl", "replay", "rules", "sample", "sources", "verify", "watch",
}  # fmt: skip
_LOADED = (
    "encodings.charmap",
    "itemadapter",
    "multiprocessing.popen_forkserver",
    "newscrawl.archive_reader",
    "newscrawl.browser.proxy",
    "newscrawl.collection.recovery",
    "newscrawl.collection.transfer",
    "newscrawl.commands.archive_access",
    "newscrawl.commands.diff_output",
    "newscrawl.commands.progress",
    "newscrawl.commands.replay_output",
    "newscrawl.discovery.responses",
    "newscrawl.export.text_files",
    "newscrawl.export.workbook",
    "newscrawl.extraction",
    "newscrawl.history",
    "newscrawl.monitoring.audit",
    "newscrawl.monitoring.summary",
    "newscrawl.monitoring.tallied",
    "newscrawl.processing.feed_links",
    "newscrawl.processing.first_page",
    "newscrawl.processing.pages",
    "newscrawl.replay",
    "newscrawl.archive.verify.whole_archive",
    "newscrawl.spiders.check",
    "newscrawl.spiders.discover",
    "newscrawl.spiders.fetch",
    "newscrawl.spiders.news",
    "newscrawl.spiders.proxy",
    "newscrawl.wire.browsing",
    "newscrawl.wire.handler",
    "rapidfuzz.process",
    "regex",
    "rich.progress",
    "rich.table",
    "scrapy.core.downloader.contextfactory",
    "scrapy.crawler",
    "Stemmer",
)

_COMPONENT = r"(scrapy|newscrawl)(\.[a-z_0-9]+)+\.[A-Z]\w+"
_WORDS = "Hardly anybody remembers it, que les autres ont vu, und das war es auch schon. "
_PAGE = f"""<html><title>Words about it</title><article><h1>Words about it</h1><p>By Anna Example</p>
<time>12 May 2026, 10:00</time>{f"<p>{3 * _WORDS}</p>" * 3}</article></html>"""


#: What is odd about the machine: `umask`, `files` (how many may be open), `unset` (names of the environment),
#: `file_bytes` (a process is killed that makes a longer file), `is_bound` (root has to have the permission
#: of what belongs to others) and `stdout`, which is `closed`, `full` or a pipe that nobody reads (`unread`).
Machine = dict[str, Any]


class ReadyCommands:
    """Starts with the first command."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._files: socket.socket | None = None
        self._environment = _told(dict(os.environ))

    def suit(self, environment: dict[str, str]) -> bool:
        """Whether a command with this environment may be run here."""
        folders = environment.get("PYTHONPATH", "").split(os.pathsep)
        customized = any(Path(each, "sitecustomize.py").exists() for each in folders if each)
        is_own = environment.get("PYTHONPATH") == os.environ.get("PYTHONPATH")
        return (is_own or not customized) and _told(environment) == self._environment

    def run(
        self,
        arguments: list[str],
        environment: dict[str, str],
        machine: Machine | None = None,
        longest: float = LONGEST,
    ) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of `newscrawl` with these arguments."""
        told = {"arguments": arguments, "machine": machine or {}, "longest": int(longest)}
        return self._run(told, environment)

    def run_python(
        self, arguments: list[str], environment: dict[str, str], given: str
    ) -> tuple[int, str, str]:
        """As `run`, of `python -m MODULE ...`, `python -c CODE ...` or `python SCRIPT ...`, with `given` on
        standard input."""
        return self._run({"arguments": arguments, "is_python": True, "in": given}, environment)

    def _run(self, told: dict[str, Any], environment: dict[str, str]) -> tuple[int, str, str]:
        process = self._process or self._start()
        assert process.stdin is not None and process.stdout is not None
        with TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            if given := told.pop("in", ""):
                Path(folder, "in").write_text(given)
                told["in"] = str(Path(folder, "in"))
            told |= {
                "cwd": str(Path.cwd()),
                "environment": _late(environment),
                "out": str(out),
                "err": str(err),
            }
            process.stdin.write(json.dumps(told) + "\n")
            process.stdin.flush()
            code = int(process.stdout.readline())
            return code, out.read_text(), err.read_text()

    def start(
        self,
        arguments: list[str],
        environment: dict[str, str],
        *,
        stdout: int,
        is_python: bool = False,
    ) -> StartedCommand:
        """`newscrawl`, or Python, with these arguments, in a process group of its own, while it runs."""
        process = self._process or self._start()
        assert process.stdin is not None and self._files is not None
        told = {
            "arguments": arguments,
            "cwd": str(Path.cwd()),
            "environment": _late(environment),
            **({"is_python": True} if is_python else {}),
        }
        process.stdin.write(json.dumps(told) + "\n")
        process.stdin.flush()
        return StartedCommand(self._files, stdout=stdout)

    def close(self) -> None:
        if self._process is not None and self._files is not None:
            self._files.close()
            self._process.communicate()
            self._process = self._files = None

    def _start(self) -> subprocess.Popen[str]:
        self._files, its = socket.socketpair()
        with its:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(its.fileno())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                pass_fds=[its.fileno()],
            )
        return self._process


def _told(environment: dict[str, str]) -> dict[str, str]:
    passed_over = (*_MARKS, *_READ_LATE)
    return {n: value for n, value in environment.items() if not n.startswith(passed_over)}


def _late(environment: dict[str, str]) -> dict[str, str]:
    return {n: value for n, value in environment.items() if n.startswith(_READ_LATE)}


def serve() -> bool:
    """Fork a process for each line; only the processes that are forked return: whether to run Python."""
    del sys.path[0]  # this script's folder; with -m it is where the command was called
    sys.path.insert(0, "")
    handed = socket.socket(fileno=int(sys.argv.pop()))
    load()
    for line in sys.stdin:
        told = json.loads(line)
        if "out" not in told:
            _, (out, err, report), _, _ = socket.recv_fds(handed, 1, 3)
            if not (child := os.fork()):
                handed.close()
                report_of_a_child(report)
                become(told, [out, err], LONGEST_STARTED)
                return "is_python" in told
            for each in (out, err, report):
                os.close(each)
            os.waitpid(child, 0)
            continue
        if not (child := os.fork()):
            handed.close()
            files = [writable(told["out"]), writable(told["err"])]
            become(told, files, told.get("longest", LONGEST))
            return "is_python" in told
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
    os._exit(0)


def report_of_a_child(report: int) -> None:
    """Fork twice and report the last one's id and exit code; only that one returns.

    The process between is nobody's child, so that who forks the commands need not wait for it.
    """
    if os.fork():
        os._exit(0)
    if not (child := os.fork()):
        os.close(report)
        os.setsid()
        return
    for number in range(3):
        os.dup2(os.open(os.devnull, os.O_RDWR), number)
    os.write(report, b"%d\n" % child)
    _, status = os.waitpid(child, 0)
    os.write(report, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def load() -> None:
    commands = importlib.import_module("newscrawl.commands")
    for name in commands.COMMANDS:
        importlib.import_module(f"newscrawl.commands.{name}")
    for name in _LOADED:
        importlib.import_module(name)
    # What is loaded with the first page, and with the first one of unknown language, takes each worker long.
    importlib.import_module("py3langid.langid").classify(_WORDS)
    importlib.import_module("newscrawl.extraction").extract_article(_PAGE)
    importlib.import_module("newscrawl.urls").site("https://paper.example/")
    # With the first database come the migrations.
    importlib.import_module("newscrawl.database.engine").open_database(":memory:").dispose()
    for path in _components():
        importlib.import_module(path.rpartition(".")[0])
    assert "twisted.internet.reactor" not in sys.modules, "a command installs its own"
    gc.freeze()


def _components() -> Iterator[str]:
    """The dotted paths of all that Scrapy makes for a crawl."""
    for name in ("scrapy.settings.default_settings", "newscrawl.settings"):
        module = importlib.import_module(name)
        for value in (getattr(module, each) for each in dir(module)):
            named = value if isinstance(value, dict | list) else [value]
            yield from (
                each for each in named if isinstance(each, str) and re.fullmatch(_COMPONENT, each)
            )


def writable(path: str) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def become(told: dict[str, Any], files: list[int], longest: int) -> None:
    """Be the command, or Python, in the forked process, with these files for what it says."""
    signal.alarm(longest)
    os.chdir(told["cwd"])
    take_over(told["environment"])
    # What was loaded may have asked for the folder of temporary files, which TMPDIR names anew.
    tempfile.tempdir = None
    for number, file in enumerate([writable(told.get("in", os.devnull)), *files]):
        os.dup2(file, number)
        os.close(file)
    sys.argv[1:] = told["arguments"]
    if "is_python" in told or _WITH_WORKERS.intersection(told["arguments"][:1]):
        ready_workers.keep_one_ready()
    bring_about(told.get("machine") or {})


def take_over(late: dict[str, str]) -> None:
    """Have this process find these variables among those that are read late."""
    before = _late(dict(os.environ))
    if late == before:
        return
    for name in before:
        del os.environ[name]
    os.environ.update(late)
    path = [each for each in late.get("PYTHONPATH", "").split(os.pathsep) if each]
    # "" comes first: with -m it is where the command was called.
    sys.path[1:1] = [each for each in path if each not in sys.path]
    importlib.reload(importlib.import_module("newscrawl.settings"))


def bring_about(machine: Machine) -> None:
    """Have this process find the machine so."""
    os.umask(machine.get("umask", 0o022))
    if "files" in machine:
        resource.setrlimit(resource.RLIMIT_NOFILE, (machine["files"],) * 2)
    if "file_bytes" in machine:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (machine["file_bytes"],) * 2)
    if machine.get("is_bound"):
        # Of capset(2): the version, this process, and three sets of two words that are empty.
        header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
        assert ctypes.CDLL(None, use_errno=True).capset(header, sets) == 0
    for name in machine.get("unset", ()):
        os.environ.pop(name, None)
    stdout = machine.get("stdout")
    if stdout == "closed":
        os.close(1)
    elif stdout == "full":
        os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
    elif stdout == "unread":
        reader, writer = os.pipe()
        os.dup2(writer, 1)
        os.close(reader)
        os.close(writer)


def run(*, is_python: bool) -> int:
    """Run what `become` has put into `sys.argv`, as Python does, or `newscrawl`; its exit code."""
    try:
        if not is_python:
            runpy.run_module("newscrawl", run_name="__main__", alter_sys=True)
        else:
            run_python()
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def run_python() -> None:
    """Run what the arguments of Python name: `-m MODULE`, `-c CODE` or a script."""
    how = sys.argv[1]
    named = sys.argv[2] if how in ("-m", "-c") else how
    sys.argv[:] = ["-c" if how == "-c" else named, *sys.argv[2 if named == how else 3 :]]
    if how == "-c":
        main = sys.modules["__main__"] = ModuleType("__main__")
        exec(compile(named, "<string>", "exec"), vars(main))
    elif how == "-m":
        sys.path[0] = str(Path.cwd())
        runpy.run_module(named, run_name="__main__", alter_sys=True)
    else:
        sys.path[0] = str(Path(named).resolve().parent)
        runpy.run_path(named, run_name="__main__")


def leave(code: int) -> None:
    """End as the interpreter does, but for freeing all modules: that takes longer than most commands."""
    threading._shutdown()
    atexit._run_exitfuncs()
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    leave(run(is_python=serve()))
