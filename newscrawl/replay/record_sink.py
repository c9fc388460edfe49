"""A sink that hands on each record, in the order of the captures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.items import Article
from newscrawl.replay.sink import Replayed, Sink

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class RecordSink(Sink[int]):
    """Calls `write` with each record; returns how many there were."""

    def __init__(self, write: Callable[[dict[str, Any]], None]) -> None:
        self._write = write

    def reads_unfinished(self, _: Path, /) -> bool:
        return True

    def consume(self, replayed: Replayed) -> int:
        number = 0
        for _, result in replayed.results():
            if isinstance(result, Article):
                self._write(result.to_dict())
                number += 1
        return number
