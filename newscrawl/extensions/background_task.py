"""What an extension does beside the crawl, from one signal to another."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any


class BackgroundTask:
    """One coroutine on the event loop, which is cancelled if it has not ended by itself."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        self._task = asyncio.ensure_future(work)

    def cancel(self) -> None:
        """End it; nothing happens if it was never started."""
        if self._task is not None:
            self._task.cancel()
