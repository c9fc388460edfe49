"""A folder of files at a URL, by a server in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def served(folder: Path, how: str = "ranges", log: Path | None = None) -> Iterator[str]:
    """The URL of the folder; `log` gets a line with the bytes of each answer."""
    script = Path(__file__).with_name("ranged_server.py")
    with subprocess.Popen(
        [sys.executable, script, folder, how, *([log] if log else [])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.communicate()
