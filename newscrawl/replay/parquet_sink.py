"""A sink that writes the records as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.errors import UsageError
from newscrawl.items import Article
from newscrawl.replay.checkpoint import is_begun
from newscrawl.replay.sink import Replayed, Sink, WorkFolder
from newscrawl.store import parquet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class ParquetSink(Sink[int]):
    """Writes Parquet files into a new folder; returns the number of records."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def reads_unfinished(self, _: Path, /) -> bool:
        return True

    def work_folder(self, _: Sequence[Path], /) -> WorkFolder:
        parquet.require()
        root = self._root
        if root.exists() and not is_begun(root) and (not root.is_dir() or any(root.iterdir())):
            raise UsageError(f"{root} is not empty: name a new folder")
        return WorkFolder(root)

    def consume(self, replayed: Replayed) -> int:
        replayed.checkpoint.note_targets(self._root / f"day={day}" for day in replayed.merge.days())
        records = (r.to_dict() for _, r in replayed.results() if isinstance(r, Article))
        return parquet.write(self._root, records)
