"""Processes that read pages, so that one which hangs, dies or eats memory costs itself alone."""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import resource
import signal
import sys
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from newscrawl.errors import Missed, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

#: What the fork server imports, so that a new worker starts with everything loaded.
_LOADED = [
    "newscrawl.processing.fork_server", "tldextract", "newscrawl.processing.pages",
    "newscrawl.discovery.responses", "newscrawl.processing.first_page",
]  # fmt: skip
#: What reaches out of the process, by the names of Python's audit events.
_OUTWARDS = frozenset(
    {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
     "socket.gethostbyname", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn"}
)  # fmt: skip
#: The event loop, which works often and briefly, comes before the workers.
_NICE = 5
#: How many times its CPU a call may take by the clock: a loaded machine must not fail a sound page.
CLOCK_PER_CPU = 3
#: The exit code of a worker that has no memory left.
_NO_MEMORY = 112
#: How the dynamic loader and lxml say it, which raise no MemoryError.
_NO_MEMORY_WORDS = (
    "cannot allocate memory",
    "failed to map segment",
    "memory allocation failed",
    "out of memory",
)


class _Process(ForkServerProcess):
    """A process of the fork server that does not run the script which started it.

    Python has a new process import that script, and one without the guard `if __name__ == "__main__"`
    would crawl once more in each. What workers call stands in modules of newscrawl.
    """

    @staticmethod
    def _Popen(process: Any) -> Any:  # noqa: N802 - the name in multiprocessing.context
        script = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            return ForkServerProcess._Popen(process)
        finally:
            sys.modules["__main__"] = script


class _Context(ForkServerContext):
    Process = _Process


class Workers:
    """A pool of processes, each call with its own time limit.

    `seconds` of CPU are the limit of one call, and by the clock, where others use the machine, too, three
    times as many; `memory` is the address space of one worker in bytes (0: no limit). Workers may not
    reach a network, unless what they read lies elsewhere (`network`). Without `extracts` the start of the
    processes takes no time for what only extraction needs; calls of it work all the same. `preload` names
    shared libraries that they load before all others, as an allocator is (LD_PRELOAD), parted by spaces or
    colons. Processes start with the first call. Raises UsageError for a library that is not there.
    """

    def __init__(
        self,
        processes: int,
        *,
        seconds: float,
        memory: int = 0,
        extracts: bool = True,
        network: bool = False,
        preload: str = "",
    ) -> None:
        self._preload = _libraries(preload)
        self._seconds, self._patience = seconds, CLOCK_PER_CPU * seconds
        # Not fork: a copy of a process with a running event loop and threads is not sound.
        context = _Context()
        context.set_forkserver_preload(_LOADED if extracts else _LOADED[:-1])
        self._pool = ProcessPool(
            max_workers=processes,
            max_tasks=2000,
            initializer=_prepare,
            initargs=(memory, network),
            context=context,
        )
        self._waiting: set[Any] = set()
        self._closed = self._has_server = False

    async def run(self, call: Callable[..., T], *args: Any) -> T:
        """`call(*args)` in a worker. Raises what it raises; Missed if it dies or takes too long.

        A call whose worker was ended from outside is made once more.
        """
        may_retry = True
        while True:
            try:
                result: T = await asyncio.wrap_future(self.submit(call, *args))
            except Exception as error:
                if self._closed and isinstance(error, BrokenProcessPool):
                    # As for those calls whose future `close` cancels.
                    raise asyncio.CancelledError from error
                if may_retry and not self._closed and _was_ended(error):
                    may_retry = False
                    continue
                if (missed := self._as_missed(error)) is None:
                    raise
                raise missed from error
            return result

    def submit(self, call: Callable[..., T], *args: Any) -> Any:
        """The future of `call(*args)`; `outcome` gives its result."""
        if not self._has_server:
            _start_fork_server(self._preload)
            self._has_server = True
        limited = (self._seconds, call, *args)
        future: Any = self._pool.schedule(within, args=limited, timeout=self._patience)
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)
        if self._closed:  # by another thread, which may not have seen this one
            future.cancel()
        return future

    def close(self) -> None:
        """End the workers; what they are doing is thrown away, and who waits for it is told."""
        self._closed = True
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()
        # The pool leaves some of them pending, and who waits for one would wait for good.
        for future in list(self._waiting):
            future.cancel()

    def outcome(self, future: Any) -> Any:
        """Wait for a submitted call; as `run`."""
        try:
            return future.result()
        except Exception as error:
            if (missed := self._as_missed(error)) is None:
                raise
            raise missed from error

    def _as_missed(self, error: Exception) -> Missed | None:
        why = None
        if isinstance(error, FutureTimeoutError | TimeoutError):
            why = f"took longer than {self._patience:g} s"
        elif isinstance(error, ProcessExpired) and error.exitcode == -signal.SIGXCPU:
            why = f"took longer than {self._seconds:g} s of CPU"
        elif isinstance(error, ProcessExpired) and error.exitcode == _NO_MEMORY:
            why = "out of memory"
        elif isinstance(error, ProcessExpired):
            why = f"the worker died (exit code {error.exitcode})"
        return Missed("extraction-failed", why, over_limit=True) if why else None


def _was_ended(error: Exception) -> bool:
    """Whether somebody ended the worker: a service manager signals all processes of a service."""
    return isinstance(error, ProcessExpired) and error.exitcode == -signal.SIGTERM


def _libraries(preload: str) -> str:
    paths = preload.replace(":", " ").split()
    for path in paths:
        if not Path(path).is_file():
            raise UsageError(f"NEWSCRAWL_WORKER_PRELOAD: {path} is no file")
    return ":".join(paths)


def _start_fork_server(libraries: str) -> None:
    """Start it with these libraries; workers have them from it, and no other program that is started.

    Ctrl-C goes to the whole group of processes. It would end a fork server that is still starting, so that no
    page is read any more: it begins with SIGINT blocked, and so do its workers.
    """
    before = os.environ.get("LD_PRELOAD")
    # Unblocks SIGINT where it is started: so it comes first.
    resource_tracker.ensure_running()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    if libraries:
        os.environ["LD_PRELOAD"] = f"{libraries}:{before}" if before else libraries
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if before is not None:
            os.environ["LD_PRELOAD"] = before
        elif libraries:
            del os.environ["LD_PRELOAD"]


def _is_out_of_memory(error: BaseException) -> bool:
    """Whether the reason is a lack of memory: an import that fails for it raises no MemoryError."""
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    is_of_a_library = isinstance(error, ImportError | SyntaxError)
    said = str(error).lower() if is_of_a_library else ""
    return any(words in said for words in _NO_MEMORY_WORDS)


def within(seconds: float, call: Callable[..., T], *args: Any) -> T:
    """`call(*args)`; the process dies of SIGXCPU where that takes more CPU, whoever still looks after it.

    It exits where there is no memory left, too: nothing that it would do next can be relied on.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + 1
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (limit if most < 0 else min(limit, most), most))
    try:
        return call(*args)
    except Exception as error:
        if _is_out_of_memory(error):
            os._exit(_NO_MEMORY)
        raise


def _prepare(memory: int, network: bool) -> None:
    # Ctrl-C goes to the whole group of processes; the crawl decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # by which the pool ends them
    os.nice(_NICE)
    # A page is many objects and few cycles: looking for those so often takes a twentieth of the time.
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    if not network:
        sys.addaudithook(_refuse)


def _refuse(event: str, _: tuple[Any, ...]) -> None:
    """Refuse to reach out or to start programs. A belt: what is not Python is not asked."""
    if event in _OUTWARDS:
        raise PermissionError(f"a worker may not: {event}")
