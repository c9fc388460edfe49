"""Finds the chosen captures through indexes, so that nothing else is read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from newscrawl.archive import sorted_file
from newscrawl.errors import DamagedRecord
from newscrawl.replay.index_files import IndexFinder
from newscrawl.warc import cdxj

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from newscrawl.replay.selection import Selection
    from newscrawl.warc.cdxj import IndexEntry
    from newscrawl.warc.reader import OnDamage


def by_index(
    warcs: Iterable[Path],
    named: Path | None = None,
    *,
    folder: Path | None = None,
    on_damage: OnDamage | None = None,
) -> tuple[dict[Path, dict[str, Path]], list[Path]]:
    """The indexes of these files, each with its files by name, and the files that have none.

    The index of a file is the one that was `named`, that of its archive, or `index.cdxj` beside it. With a
    `folder` to copy it to, it may be in the file's WACZ, or beside the file at a URL. Several files of one
    name have none, because an index does not tell them apart.
    """
    indexed: dict[Path, dict[str, Path]] = {}
    rest = []
    indexes = IndexFinder(folder, on_damage)
    found = [(warc, named or indexes.of(warc)) for warc in warcs]
    alike = Counter((index, warc.name) for warc, index in found)
    for warc, index in found:
        if index is None or alike[index, warc.name] > 1:
            rest.append(warc)
        else:
            indexed.setdefault(index, {})[warc.name] = warc
    return indexed, rest


def chosen_entries(
    index: Path, files: Collection[str], selection: Selection, *, on_damage: OnDamage
) -> Iterator[IndexEntry]:
    """The lines of this index for chosen captures in the files of these names."""
    for prefix in selection.index_prefixes():
        for line in sorted_file.lines_from(index, prefix):
            entry = _parsed(index, line, on_damage)
            if entry is None or entry.filename not in files:
                continue
            if selection.has(entry.url, entry.timestamp):
                yield entry


def _parsed(index: Path, line: bytes, on_damage: OnDamage) -> IndexEntry | None:
    try:
        return cdxj.parse(line.decode())
    except ValueError as error:
        on_damage(DamagedRecord(str(index), 0, str(error)))
        return None
