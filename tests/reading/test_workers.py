"""A page that hangs, dies or eats memory costs itself alone."""

from __future__ import annotations

import asyncio
import mmap
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newscrawl.errors import Missed, UsageError
from newscrawl.processing.workers import Workers, within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def double(number: int) -> int:
    return 2 * number


def hang(_: int) -> int:
    while True:
        time.sleep(3600)


def die(_: int) -> int:
    os._exit(7)


def eat(_: int) -> int:
    return len(bytearray(64 << 30))


def map_too_much(_: int) -> int:
    return len(mmap.mmap(-1, 64 << 30))


def import_without_memory(_: int) -> int:
    """What `import` says of an extension module that the limit keeps from being loaded."""
    said = "libz.so.1: failed to map segment from shared object"
    raise ImportError(said)


def who_am_i(_: int) -> int:
    return os.getpid()


def reach_out(_: int) -> int:
    socket.create_connection(("127.0.0.1", 9))
    return 0


def ask_for_a_name(_: int) -> int:
    return len(socket.getaddrinfo("paper.example", 80))


def start_a_program(_: int) -> int:
    return subprocess.run(["true"], check=False).returncode


def work_forever(_: int) -> int:
    while True:
        pass


def refuse(_: int) -> int:
    raise Missed("not-html", "image/png")


def end_once(place: str) -> int:
    """Ends the fork server and this worker once, as whoever stops all processes of a service."""
    if Path(place).exists():
        return 7
    Path(place).touch()
    os.kill(os.getppid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGTERM)
    return 0


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    pool = Workers(1, seconds=1, memory=4 << 30)
    yield pool
    pool.close()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (hang, "extraction-failed: took longer than 3 s$"),
        # On a machine that is busy with something else the limit by the clock may come first.
        (work_forever, r"extraction-failed: took longer than (1 s of CPU|3 s)$"),
        (die, r"extraction-failed: the worker died \(exit code 7\)"),
        (eat, "extraction-failed: out of memory"),
        (map_too_much, "extraction-failed: out of memory"),
        (import_without_memory, "extraction-failed: out of memory"),
        (refuse, "not-html: image/png"),
    ],
)
def test_the_next_page_is_read(workers: Workers, call: Callable[[int], int], said: str) -> None:
    async def both() -> int:
        with pytest.raises(Missed, match=said):
            await workers.run(call, 1)
        return await workers.run(double, 21)

    assert asyncio.run(both()) == 42


def test_a_worker_without_memory_is_replaced(workers: Workers) -> None:
    async def both() -> tuple[int, int]:
        before = await workers.run(who_am_i, 1)
        with pytest.raises(Missed, match="out of memory"):
            await workers.run(eat, 1)
        return before, await workers.run(who_am_i, 1)

    before, after = asyncio.run(both())
    assert before != after


def test_the_loop_goes_on_meanwhile(workers: Workers) -> None:
    async def ticks() -> int:
        waiting = asyncio.ensure_future(workers.run(sleep_a_little, 0))
        count = 0
        while not waiting.done():
            await asyncio.sleep(0)
            count += 1
        return count

    assert asyncio.run(ticks()) > 100


def sleep_a_little(_: int) -> int:
    time.sleep(0.2)
    return 0


@pytest.mark.parametrize("call", [reach_out, ask_for_a_name, start_a_program])
def test_nothing_reaches_out_of_a_worker(workers: Workers, call: Callable[[int], int]) -> None:
    with pytest.raises(PermissionError, match="a worker may not: "):
        asyncio.run(workers.run(call, 1))
    assert asyncio.run(workers.run(double, 21)) == 42


def test_who_waits_for_a_page_is_told_that_the_workers_end() -> None:
    pool = Workers(1, seconds=60, extracts=False)
    waiting = [pool.submit(hang, number) for number in range(8)]
    pool.close()
    assert all(future.done() for future in waiting)


def test_a_worker_that_nobody_looks_after_ends_by_itself() -> None:
    context = multiprocessing.get_context("forkserver")
    orphan = context.Process(target=within, args=(0.1, work_forever, 1))
    orphan.start()
    orphan.join(60)
    assert orphan.exitcode == -signal.SIGXCPU


#: Belongs to the C library, and is loaded by nobody who does not ask for it.
SPARE_LIBRARY = next(Path("/lib").glob("**/libanl.so.1"), None)
TELL_WHAT_IS_LOADED = """
import os, sys
from pathlib import Path
from newscrawl.processing.workers import Workers
workers = Workers(1, seconds=20, preload=sys.argv[1])
try:
    print(workers.outcome(workers.submit(Path("/proc/self/maps").read_text)))
finally:
    workers.close()
print("LD_PRELOAD" in os.environ)
"""


@pytest.mark.skipif(SPARE_LIBRARY is None, reason="no spare library of the C library in /lib")
def test_workers_load_a_named_library_first() -> None:
    told = subprocess.run(
        [sys.executable, "-c", TELL_WHAT_IS_LOADED, str(SPARE_LIBRARY)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "libanl" in told.stdout
    assert told.stdout.splitlines()[-1] == "False"


def test_a_library_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match=r"NEWSCRAWL_WORKER_PRELOAD: /none\.so is no file"):
        Workers(1, seconds=1, preload="/none.so")


def test_a_call_whose_worker_is_ended_with_its_service_is_made_again(tmp_path: Path) -> None:
    workers = Workers(1, seconds=5)
    try:
        assert asyncio.run(workers.run(end_once, str(tmp_path / "ended"))) == 7
        assert asyncio.run(workers.run(double, 2)) == 4
    finally:
        workers.close()


def test_ctrl_c_while_the_first_worker_starts_ends_no_call() -> None:
    script = """
import os
import signal

from newscrawl.processing.workers import Workers

signal.signal(signal.SIGINT, lambda *_: None)
workers = Workers(1, seconds=5)
future = workers.submit(abs, -7)
os.killpg(0, signal.SIGINT)
print(workers.outcome(future))
workers.close()
"""
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    assert (ran.stdout, ran.stderr) == ("7\n", "")


def test_a_worker_that_starts_behind_the_end_of_its_pool_says_nothing() -> None:
    """Its pool's semaphores are gone by then; anything else that it dies of is told."""
    script = """
import sys
from multiprocessing.synchronize import SemLock

import newscrawl.processing.fork_server

for fails in (lambda: object.__new__(SemLock).__setstate__((0, 1, 1, "/none")), lambda: open("/none")):
    try:
        fails()
    except FileNotFoundError:
        sys.excepthook(*sys.exc_info())
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stderr.count("Traceback") == 1
    assert "directory: '/none'" in ran.stderr
