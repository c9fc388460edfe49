"""Write the index anew from the WARCs alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from newscrawl.archive import sorted_file
from newscrawl.storage.file_names import OPEN_SUFFIX
from newscrawl.warc import cdxj
from newscrawl.warc.reader import iter_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.archive.layout import Layout
    from newscrawl.warc.reader import OnDamage


def rebuild_index(layout: Layout, *, on_damage: OnDamage) -> int:
    """Write `index.cdxj` anew from the finished WARCs, and touch nothing else; return its lines.

    Writers wait meanwhile. Raises StorageError; the index is then as it was.
    """
    with sorted_file.replacing(layout.index, sync=True) as index, closing(_Lines()) as lines:
        # A file is indexed just before it gets its name: its lines are in the old index alone.
        unfinished = {path.name.removesuffix(OPEN_SUFFIX) for path in layout.unfinished()}
        for path in layout.finished():
            unfinished.discard(path.name)
            lines.add(cdxj.index_lines_of(path, iter_records(path, on_damage=on_damage)))
        lines.add(_lines_about(unfinished, layout))
        number = 0
        for line in lines.sorted():
            index.write(line.encode() + b"\n")
            number += 1
        return number


def _lines_about(warcs: set[str], layout: Layout) -> Iterator[str]:
    if not warcs or not layout.index.is_file():
        return
    with layout.index.open(encoding="utf-8", errors="replace") as file:
        for text in file:
            line = text.rstrip("\n")
            try:
                if cdxj.parse(line).filename in warcs:
                    yield line
            except ValueError:
                continue  # what is no line of an index is what is to be mended


class _Lines:
    """Lines in a temporary file, so that memory does not grow with the archive."""

    def __init__(self) -> None:
        self._tables = sqlite3.connect("", isolation_level=None)
        self._tables.execute("CREATE TABLE line (line TEXT PRIMARY KEY) WITHOUT ROWID")
        self._tables.execute("BEGIN")

    def add(self, lines: list[str] | Iterator[str]) -> None:
        self._tables.executemany(
            "INSERT OR IGNORE INTO line VALUES (?)", ((line,) for line in lines)
        )

    def sorted(self) -> Iterator[str]:
        """By their bytes in UTF-8."""
        for (line,) in self._tables.execute("SELECT line FROM line ORDER BY line"):
            yield line

    def close(self) -> None:
        self._tables.close()
