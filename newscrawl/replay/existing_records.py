"""The records that lie beside captures, by the place of their capture.

Records are read when they are asked for; only their places are held.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from newscrawl.archive.layout import Layout
from newscrawl.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from newscrawl.replay.captured_page import CapturePlace
    from newscrawl.replay.selection import Selection


class ExistingRecords:
    """The records of chosen captures in these files of records.

    Raises ArchiveError, naming the line, for one that is not a record.
    """

    def __init__(self, files: Iterable[Path], selection: Selection | None = None) -> None:
        self._lines: dict[CapturePlace, tuple[Path, int]] = {}
        for file in files:
            if file.exists():
                for position, record in read_records(file):
                    if is_chosen(record, selection):
                        self._lines[_place(record)] = (file, position)

    def keys(self) -> Iterable[CapturePlace]:
        """The places of their captures."""
        return self._lines.keys()

    def __contains__(self, key: CapturePlace) -> bool:
        return key in self._lines

    def get(self, key: CapturePlace, /) -> dict[str, Any] | None:
        """The record of the capture at this place."""
        if key not in self._lines:
            return None
        path, position = self._lines[key]
        with path.open("rb") as file:
            file.seek(position)
            record: dict[str, Any] = json.loads(file.readline())
        return record


def records_beside(warcs: Iterable[Path]) -> Iterator[Path]:
    """The files of records that belong to these WARCs of archives, whether they are there or not."""
    return (Layout(warc.parent.parent).records_beside(warc.name) for warc in warcs)


def archives_of(warcs: Iterable[Path]) -> list[Layout]:
    """The archive folders with records that these files lie in."""
    roots = dict.fromkeys(warc.parent.parent for warc in warcs if warc.parent.name == "warc")
    return [layout for layout in map(Layout, roots) if layout.records.is_dir()]


#: Characters of what is wrong with a line: it may cite all of it.
MAX_REASON = 200


def with_records(warcs: Sequence[Path]) -> list[Path]:
    """Those of these files that lie in an archive folder with records."""
    folders = {layout.warcs for layout in archives_of(warcs)}
    return [warc for warc in warcs if warc.parent in folders]


def read_records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The records of a file, each with the position of its line. Raises ArchiveError."""
    position = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                record = json.loads(line)
                _ = (*_place(record), record["id"], record["url"], record["revision"])
            except (ValueError, KeyError, TypeError) as error:
                why = f"{type(error).__name__}: {error}"[:MAX_REASON]
                raise ArchiveError(f"{path}: line {number} is not a record: {why}") from error
            yield position, record
            position += len(line)


def is_chosen(record: dict[str, Any], selection: Selection | None) -> bool:
    """Whether the capture of this record is chosen."""
    return selection is None or selection.has(record["url"], record["capture"]["captured_at"])


def _place(record: dict[str, Any]) -> CapturePlace:
    return record["capture"]["warc"], record["capture"]["offset"]
