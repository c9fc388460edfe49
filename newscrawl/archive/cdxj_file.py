"""The sorted index of an archive, `index.cdxj`: its entries are looked up by URL, its lines are merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.archive import sorted_file
from newscrawl.errors import DamagedRecord
from newscrawl.warc import cdxj
from newscrawl.warc.surt import surt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newscrawl.warc.cdxj import IndexEntry
    from newscrawl.warc.reader import OnDamage


class IndexReader:
    """Reads the entries of one index. Nothing is read where there is no file.

    Damaged lines are skipped. `on_damage` is called with the first of them alone: an index in which
    one line is damaged may have a million such lines, and `newscrawl verify` names each.
    """

    def __init__(self, path: Path, on_damage: OnDamage | None = None) -> None:
        self.path = path
        self._on_damage = on_damage

    def lookup(self, url: str) -> Iterator[IndexEntry]:
        """The captures of a URL in any of its spellings, oldest first."""
        return self.entries(f"{surt(url)} ".encode())

    def entries(self, prefix: bytes = b"") -> Iterator[IndexEntry]:
        """The entries whose lines begin with `prefix`, in the order of the file."""
        for _, entry in self.lines(prefix):
            yield entry

    def lines(self, prefix: bytes = b"") -> Iterator[tuple[bytes, IndexEntry]]:
        """As `entries`, each with its line, without line feed."""
        for offset, line in sorted_file.lines_from(self.path, prefix):
            try:
                entry = cdxj.parse(line.decode())
            except ValueError as error:
                self._report(offset, error)
                continue
            yield line.rstrip(b"\n"), entry

    def _report(self, offset: int, error: ValueError) -> None:
        on_damage, self._on_damage = self._on_damage, None
        if on_damage is not None:
            cause = str(error) if not isinstance(error, UnicodeDecodeError) else "not UTF-8"
            on_damage(DamagedRecord(str(self.path), offset, f"{cause}; such lines are skipped"))


def lookup(index: Path, url: str) -> Iterator[IndexEntry]:
    """The captures of a URL, oldest first. Damaged lines are skipped, and nobody is told of them."""
    return IndexReader(index).lookup(url)


def merge(index: Path, new_lines: Iterable[str], *, sync: bool = False) -> None:
    """Add lines, in any order, to the index; those that it has already are not added again.

    Several processes may merge at once. With `sync` the index is on the disk when this returns.
    Raises StorageError; the index is then as it was.
    """
    sorted_file.merge(index, (line.encode() for line in new_lines), sync=sync)
