"""The records that a check has read, in a temporary file: memory does not grow with the archive."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.warc import cdxj
from newscrawl.warc.record_header import DOCUMENT_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.warc.request_key import RequestKey

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE record (id TEXT PRIMARY KEY, file TEXT, place INTEGER) WITHOUT ROWID;
CREATE TABLE answer
    (place INTEGER PRIMARY KEY, kind TEXT, id TEXT, captured_at TEXT, line TEXT, is_indexed INTEGER);
CREATE INDEX answer_id ON answer (id);
BEGIN;
"""


@dataclass(frozen=True, slots=True)
class IndexedResponse:
    """An HTTP response of the file that is checked; `line` is the line that the index should have."""

    offset: int
    kind: str
    record_id: str
    captured_at: str
    line: str


class RecordCatalog:
    """All record ids of the archive, and the HTTP responses of the file that is checked."""

    def __init__(self) -> None:
        self._tables = sqlite3.connect("", isolation_level=None)
        self._tables.executescript(_TABLES)

    def begin_file(self) -> None:
        """Forget the responses of the file before."""
        self._tables.execute("DELETE FROM answer")

    def add_id(self, record_id: str, file: str, offset: int) -> tuple[str, int] | None:
        """Add a record; returns file and offset of an earlier one with the same id."""
        added = self._tables.execute(
            "INSERT INTO record VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (record_id, file, offset)
        )
        return None if added.rowcount else self._place(record_id)

    def has_id(self, record_id: str, file: str) -> bool:
        """Whether the file has a record with this id."""
        place = self._place(record_id)
        return place is not None and place[0] == file

    def _place(self, record_id: str) -> tuple[str, int] | None:
        found: tuple[str, int] | None = self._tables.execute(
            "SELECT file, place FROM record WHERE id = ?", (record_id,)
        ).fetchone()
        return found

    def add(self, found: IndexedResponse) -> None:
        """Add a response."""
        self._tables.execute(
            "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, 1)",
            (found.offset, found.kind, found.record_id, found.captured_at, found.line),
        )

    def was_asked_by(self, record_id: str, asked: RequestKey) -> None:
        """Note that the response with this id is to a request that was no GET: its line says so, or it has
        none in the index, as it is to a HEAD request."""
        if asked.is_head:
            self._tables.execute("UPDATE answer SET is_indexed = 0 WHERE id = ?", (record_id,))
            return
        found = self._tables.execute(
            "SELECT line FROM answer WHERE id = ?", (record_id,)
        ).fetchone()
        if found is not None:
            line = cdxj.asked_by(found[0], asked)
            self._tables.execute("UPDATE answer SET line = ? WHERE id = ?", (line, record_id))

    def answer_at(self, offset: int) -> IndexedResponse | None:
        """The response whose record begins at this byte of the file."""
        row = self._tables.execute(
            "SELECT place, kind, id, captured_at, line FROM answer WHERE place = ?", (offset,)
        ).fetchone()
        return None if row is None else IndexedResponse(*row)

    def answer_urls(self) -> Iterator[tuple[int, str]]:
        """Place and URL of the responses in the file that the index has."""
        for place, line in self._tables.execute(
            "SELECT place, line FROM answer ORDER BY place"
        ).fetchall():
            yield place, cdxj.parse(line).url.removeprefix(DOCUMENT_PREFIX)

    def answers(self) -> int:
        """The number of responses in the file."""
        (number,) = self._tables.execute("SELECT count(*) FROM answer").fetchone()
        return int(number)

    def index_lines(self) -> Iterator[str]:
        """The index lines of the file, sorted."""
        for (line,) in self._tables.execute(
            "SELECT line FROM answer WHERE is_indexed ORDER BY line"
        ):
            yield line

    def close(self) -> None:
        self._tables.close()
