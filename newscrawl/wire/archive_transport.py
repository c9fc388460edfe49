"""Find the capture that answers a request, where the network of a crawl is an archive.

The archive folder that is written to has links to the captured files, and its index has their captures, so
that they are read as its own. No captured byte is written again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawl.archive import cdxj_file
from newscrawl.archive.cdxj_file import IndexReader
from newscrawl.archive.files import archive_files
from newscrawl.archive.layout import Layout
from newscrawl.archive.links import link_file
from newscrawl.archive.revisits import in_cdxj, resolve
from newscrawl.causes import is_final
from newscrawl.errors import ArchiveError, NewscrawlError, NothingToDo, NotHttp, UsageError
from newscrawl.warc import cdxj
from newscrawl.warc.captured_response import response_in
from newscrawl.warc.reader import iter_records, read_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from newscrawl.items import Capture
    from newscrawl.warc.cdxj import IndexEntry
    from newscrawl.warc.reader import OnDamage
    from newscrawl.warc.record import WarcRecord


def results_folder(archive: Path, network: Path) -> Path:
    """The folder to write to: the archive, or a new one beside it if the network is inside the archive."""
    root = archive.resolve()
    if not network.resolve().is_relative_to(root):
        return archive
    return (archive if archive.name else root).with_name(f"{root.name}-offline")


@dataclass(frozen=True, slots=True)
class ReplayedResponse:
    """The record with the bytes of the response to a request, and its capture."""

    record: WarcRecord
    capture: Capture

    @property
    def is_whole(self) -> bool:
        return self.record.get("WARC-Truncated") is None


class ArchiveTransport:
    """The captured responses that the folder at `layout` points at, as they were `at` a time.

    `at` are the first digits of a time in UTC; without any, the latest capture counts. `on_damage` is
    called with each capture that cannot be read, and with the first damaged line of the index.
    """

    def __init__(
        self, layout: Layout, *, at: str = "", on_damage: Callable[[NewscrawlError], None]
    ) -> None:
        self._layout, self._at, self._on_damage = layout, at, on_damage
        self._index = IndexReader(layout.index, on_damage)
        self._find_original = in_cdxj(self._index, layout.warc)

    def find_response(self, url: str) -> ReplayedResponse | None:
        """The latest response to GET; None if there is none that can be read.

        A final response is preferred to a later one by which the server only said that it cannot answer now.
        For a revisit the capture with its bytes is given.
        """
        entries = sorted(self._entries(url), key=_preference, reverse=True)
        for entry in entries:
            try:
                found = self._read(entry)
            except (ArchiveError, NotHttp) as error:
                self._on_damage(error)
                continue
            if found is not None:
                return found
        return None

    def _entries(self, url: str) -> Iterator[IndexEntry]:
        """The captures of this URL up to the time: in this spelling or, without any, in others."""
        until = [
            entry
            for entry in self._index.lookup(url)
            if entry.timestamp[: len(self._at)] <= self._at or not self._at
        ]
        exact = [entry for entry in until if entry.url == url]
        yield from exact or (entry for entry in until if _origin(entry.url) == _origin(url))

    def _read(self, entry: IndexEntry) -> ReplayedResponse | None:
        record = read_record(self._layout.warc(entry.filename), entry.offset, entry.length)
        original = resolve(record, self._find_original)
        answer = response_in(original) if original is not None else None
        if original is None or answer is None:
            return None
        return ReplayedResponse(original, answer.capture)


def _preference(entry: IndexEntry) -> tuple[bool, str, str, int]:
    is_answer = entry.is_revisit or (is_final(entry.status or 0) and entry.status != 304)
    return is_answer, entry.timestamp, entry.filename, entry.offset


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme.lower(), (parts.hostname or "").lower()


def link_network(layout: Layout, network: Path, *, on_damage: OnDamage) -> list[str]:
    """Make the folder stand for the captured files at `network`; return their names.

    `network` is an archive of ours, a folder of archive files, or one of them. Raises UsageError where
    there is none, NothingToDo where none is finished.
    """
    if not network.exists():
        raise UsageError(f"{network}: no such file or folder")
    warcs = archive_files(network)
    if not warcs:
        raise NothingToDo(f"{network}: nothing is captured there yet")
    new = [warc for warc in warcs if not layout.has(warc.name)]
    # The index before the files: every file that is linked is indexed.
    cdxj_file.merge(layout.index, _lines(new, network, on_damage))
    for warc in warcs:
        link_file(warc, layout.warcs / warc.name)
    return [warc.name for warc in warcs]


def _lines(warcs: Iterable[Path], network: Path, on_damage: OnDamage) -> Iterator[str]:
    """The index lines of these files. An archive of ours has them already."""
    theirs = Layout(network)
    known = {warc.name for warc in warcs if warc.parent == theirs.warcs and theirs.index.is_file()}
    if known:
        for line, entry in IndexReader(theirs.index, on_damage).lines():
            if entry.filename in known:
                yield line.decode()
    for warc in warcs:
        if warc.name not in known:
            yield from cdxj.index_lines_of(warc, iter_records(warc, on_damage=on_damage))
