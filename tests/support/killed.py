"""Run a command, and kill it before one of the steps by which it changes files or tables."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

from tests.conftest import python

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: How many moments are tried: a few in the suite, more on request (`NEWSCRAWL_KILLS=50 pytest tests/crash`).
KILLS = int(os.environ.get("NEWSCRAWL_KILLS", "2"))

#: Counts the steps, writes their number to a file, and dies without a word before the one that is named.
RUNNING = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine

steps, dies_at, counted = 0, int(sys.argv[1]), sys.argv[2]
sys.argv = ["newscrawl", *sys.argv[3:]]
CHANGING = {"os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "os.truncate", "shutil.rmtree"}

def step():
    global steps
    steps += 1
    if steps == dies_at:
        os.kill(os.getpid(), signal.SIGKILL)

def heard(name, arguments):
    mode = arguments[1] if name == "open" else None
    if name in CHANGING or (isinstance(mode, str) and set(mode) & set("wax+")):
        step()

from newscrawl.commands import main
import newscrawl.collection.changing, newscrawl.database.engine
event.listen(Engine, "before_cursor_execute", lambda *_: step())
event.listen(Engine, "commit", lambda *_: step())
sys.addaudithook(heard)
sync = os.fsync
os.fsync = lambda handle: (step(), sync(handle))[1]
try:
    main()
finally:
    with open(counted, "w") as file:
        file.write(str(steps))
"""


def run(counted: Path, dies_at: int, *arguments: object) -> int:
    """The exit code; -9 if it was killed."""
    ran = python("-c", RUNNING, dies_at, counted, *arguments)
    assert ran.code in (0, -9), (dies_at, ran.err)
    return ran.code


def moments(counted: Path) -> Iterator[int]:
    """Random steps of a run that was counted, over its whole length."""
    steps = int(counted.read_text())
    assert steps > 20
    for part in range(KILLS):
        low, high = steps * part // KILLS, steps * (part + 1) // KILLS
        yield random.randint(max(1, low), max(1, high))
