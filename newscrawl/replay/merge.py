"""Merges the outputs of all shards, in the order of the captures and not of the files.

Only positions are noted, and on the disk, so that memory does not grow with what was read.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from newscrawl.archive.revisits import OriginalIndex
from newscrawl.archive.tombstones import Tombstones
from newscrawl.causes import REDIRECTS
from newscrawl.edits.look import NOT_MODIFIED, absence_of, look_at
from newscrawl.errors import DamagedRecord, Missed
from newscrawl.replay.shard_output import (
    PAGE,
    REVISIT,
    ShardAnswer,
    ShardRequest,
    captured_page,
    read_answer,
    read_output,
)
from newscrawl.urls import key
from newscrawl.warc import cdxj
from newscrawl.warc.request_key import RequestKey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from newscrawl.edits.look import Look
    from newscrawl.replay.captured_page import CapturedPage, CapturePlace, Result
    from newscrawl.replay.shard import Shard

#: Outputs that are held open while records are read from all of them.
_MAX_OPEN = 64


class Merge:
    """All outputs. With `keep_answered` the URLs that were answered for good are noted. To be closed.

    Captures that were `removed` make no record.
    """

    def __init__(self, *, keep_answered: bool, removed: Tombstones | None = None) -> None:
        self._keep_answered = keep_answered
        self._removed = removed or Tombstones()
        self._outputs: list[tuple[Path, Shard]] = []
        self._open: OrderedDict[int, BinaryIO] = OrderedDict()
        self.damages: list[DamagedRecord] = []
        #: Captures that were read as pages, and those among them that are HTML.
        self.captures = 0
        self.pages = 0
        self._table = sqlite3.connect("", isolation_level=None)
        self._table.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
            "CREATE TABLE page"
            " (captured_at, warc, offset INTEGER, output INTEGER, position INTEGER, key, digest, id);"
            "CREATE INDEX page_id ON page (id);"
            "CREATE TABLE drawn (id TEXT PRIMARY KEY) WITHOUT ROWID;"
            "CREATE TABLE look"
            " (captured_at, warc, offset INTEGER, output INTEGER, position INTEGER, key, digest, is_revisit);"
            "CREATE TABLE answered (key TEXT PRIMARY KEY) WITHOUT ROWID;"
            "CREATE TABLE asked (id TEXT PRIMARY KEY, method TEXT, query TEXT) WITHOUT ROWID;"
            "BEGIN"
        )

    def add(self, path: Path, shard: Shard) -> None:
        """Note what is in an output."""
        number = len(self._outputs)
        self._outputs.append((path, shard))
        for position, entry in read_output(path, shard):
            if isinstance(entry, DamagedRecord):
                self.damages.append(entry)
            elif isinstance(entry, ShardRequest):
                asked = (entry.record_id, entry.asked.method, entry.asked.query)
                self._table.execute("INSERT OR IGNORE INTO asked VALUES (?, ?, ?)", asked)
            else:
                self._note(entry, number, position)

    def _note(self, answer: ShardAnswer, number: int, position: int) -> None:
        if self._removed.has(answer.page.url, answer.record_id):
            return
        url_key = key(answer.page.url)
        if self._keep_answered and answer.final:
            self._table.execute("INSERT OR IGNORE INTO answered VALUES (?)", (url_key,))
        capture = answer.page.capture
        place = (capture.captured_at, capture.warc, capture.offset)
        # Digests are compared as the records state them; others than ours may state SHA-1.
        row: tuple[object, ...] = (
            *place,
            number,
            position,
            url_key,
            answer.stated or capture.payload_digest,
        )
        if answer.drawn_from is not None:
            self._leave_to_document(answer.drawn_from)
        if answer.kind == PAGE and not self._is_drawn(answer.record_id):
            self.captures += 1
            is_html = not (isinstance(answer.result, Missed) and answer.result.cause == "not-html")
            self.pages += is_html
            row = (*row, answer.record_id)
            self._table.execute("INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        elif answer.kind == REVISIT or _says_something(answer):
            row = (*row, answer.kind == REVISIT)
            self._table.execute("INSERT INTO look VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _leave_to_document(self, response_id: str) -> None:
        """The record of a page is made of the document that a browser made of it, and not of the response."""
        self._table.execute("INSERT OR IGNORE INTO drawn VALUES (?)", (response_id,))
        gone = self._table.execute("DELETE FROM page WHERE id = ?", (response_id,)).rowcount
        self.captures -= gone
        self.pages -= gone

    def _is_drawn(self, response_id: str) -> bool:
        found = self._table.execute("SELECT 1 FROM drawn WHERE id = ?", (response_id,))
        return found.fetchone() is not None

    def results(self) -> Iterator[Result]:
        """Each page with its record or miss, the oldest first."""
        rows = self._table.execute(
            "SELECT output, position FROM page ORDER BY captured_at, warc, offset, output, position"
        )
        for number, position in rows:
            answer = self._answer_at(number, position)
            assert answer.result is not None
            yield captured_page(answer, self._outputs[number][1]), answer.result

    def places(self) -> Iterator[CapturePlace]:
        """Where the captures of the pages lie."""
        yield from self._table.execute("SELECT warc, offset FROM page")

    def days(self) -> list[str]:
        """The days on which pages were captured."""
        rows = self._table.execute("SELECT DISTINCT substr(captured_at, 1, 10) FROM page")
        return [day for (day,) in rows]

    def is_answered(self, url_key: str) -> bool:
        """Whether the URL with this key was answered for good."""
        found = self._table.execute("SELECT 1 FROM answered WHERE key = ?", (url_key,))
        return found.fetchone() is not None

    def revisits(self) -> Iterator[CapturedPage]:
        """The revisits that are read as pages, in the order of the outputs.

        Those of URLs of which no other capture is a page, and those whose payload is another than that of the
        capture before: what was there has come back.
        """
        self._table.execute("CREATE INDEX IF NOT EXISTS page_key ON page (key)")
        rows = self._table.execute(
            "WITH seen AS ("
            " SELECT captured_at, warc, offset, output, position, key, digest, 0 AS is_revisit FROM page"
            " UNION ALL SELECT * FROM look WHERE is_revisit),"
            " compared AS (SELECT *, lag(digest) OVER"
            " (PARTITION BY key ORDER BY captured_at, warc, offset) AS before FROM seen)"
            " SELECT output, position FROM compared WHERE is_revisit"
            " AND (before != digest OR key NOT IN (SELECT key FROM page))"
            " ORDER BY output, position"
        )
        for number, position in rows.fetchall():
            yield captured_page(self._answer_at(number, position), self._outputs[number][1])

    def looks(self) -> Iterator[tuple[CapturedPage, Look]]:
        """The other captures of the pages' URLs that say something of them, the oldest first.

        To be called when all revisits that are pages are added.
        """
        self._table.execute("CREATE INDEX IF NOT EXISTS page_key ON page (key)")
        rows = self._table.execute(
            "SELECT output, position FROM look WHERE key IN (SELECT key FROM page)"
            " AND (warc, offset) NOT IN (SELECT warc, offset FROM page)"
            " ORDER BY captured_at, warc, offset"
        )
        for number, position in rows:
            answer = self._answer_at(number, position)
            page = answer.page
            look = look_at(page.url, page.capture, cause=None, target=answer.target)
            if answer.kind == REVISIT:
                look = replace(look, is_same=True)
            yield captured_page(answer, self._outputs[number][1]), look

    def originals(self) -> OriginalIndex:
        """All answers that revisits may refer to. To be closed."""
        originals = OriginalIndex()
        for answer, shard in self._answers():
            if answer.kind != REVISIT:
                originals.note(
                    shard.warc,
                    answer.page.capture,
                    id=answer.record_id,
                    uri=answer.page.url,
                    stated=answer.stated,
                )
        return originals

    def index_lines(self) -> Iterator[bytes]:
        """The lines of an index of all answers but those to HEAD requests, sorted.

        Files from which an index has chosen are left out: that index has all of their captures.
        """
        with closing(sqlite3.connect("", isolation_level=None)) as table:
            table.executescript(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                "CREATE TABLE line (text BLOB PRIMARY KEY) WITHOUT ROWID; BEGIN"
            )
            asked = {
                record_id: RequestKey(method, query)
                for record_id, method, query in self._table.execute("SELECT * FROM asked")
            }
            for answer, shard in self._answers():
                by = asked.get(answer.record_id)
                if not shard.places and (by is None or not by.is_head):
                    page = answer.page
                    line = cdxj.index_line(
                        page.capture, url=answer.index_url, mime=answer.mime, asked=by
                    )
                    table.execute("INSERT OR IGNORE INTO line VALUES (?)", (line.encode(),))
            for (text,) in table.execute("SELECT text FROM line ORDER BY text"):
                yield text

    def close(self) -> None:
        self._table.close()
        for file in self._open.values():
            file.close()

    def _answers(self) -> Iterator[tuple[ShardAnswer, Shard]]:
        """The answers that were read from files, in the order of the outputs."""
        for path, shard in self._outputs:
            if not shard.pages:
                for _, entry in read_output(path, shard):
                    if isinstance(entry, ShardAnswer):
                        yield entry, shard

    def _answer_at(self, number: int, position: int) -> ShardAnswer:
        path, shard = self._outputs[number]
        file = self._open.pop(number, None) or path.open("rb")
        self._open[number] = file
        if len(self._open) > _MAX_OPEN:
            self._open.popitem(last=False)[1].close()
        return read_answer(file, position, shard)


def _says_something(answer: ShardAnswer) -> bool:
    """Whether an answer that is no page says what became of an article that was there."""
    status = answer.page.capture.status
    if not answer.final:
        return False
    if status in REDIRECTS:
        return answer.target is not None
    return status == NOT_MODIFIED or absence_of(status, None) is not None
