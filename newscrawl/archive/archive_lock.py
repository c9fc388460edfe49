"""Who may rewrite files of an archive? Nobody while a crawl writes to it, and one process at a time.

The lock is on the folder `warc/`: a crawl shares it from its first file on, a rewriting has it alone. It goes
with the process that has it.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newscrawl.errors import StorageError
from newscrawl.storage.durable import storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.archive.layout import Layout


def share(layout: Layout) -> int:
    """A handle that keeps others from rewriting until it is closed. Waits for a rewriting to end."""
    with storage_errors(layout.warcs):
        handle = os.open(layout.warcs, os.O_RDONLY | os.O_CLOEXEC)
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


@contextmanager
def shared(layout: Layout) -> Iterator[None]:
    """Nobody rewrites files of this archive within; others may write to it."""
    handle = share(layout)
    try:
        yield
    finally:
        os.close(handle)


@contextmanager
def exclusive(layout: Layout, *, wait: bool = False) -> Iterator[None]:
    """Nobody else writes WARCs of this archive within.

    Without `wait`, raises StorageError while a crawl does.
    """
    with storage_errors(layout.warcs):
        handle = os.open(layout.warcs, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if wait:
            fcntl.flock(handle, fcntl.LOCK_EX)
        else:
            _take(layout, handle)
        yield
    finally:
        os.close(handle)


def _take(layout: Layout, handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StorageError(
            f"{layout.root}: a crawl, or another command that changes its files, is running here:"
            " end it first"
        ) from None
