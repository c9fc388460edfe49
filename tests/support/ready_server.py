"""The process that has imported everything, and forks the commands of `ready_commands.py`.

It reads a line of JSON for each command, and answers with its exit code. As a script it is given a socket,
over which the files of started commands come; or a path to listen at and a process: then it forks a process
like that for each who connects, until the other process ends.
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
import select
import signal
import socket
import sys
import tempfile
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import ready_workers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ready_commands import Machine

#: Seconds after which a command is killed, and one that is not waited for.
LONGEST, LONGEST_STARTED = 300, 600
#: Bytes of a huge page, and the advice of madvise(2) that makes one of what is there.
HUGE_PAGE, MADV_COLLAPSE = 2 << 20, 25
#: Set by pytest, and by the model of `newscrawl[events]` as it is loaded; and how the names begin of what is
#: read when it is needed: newscrawl's settings are read anew, and the sitecustomize of a PYTHONPATH is run.
#: Whatever else differs may be read at an import, and is not known here.
_MARKS = ("PYTEST_CURRENT_TEST", "KMP_DUPLICATE_LIB_OK")
_READ_LATE = (
    "AWS_", "NEWSCRAWL_", "NOTES", "NOTIFY_SOCKET", "PAPER_", "PYTHONPATH", "REACHED", "SIMULATED",
    "TMPDIR", "SCRAPY_", "TURNED_BACK", "WATCHDOG_USEC",
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
    "newscrawl.collection.consistency",
    "newscrawl.collection.recovery",
    "newscrawl.collection.removal",
    "newscrawl.collection.transfer",
    "newscrawl.commands.archive_access",
    "newscrawl.commands.diff_output",
    "newscrawl.commands.progress",
    "newscrawl.commands.replay_output",
    "newscrawl.commands.rules_coverage",
    "newscrawl.commands.text_table",
    "newscrawl.discovery.responses",
    "newscrawl.export.text_files",
    "newscrawl.export.workbook",
    "newscrawl.extraction",
    "newscrawl.history",
    "newscrawl.edits.rendering",
    "newscrawl.monitoring.audit",
    "newscrawl.monitoring.drawn_pages",
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
    "scrapy.cmdline",
    "scrapy.core.downloader.contextfactory",
    "scrapy.crawler",
    "Stemmer",
)
#: What an archive in PostgreSQL or in an object store needs; either may not be installed.
_LOADED_OF_EXTRAS = (
    "fsspec.implementations.local",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
)

_COMPONENT = r"(scrapy|newscrawl)(\.[a-z_0-9]+)+\.[A-Z]\w+"
_WORDS = "Hardly anybody remembers it, que les autres ont vu, und das war es auch schon. "


def set_before(environment: dict[str, str]) -> dict[str, str]:
    passed_over = (*_MARKS, *_READ_LATE)
    return {n: value for n, value in environment.items() if not n.startswith(passed_over)}


def late(environment: dict[str, str]) -> dict[str, str]:
    return {n: value for n, value in environment.items() if n.startswith(_READ_LATE)}


def begin() -> socket.socket:
    """Load all; the socket over which files come. Of a process that is shared, only forks return."""
    load()
    # From this script's folder to where the command was called, as with -m.
    sys.path[0] = ""
    given = sys.argv[1:]
    del sys.argv[1:]
    if len(given) == 1:
        return socket.socket(fileno=int(given[0]))
    watched = os.pidfd_open(int(given[1]))
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(given[0])
    listener.listen()
    print("ready", flush=True)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    while not select.select([listener, watched], [], [])[0].count(watched):
        connection, _ = listener.accept()
        with connection:
            _, files, _, _ = socket.recv_fds(connection, 1, 3)
        if not os.fork():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            os.close(watched)
            for number, file in enumerate(files[:2]):
                os.dup2(file, number)
                os.close(file)
            return socket.socket(fileno=files[2])
        for file in files:
            os.close(file)
    os._exit(0)


def serve(handed: socket.socket) -> bool:
    """Fork a process for each line; only the processes that are forked return: whether to run Python."""
    for line in sys.stdin:
        asked = json.loads(line)
        if "out" not in asked:
            _, (out, err, report), _, _ = socket.recv_fds(handed, 1, 3)
            if not (child := os.fork()):
                handed.close()
                report_of_a_child(report)
                become(asked, [out, err], LONGEST_STARTED)
                return "is_python" in asked
            for each in (out, err, report):
                os.close(each)
            os.waitpid(child, 0)
            continue
        if not (child := os.fork()):
            handed.close()
            files = [writable(asked["out"]), writable(asked["err"])]
            become(asked, files, asked.get("longest", LONGEST))
            return "is_python" in asked
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
    for name in _LOADED_OF_EXTRAS:
        with suppress(ModuleNotFoundError):
            importlib.import_module(name)
    # What is loaded with the first page, and with the first one of unknown language, takes each worker long.
    importlib.import_module("py3langid.langid").classify(_WORDS)
    importlib.import_module("ready_pages").read_sample()
    importlib.import_module("newscrawl.urls").site("https://paper.example/")
    # The model of `newscrawl[events]` takes each command a second that joins stories.
    if encoder := importlib.import_module("newscrawl.reuse.stories")._encoder():
        encoder.encode([_WORDS])
    # With the first database come the migrations.
    importlib.import_module("newscrawl.database.engine").open_database(":memory:").dispose()
    for path in _components():
        importlib.import_module(path.rpartition(".")[0])
    assert "twisted.internet.reactor" not in sys.modules, "a command installs its own"
    gc.freeze()
    take_huge_pages()


def take_huge_pages() -> None:
    """Have the memory of this process in huge pages, where the system has them.

    To fork, and to end what was forked, takes half the time then: page tables have fewer entries to copy.
    """
    libc = ctypes.CDLL(None)
    libc.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    for line in Path("/proc/self/maps").read_text().splitlines():
        place, may, _, _, file, *name = line.split()
        begin, end = (int(each, 16) for each in place.split("-"))
        if may == "rw-p" and file == "0" and name in ([], ["[heap]"]):
            for start in range(-(-begin // HUGE_PAGE) * HUGE_PAGE, end - HUGE_PAGE + 1, HUGE_PAGE):
                # A kernel that cannot (before Linux 6.1), or a page that is not in use, is left as it is.
                libc.madvise(start, HUGE_PAGE, MADV_COLLAPSE)


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


def become(asked: dict[str, Any], files: list[int], longest: int) -> None:
    """Be the command, or Python, in the forked process, with these files for what it says."""
    signal.alarm(longest)
    os.chdir(asked["cwd"])
    take_over(asked["environment"])
    # What was loaded may have asked for the folder of temporary files, which TMPDIR names anew.
    tempfile.tempdir = None
    for number, file in enumerate([writable(asked.get("in", os.devnull)), *files]):
        os.dup2(file, number)
        os.close(file)
    sys.argv[1:] = asked["arguments"]
    if "is_python" in asked or _WITH_WORKERS.intersection(asked["arguments"][:1]):
        ready_workers.keep_one_ready()
    bring_about(asked.get("machine") or {})


def take_over(wanted: dict[str, str]) -> None:
    """Have this process find these variables among those that are read late."""
    before = late(dict(os.environ))
    if wanted == before:
        return
    for name in before:
        del os.environ[name]
    os.environ.update(wanted)
    path = [each for each in wanted.get("PYTHONPATH", "").split(os.pathsep) if each]
    # "" comes first: with -m it is where the command was called.
    new = [each for each in path if each not in sys.path]
    sys.path[1:1] = new
    importlib.reload(importlib.import_module("newscrawl.settings"))
    if customs := [file for each in new if (file := Path(each, "sitecustomize.py")).exists()]:
        runpy.run_path(str(customs[0]), run_name="sitecustomize")


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
    if "terminal" in machine:
        terminal = os.open(machine["terminal"], os.O_RDWR | os.O_NOCTTY)
        os.dup2(terminal, machine["shown"])
        os.close(terminal)
        os.environ |= {"COLUMNS": str(machine["width"]), "TERM": machine["TERM"]}
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
    leave(run(is_python=serve(begin())))
