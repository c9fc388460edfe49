"""Starts a browser and ends it, whatever becomes of the process that asked for it.

Run as a script of its own: `python -I guardian.py CONTROL READ WRITE PROFILE PROGRAM [ARGUMENT]...`. The
browser gets the pipes READ and WRITE as its descriptors 3 and 4. When CONTROL ends, because its writer closed
it or was killed, all processes that the browser has started are killed, and its profile is removed.
"""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

_SUBREAPER, _DEATH_SIGNAL = 36, 1  # PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG (prctl(2))
_PATIENCE = 3.0


def main() -> None:
    control, read, write = (int(text) for text in sys.argv[1:4])
    profile, command = sys.argv[4], sys.argv[5:]
    libc = ctypes.CDLL(None)
    # Orphans of the browser become children of this process, and are found.
    libc.prctl(_SUBREAPER, 1, 0, 0, 0)
    guardian = os.getpid()
    browser = os.fork()
    if browser == 0:
        os.setsid()
        libc.prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != guardian:
            os._exit(1)
        # Copies out of the way first: one of the pipes may be 3 or 4.
        high = [os.dup2(end, 100 + number) for number, end in enumerate((read, write))]
        os.dup2(high[0], 3)
        os.dup2(high[1], 4)
        os.closerange(5, 1024)
        os.execv(command[0], command)  # noqa: S606 - the program that the user named
    os.close(read)
    os.close(write)
    ended = False
    while not ended:
        ready, _, _ = select.select([control], [], [], 0.5)
        ended = bool(ready) and not os.read(control, 64)
        if not ended and os.waitpid(browser, os.WNOHANG)[0]:
            ended = True
    end_all()
    shutil.rmtree(profile, ignore_errors=True)


def end_all() -> None:
    """Kill all descendants, and wait for them, until there are none."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        for process in descendants(os.getpid()):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                continue
        except ChildProcessError:
            return  # orphans have become children of this process, and all of them have ended
        time.sleep(0.01)


def descendants(process: int) -> list[int]:
    """All processes that `process` has started, directly or not, and that have not ended."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_bytes().rpartition(b")")[2].split()
            if fields[0] != b"Z":
                parents[int(path.parent.name)] = int(fields[1])
    found, wanted = [], [process]
    while wanted:
        parent = wanted.pop()
        children = [each for each, of in parents.items() if of == parent]
        found += children
        wanted += children
    return found


if __name__ == "__main__":
    main()
