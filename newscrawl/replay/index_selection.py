"""Finds the chosen captures through indexes, so that nothing else is read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from newscrawl.archive.cdxj_file import IndexReader
from newscrawl.replay.index_files import IndexFinder, is_sorted, sorted_copy

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
    `folder` to copy it to, it may be in the file's WACZ, or beside the file at a URL, and one that was
    named need not be sorted. Several files of one name have none, because an index does not tell them
    apart. Raises UsageError if what was named is no CDXJ.
    """
    if named is not None and not is_sorted(named) and folder is not None:
        named = sorted_copy(named, folder)
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
    reader = IndexReader(index, on_damage)
    for prefix in selection.index_prefixes():
        for entry in reader.entries(prefix):
            if entry.filename in files and selection.has(entry.url, entry.timestamp):
                yield entry
