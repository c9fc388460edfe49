"""What a command shows on a terminal."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor

from tests.conftest import Ran, newscrawl


def on_a_terminal(
    *arguments: object, width: int, shown: int = 1, term: str = "dumb"
) -> tuple[list[str], Ran]:
    """What the command shows on a terminal of this width, line by line, and how it ended.

    `shown` is the number of the file that is the terminal: 1 for standard output, 2 for errors.
    """
    ours, theirs = os.openpty()
    machine = {"terminal": os.ttyname(theirs), "shown": shown, "width": width, "TERM": term}
    with ThreadPoolExecutor(1) as reader:
        # A terminal holds 4 KiB, and whoever writes more waits until they are read.
        read = reader.submit(_all_of, ours)
        try:
            ran = newscrawl(*arguments, machine=machine)
        finally:
            os.close(theirs)
        text = read.result().decode()
    os.close(ours)
    return re.sub(r"\x1b\[[\d;]*m", "", text).splitlines(), ran


def _all_of(terminal: int) -> bytes:
    """What a terminal shows until its other end is closed."""
    shown = b""
    while True:
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # EIO: the other end is closed
            return shown
