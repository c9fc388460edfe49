"""Find the capture to which a revisit refers, and so the bytes for which it stands."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.errors import CaptureNotFound, DamagedRecord, NotHttp
from newscrawl.warc import cdxj, http
from newscrawl.warc.digests import digest_matches
from newscrawl.warc.reader import read_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newscrawl.archive.cdxj_file import IndexReader
    from newscrawl.items import Capture
    from newscrawl.warc.captured_response import CapturedResponse
    from newscrawl.warc.record import WarcRecord

    #: Gives the records to which a revisit may refer, the likeliest first.
    Lookup = Callable[[WarcRecord], Iterator[WarcRecord]]

#: A chain of revisits that refer to revisits is followed this far.
_MAX_REVISIT_DEPTH = 4


def resolve(record: WarcRecord, lookup: Lookup) -> WarcRecord | None:
    """The record with the body: for a revisit the capture to which it refers, else the record itself.

    None if `lookup` finds no capture, or none whose payload has the digest that the revisit states.
    """
    return _resolve(record, lookup, _MAX_REVISIT_DEPTH)


def _resolve(record: WarcRecord, lookup: Lookup, depth: int) -> WarcRecord | None:
    if not record.is_revisit:
        return record
    if not depth:
        return None
    for candidate in lookup(record):
        found = _resolve(candidate, lookup, depth - 1)
        if found is not None and _has_payload_of(record, found):
            return found
    return None


def _has_payload_of(revisit: WarcRecord, original: WarcRecord) -> bool:
    stated = revisit.get("WARC-Payload-Digest")
    if stated is None or (revisit.get("WARC-Profile") or "").endswith("server-not-modified"):
        return True
    if stated == original.get("WARC-Payload-Digest"):
        return True
    try:
        head, blocks = http.read_message(original.message())
        if digest_matches(stated, http.payload(head, blocks)) is not False:
            return True
        # Some tools take the digest of the body with its chunks.
        return digest_matches(stated, http.read_message(original.message())[1]) is True
    except NotHttp:
        return False


def in_cdxj(index: IndexReader, file_of: Callable[[str], Path | None]) -> Lookup:
    """Looks for originals in an index; `file_of` gives the path of a file name, or None."""

    def lookup(revisit: WarcRecord) -> Iterator[WarcRecord]:
        uri = revisit.get("WARC-Refers-To-Target-URI") or revisit.uri or ""
        date = cdxj.timestamp(revisit.get("WARC-Refers-To-Date") or "")
        refers_to = revisit.get("WARC-Refers-To")
        entries = [e for e in index.lookup(uri) if not e.is_revisit]
        for entry in sorted(entries, key=lambda e: e.timestamp != date):
            if (path := file_of(entry.filename)) is None:
                continue
            try:
                record = read_record(path, entry.offset, entry.length)
            except (CaptureNotFound, DamagedRecord):
                continue  # another capture may have the same bytes; `verify` names the damage
            if refers_to in (None, record.id):
                yield record

    return lookup


class OriginalIndex:
    """The responses that have been read, for the revisits that refer to them. Call it as a `Lookup`.

    They are in a temporary file, so that memory does not grow with their number.
    """

    def __init__(self) -> None:
        self._table = sqlite3.connect("", isolation_level=None)
        self._table.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE answer (id, uri, date, stated, digest, path, place);"
            "CREATE INDEX by_id ON answer (id);"
            "CREATE INDEX by_uri ON answer (uri, date);"
            "CREATE INDEX by_stated ON answer (stated);"
            "CREATE INDEX by_digest ON answer (digest);"
            "BEGIN"
        )

    def add(self, answer: CapturedResponse) -> None:
        record = answer.record
        stated = record.get("WARC-Payload-Digest")
        self.note(record.path, answer.capture, id=record.id, uri=answer.uri, stated=stated)

    def note(self, path: Path, capture: Capture, *, id: str, uri: str, stated: str | None) -> None:  # noqa: A002
        """As `add`. `stated` is the WARC-Payload-Digest of the record."""
        digest, date = capture.payload_digest, capture.captured_at
        self._table.execute(
            "INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?, ?)",
            (id, uri, date, stated, digest, str(path), capture.offset),
        )

    def __call__(self, revisit: WarcRecord) -> Iterator[WarcRecord]:
        uri = revisit.get("WARC-Refers-To-Target-URI") or revisit.uri
        date = revisit.get("WARC-Refers-To-Date")
        stated = revisit.get("WARC-Payload-Digest")
        asked = (
            ("id = ?", (revisit.get("WARC-Refers-To"),)),
            ("uri = ? AND date = ?", (uri, date)),
            ("stated = ?", (stated,)),
            ("digest = ?", (stated,)),
            ("uri = ? AND date < ? ORDER BY date DESC", (uri, revisit.date)),
        )
        for condition, values in asked:
            for path, place in self._table.execute(
                f"SELECT path, place FROM answer WHERE {condition} LIMIT 2",  # noqa: S608 - constants
                values,
            ).fetchall():
                yield read_record(Path(path), place)

    def close(self) -> None:
        self._table.close()
