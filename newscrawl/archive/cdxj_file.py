"""The sorted index of an archive, `index.cdxj`: its lines are looked up by URL and merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.archive import sorted_file
from newscrawl.warc.cdxj import parse
from newscrawl.warc.surt import surt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newscrawl.warc.cdxj import IndexEntry


def lookup(index: Path, url: str) -> Iterator[IndexEntry]:
    """The captures of a URL, oldest first; none if there is no index."""
    for line in sorted_file.lines_from(index, f"{surt(url)} ".encode()):
        yield parse(line.decode())


def merge(index: Path, new_lines: Iterable[str], *, sync: bool = False) -> None:
    """Put lines, in any order, into the index; those it already has are not put in twice.

    Several processes may merge at once. With `sync` the index is on the disk when this returns.
    Raises StorageError; the index is then as it was.
    """
    sorted_file.merge(index, (line.encode() for line in new_lines), sync=sync)
