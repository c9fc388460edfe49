"""Check a whole archive: its WARCs, its index and its records against each other."""

from __future__ import annotations

import fcntl
from contextlib import closing
from typing import TYPE_CHECKING, Protocol

from newscrawl.archive.layout import Layout
from newscrawl.archive.verify.catalog import RecordCatalog
from newscrawl.archive.verify.faults import Fault, Summary
from newscrawl.archive.verify.independent import check_with_warcio
from newscrawl.archive.verify.index_check import IndexCheck
from newscrawl.archive.verify.record_check import check_articles
from newscrawl.archive.verify.warc_check import check_warc
from newscrawl.errors import StorageError
from newscrawl.storage.file_names import local_size, stem
from newscrawl.storage.files import open_stored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class CrossCheck(Protocol):
    """A further comparison with the WARCs, made while the responses of each are in the catalog."""

    def warc(self, warc: str, known: RecordCatalog) -> Iterator[Fault]:
        """Disagreements with the WARC of this name."""

    def is_pruned(self, records: Path) -> bool:
        """Whether the captures of all records of this file are known to have been pruned."""

    def end(self) -> Iterator[Fault]:
        """Disagreements with the archive as a whole."""


def verify(
    root: Path,
    *,
    summary: Summary | None = None,
    beside: CrossCheck | None = None,
    independent: bool = False,
) -> Iterator[Fault]:
    """Every fault of the archive, as it is found; `summary` grows meanwhile.

    With `independent` each WARC is read a second time, with warcio. A file that a writer has open is left
    alone. Raises NotAnArchive where there is no archive.
    """
    layout, summary = Layout(root), summary or Summary()
    layout.require()
    for fault in _faults(layout, summary, beside, independent=independent):
        summary.faults += not fault.is_note
        yield fault


def _faults(
    layout: Layout, summary: Summary, beside: CrossCheck | None, *, independent: bool
) -> Iterator[Fault]:
    index = IndexCheck(layout, summary)
    yield from index.begin()
    if not layout.records.is_dir():
        cause = f"is not there; newscrawl replay {layout.root} --into NEW makes the records again"
        yield Fault(layout.records.name, None, cause)
    with closing(RecordCatalog()) as known:
        for path in layout.finished():
            name = path.relative_to(layout.root).as_posix()
            yield from check_warc(path, name, known, summary)
            if independent:
                yield from check_with_warcio(path, name, summary)
            yield from index.warc(name, known)
            yield from _articles(layout, path.name, known, summary)
            if beside is not None:
                yield from beside.warc(path.name, known)
            summary.files += 1
            summary.bytes += local_size(path) or _size_elsewhere(path)
            summary.answers += known.answers()
    yield from index.end()
    if beside is not None:
        yield from beside.end()
    yield from _unfinished(layout)
    yield from _orphans(layout, beside)


def _size_elsewhere(path: Path) -> int:
    """The size of a file that lies in a store; 0 if it cannot be had, which its check has named."""
    try:
        with open_stored(path) as stored:
            return stored.size
    except StorageError:
        return 0


def _articles(layout: Layout, warc: str, known: RecordCatalog, summary: Summary) -> Iterator[Fault]:
    path = layout.records_beside(warc)
    if path.is_file():
        name = path.relative_to(layout.root).as_posix()
        yield from check_articles(path, name, warc, known, summary)


def _unfinished(layout: Layout) -> Iterator[Fault]:
    for path in layout.unfinished():
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # its writer lives
        name = path.relative_to(layout.root).as_posix()
        yield Fault(name, None, "its writer died; the next crawl recovers it", is_note=True)


def _orphans(layout: Layout, beside: CrossCheck | None) -> Iterator[Fault]:
    stems = {stem(path.name) for path in [*layout.finished(), *layout.unfinished()]}
    for path in sorted(layout.records.glob("*.jsonl")):
        if path.stem not in stems and not (beside is not None and beside.is_pruned(path)):
            name = path.relative_to(layout.root).as_posix()
            yield Fault(name, None, "the WARC that these records were made from is not there")
