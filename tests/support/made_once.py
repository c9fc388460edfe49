"""What is dear to make and made once for all workers of pytest-xdist; and a newspaper that they share.

Each worker has a copy of an archive that was made so. The newspaper is a process that ends with the process
that has started the workers: that holds a named pipe, which is its standard input.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sys
from typing import TYPE_CHECKING, Any

from newscrawl.newspaper import Newspaper

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LIFE = "life"


def hold_papers(shared: Path) -> int:
    """Have this process be the one with whose end, or with the end of this file, the papers end."""
    os.mkfifo(shared / _LIFE)
    return os.open(shared / _LIFE, os.O_RDWR)


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """The folder, in which the first process that asks makes something; others wait until it is there."""
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".made").exists():
            make(folder)
            (folder / ".made").touch()
    return folder


def copied(folder: Path, own: Path, make: Callable[[Path], object]) -> Path:
    """A copy of what is made once in `folder`, as `own`, which is not there yet."""
    return shutil.copytree(
        made_once(folder, make), own, ignore=shutil.ignore_patterns(".lock", ".made")
    )


class SharedNewspaper(Newspaper):
    """The first edition, served for all workers; it has no end of its own."""

    def __init__(self, shared: Path) -> None:
        super().__init__()
        folder = made_once(shared / "paper", _start)
        self._requests = folder / "requests.jsonl"
        self.sites = json.loads((folder / "sites.json").read_text("utf-8"))

    @property
    def log(self) -> list[dict[str, Any]]:
        """The requests of all workers so far, oldest first."""
        whole, _, _ = self._requests.read_text("utf-8").rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]


def _start(folder: Path) -> None:
    said, out = os.pipe()
    command = [sys.executable, "-m", "newscrawl.newspaper", "--log", str(folder / "requests.jsonl")]
    files = [
        (os.POSIX_SPAWN_OPEN, 0, str(folder.parent / _LIFE), os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, out, 1),
    ]
    os.posix_spawn(sys.executable, command, os.environ, file_actions=files, setsid=True)
    os.close(out)
    with os.fdopen(said) as sites:
        (folder / "sites.json").write_text(sites.readline(), "utf-8")
