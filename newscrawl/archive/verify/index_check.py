"""Check the index against the files, and the files against the index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.archive import sorted_file
from newscrawl.archive.verify.faults import Fault
from newscrawl.errors import ArchiveError
from newscrawl.warc import cdxj
from newscrawl.warc.captured_response import response_in
from newscrawl.warc.reader import read_record, request_key_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.archive.layout import Layout
    from newscrawl.archive.verify.catalog import RecordCatalog
    from newscrawl.archive.verify.faults import Summary


class IndexCheck:
    """Compares the index of an archive with its WARCs, which are given to it one after the other."""

    def __init__(self, layout: Layout, summary: Summary) -> None:
        self._layout, self._summary = layout, summary
        self._expected = self._missing = 0
        self._sorted = True
        self._is_there = layout.index.is_file()

    def begin(self) -> Iterator[Fault]:
        """Faults of the index as a file: it must be sorted, so that lines can be found in it."""
        previous, at = b"", 0
        for line in _lines(self._layout.index):
            self._summary.index_lines += 1
            if line <= previous:
                self._sorted = False
                what = (
                    "the same line twice"
                    if line == previous
                    else "not sorted; newscrawl verify --rebuild-index mends it"
                )
                yield Fault(self._layout.index.name, at, what)
            elif not line.endswith(b"\n"):
                yield Fault(self._layout.index.name, at, "the last line is cut off")
            previous = line
            at += len(line)

    def warc(self, name: str, known: RecordCatalog) -> Iterator[Fault]:
        """The responses of one WARC that the index does not have, or has otherwise."""
        if not self._sorted:
            return  # nothing can be found in it, and that has been reported
        if not self._is_there:
            self._expected += sum(1 for _ in known.index_lines())
            return
        for line in sorted_file.missing(self._layout.index, self._counted(known.index_lines())):
            self._missing += 1
            entry = cdxj.parse(line.decode())
            cause = f"has no such line for {entry.url}, which is at byte {entry.offset} of {name}"
            yield Fault(self._layout.index.name, None, cause)

    def _counted(self, lines: Iterator[str]) -> Iterator[bytes]:
        for line in lines:
            self._expected += 1
            yield line.encode()

    def end(self) -> Iterator[Fault]:
        """The lines of the index for which no WARC has a record."""
        if not self._is_there:
            if self._expected:
                cause = "is not there; newscrawl verify --rebuild-index makes it again"
                yield Fault(self._layout.index.name, None, cause)
            return
        if not self._sorted or self._expected - self._missing == self._summary.index_lines:
            return
        at, told = 0, set()
        for line in _lines(self._layout.index):
            stray = _stray(line.decode("utf-8", "replace"), self._layout)
            if stray and stray not in told:
                told.add(stray)  # a file that is gone is reported once, not for each of its lines
                yield Fault(self._layout.index.name, at, stray)
            at += len(line)


def _stray(line: str, layout: Layout) -> str | None:
    """Why a line should not be there, None for one that should."""
    try:
        entry = cdxj.parse(line)
    except ValueError as error:
        return str(error)
    path = layout.warc(entry.filename)  # a file is indexed just before it is finished
    if not path.is_file():
        return f"names {entry.filename}, which is not there"
    try:
        record = read_record(path, entry.offset, entry.length)
        answer = response_in(record, resources=True)
        asked = request_key_of(path, answer.record) if answer is not None else None
    except ArchiveError as error:
        return str(error)
    if answer is None:
        return f"byte {entry.offset} of {entry.filename} is not an HTTP answer"
    if cdxj.index_line_of(answer, asked) != line.rstrip("\n"):
        return f"does not say what is at byte {entry.offset} of {entry.filename}"
    return None


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except FileNotFoundError:
        return
