"""What do all units say together, in the order of the captures and not of the files?

Only places are noted, and on a disk, so that memory does not grow with what was read.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from contextlib import closing
from typing import TYPE_CHECKING

from newscrawl.archive.revisits import OriginalIndex
from newscrawl.errors import DamagedRecord
from newscrawl.replay import part
from newscrawl.replay.part import PAGE, REVISIT, Found, captured
from newscrawl.urls import key
from newscrawl.warc import cdxj

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from newscrawl.replay.captured import Captured
    from newscrawl.replay.remade import Result
    from newscrawl.replay.unit import Unit

#: Parts that are held open while records are read from all of them.
_OPEN = 64


class Gathered:
    """All parts. With `keep_answered` it is noted which URLs were answered. To be closed."""

    def __init__(self, *, keep_answered: bool) -> None:
        self._keep_answered = keep_answered
        self._parts: list[tuple[Path, Unit]] = []
        self._open: OrderedDict[int, BinaryIO] = OrderedDict()
        self.damages: list[DamagedRecord] = []
        self.pages = 0
        self._table = sqlite3.connect("", isolation_level=None)
        self._table.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
            "CREATE TABLE page (captured_at, warc, offset INTEGER, part INTEGER, at INTEGER, key);"
            "CREATE TABLE revisit (part INTEGER, at INTEGER, key);"
            "CREATE TABLE answered (key TEXT PRIMARY KEY) WITHOUT ROWID;"
            "CREATE TABLE head (id TEXT PRIMARY KEY) WITHOUT ROWID;"
            "BEGIN"
        )

    def add(self, path: Path, unit: Unit) -> None:
        """Note what a part says."""
        number = len(self._parts)
        self._parts.append((path, unit))
        for at, said in part.read(path, unit):
            if isinstance(said, DamagedRecord):
                self.damages.append(said)
            elif isinstance(said, str):
                self._table.execute("INSERT OR IGNORE INTO head VALUES (?)", (said,))
            else:
                self._note(said, number, at)

    def _note(self, found: Found, number: int, at: int) -> None:
        its_key = key(found.page.url) if found.kind != part.OTHER or self._keep_answered else ""
        if self._keep_answered and found.final:
            self._table.execute("INSERT OR IGNORE INTO answered VALUES (?)", (its_key,))
        if found.kind == PAGE:
            self.pages += 1
            capture = found.page.capture
            row = (capture.captured_at, capture.warc, capture.offset, number, at, its_key)
            self._table.execute("INSERT INTO page VALUES (?, ?, ?, ?, ?, ?)", row)
        elif found.kind == REVISIT:
            self._table.execute("INSERT INTO revisit VALUES (?, ?, ?)", (number, at, its_key))

    def results(self) -> Iterator[Result]:
        """Each page with what it says, the oldest first."""
        rows = self._table.execute(
            "SELECT part, at FROM page ORDER BY captured_at, warc, offset, part, at"
        )
        for number, at in rows:
            found = self._found(number, at)
            assert found.result is not None
            yield captured(found, self._parts[number][1]), found.result

    def days(self) -> list[str]:
        """The days on which pages were captured."""
        rows = self._table.execute("SELECT DISTINCT substr(captured_at, 1, 10) FROM page")
        return [day for (day,) in rows]

    def answered(self, url_key: str) -> bool:
        """Whether the URL with this key was answered for good."""
        found = self._table.execute("SELECT 1 FROM answered WHERE key = ?", (url_key,))
        return found.fetchone() is not None

    def revisits(self) -> Iterator[Captured]:
        """The revisits of URLs of which no other capture is a page, in the order of the parts."""
        self._table.execute("CREATE INDEX IF NOT EXISTS page_key ON page (key)")
        rows = self._table.execute(
            "SELECT part, at FROM revisit WHERE key NOT IN (SELECT key FROM page) ORDER BY part, at"
        )
        for number, at in rows.fetchall():
            yield captured(self._found(number, at), self._parts[number][1])

    def originals(self) -> OriginalIndex:
        """All answers that revisits may refer to. To be closed."""
        originals = OriginalIndex()
        for found, unit in self._answers():
            if found.kind != REVISIT:
                originals.note(
                    unit.warc,
                    found.page.capture,
                    id=found.record_id,
                    uri=found.page.url,
                    stated=found.stated,
                )
        return originals

    def index_lines(self) -> Iterator[bytes]:
        """The lines of an index of all answers but those to HEAD requests, sorted.

        Files from which an index has chosen are left out: it has them all.
        """
        with closing(sqlite3.connect("", isolation_level=None)) as table:
            table.executescript(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                "CREATE TABLE line (text BLOB PRIMARY KEY) WITHOUT ROWID; BEGIN"
            )
            heads = {row[0] for row in self._table.execute("SELECT id FROM head")}
            for found, unit in self._answers():
                if not unit.places and found.record_id not in heads:
                    page = found.page
                    line = cdxj.index_line(page.capture, url=page.url, mime=found.mime)
                    table.execute("INSERT OR IGNORE INTO line VALUES (?)", (line.encode(),))
            for (text,) in table.execute("SELECT text FROM line ORDER BY text"):
                yield text

    def close(self) -> None:
        self._table.close()
        for file in self._open.values():
            file.close()

    def _answers(self) -> Iterator[tuple[Found, Unit]]:
        """The answers that were read from files, in the order of the parts."""
        for path, unit in self._parts:
            if not unit.pages:
                for _, said in part.read(path, unit):
                    if isinstance(said, Found):
                        yield said, unit

    def _found(self, number: int, at: int) -> Found:
        path, unit = self._parts[number]
        file = self._open.pop(number, None) or path.open("rb")
        self._open[number] = file
        if len(self._open) > _OPEN:
            self._open.popitem(last=False)[1].close()
        return part.read_at(file, at, unit)
