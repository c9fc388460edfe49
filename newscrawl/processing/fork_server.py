"""Prepares the fork server that imports it: what it is told by signals, and what it says of its ends.

It ignores SIGTERM: who stops a service may signal all its processes. The command ends by itself and takes the
fork server along; until then pages that it has in hand are read.
"""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say what a process died of, unless its pool had ended before it began: nobody waits for that one."""
    if not _has_no_pool(kind, trace):
        sys.__excepthook__(kind, error, trace)


def _has_no_pool(kind: type[BaseException], trace: TracebackType | None) -> bool:
    """A new process looks for the semaphores of its pool, which go with the pool."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or kind is not FileNotFoundError:
        return False
    return trace.tb_frame.f_globals.get("__name__") == "multiprocessing.synchronize"


signal.signal(signal.SIGTERM, signal.SIG_IGN)
sys.excepthook = tell
