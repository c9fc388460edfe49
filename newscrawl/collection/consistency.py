"""Do the tables say what the records and the captures say?"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select, union_all

from newscrawl.archive.layout import live_writer_ids
from newscrawl.archive.verify import Fault
from newscrawl.collection import record_files
from newscrawl.database import removals
from newscrawl.database.batches import batches
from newscrawl.database.engine import reading
from newscrawl.database.records import Records
from newscrawl.storage.file_names import writer_id_of
from newscrawl.store.tables import articles, captures, warcs
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from newscrawl.archive.layout import Layout
    from newscrawl.archive.verify import RecordCatalog

#: What a record is compared by: its source, and a digest of all else that it states.
Print = tuple[str | None, bytes]

#: Rows that are held while all are gone through.
_TOGETHER = 200


class Agreement:
    """Compares a database with an archive, whose WARCs are given to it one after the other.

    `name` is what the faults call the database; a `shared` one may know of other archives as well.
    What belongs to a crawl that lives, or that died and is not yet recovered, is left alone.
    """

    def __init__(self, engine: Engine, layout: Layout, *, name: str, shared: bool) -> None:
        self._engine, self._layout = reading(engine), layout
        self._name, self._shared, self._stored = name, shared, Records()
        self._removed_keys: frozenset[str] | None = None

    def warc(self, warc: str, known: RecordCatalog) -> Iterator[Fault]:
        """The rows about one WARC, against its answers and the records beside it."""
        if writer_id_of(warc) in set(live_writer_ids(self._layout)):
            return
        with self._engine.connect() as connection:
            yield from self._removed(connection, warc, known)
            yield from self._captures(connection, warc, known)
            yield from self._records(connection, warc)

    def is_pruned(self, records: Path) -> bool:
        """Whether the captures of all records of this file are known to have been pruned."""
        with self._engine.connect() as connection:
            for some in batches(record_files.read(records), _TOGETHER):
                ids = {record["capture"]["record_id"] for record in some}
                query = select(func.count()).where(removals.tombstones.c.record_id.in_(ids))
                if connection.scalar(query) != len(ids):
                    return False
        return True

    def end(self) -> Iterator[Fault]:
        """The rows about files that are not there, and articles without a capture."""
        if self._shared:
            return
        with self._engine.connect() as connection:
            by_warc = select(captures.c.warc, func.count()).group_by(captures.c.warc)
            for warc, number in connection.execute(by_warc.order_by(captures.c.warc)).all():
                if not self._layout.has(warc):
                    yield self._fault(f"{number} captures are in {warc}, which is not there")
            known = union_all(select(captures.c.record_id), select(removals.tombstones.c.record_id))
            query = select(articles.c.url, articles.c.revision)
            for url, revision in _rows(connection, query.where(articles.c.record_id.not_in(known))):
                yield self._fault(f"the record of {url}, revision {revision}, has no capture")

    def _captures(self, connection: Connection, warc: str, known: RecordCatalog) -> Iterator[Fault]:
        of_file = captures.c.warc == warc
        if not known.answers():
            number = connection.scalar(select(func.count()).where(of_file))
            if number:
                yield self._fault(f"{number} captures are in {warc}, which holds no answer")
            return
        query = select(captures.c.offset, captures.c.record_id, captures.c.url).where(of_file)
        for offset, record_id, url in _rows(connection, query.order_by(captures.c.offset)):
            found = known.answer_at(offset)
            if found is None or found.record_id != record_id:
                yield self._fault(f"the capture of {url} is not at byte {offset} of {warc}")

    def _removed(self, connection: Connection, warc: str, known: RecordCatalog) -> Iterator[Fault]:
        """Captures of URLs that were removed: a copy of an older file has come back."""
        if self._removed_keys is None:
            query = select(removals.removed_urls.c.key)
            self._removed_keys = frozenset(connection.scalars(query))
        if not self._removed_keys:
            return
        for place, url in known.answer_urls():
            if key(url) in self._removed_keys:
                cause = f"{url} was removed from this archive, and is captured here"
                yield Fault(f"warc/{warc}", place, cause)

    def _records(self, connection: Connection, warc: str) -> Iterator[Fault]:
        path = self._layout.records_beside(warc)
        file = path.relative_to(self._layout.root).as_posix()
        joined = articles.join(captures, articles.c.record_id == captures.c.record_id)
        if not path.is_file():
            count = select(func.count()).select_from(joined).where(captures.c.warc == warc)
            number = connection.scalar(count)
            if number and self._layout.records.is_dir():  # else that has been said, once
                cause = f"is not there, and {self._name} has {number} records of it"
                yield Fault(file, None, f"{cause}; newscrawl replay --into NEW makes them again")
            return
        columns = (articles.c.record_id, articles.c.number, articles.c.url, articles.c.revision)
        query = select(*columns).select_from(joined).where(captures.c.warc == warc)
        with closing(_Lines()) as lines:
            for place, url in lines.read(path):
                yield Fault(file, place, f"a second record of the same capture of {url}")
            for record_id, number, url, revision in _rows(connection, query):
                if (line := lines.take(record_id)) is None:
                    cause = f"has no line for {url}, revision {revision}, which {self._name} has"
                    yield Fault(file, None, cause)
                elif not _is_same(line[1], self._print_of(connection, number)):
                    yield Fault(file, line[0], f"the record of {url} is another in {self._name}")
            yield from self._unknown(connection, warc, file, lines)

    def _print_of(self, connection: Connection, number: int) -> Print:
        return _print(json.loads(self._stored.read(connection, [number])[number]))

    def _unknown(
        self, connection: Connection, warc: str, file: str, lines: _Lines
    ) -> Iterator[Fault]:
        """The lines that no row accounts for. Where the crawl died just then, it is no damage."""
        settled = connection.scalar(select(warcs.c.name).where(warcs.c.name == warc)) is not None
        for record_id, place in lines.rest():
            query = select(captures.c.record_id).where(captures.c.record_id == record_id)
            is_new = not settled and connection.scalar(query) is None
            cause = f"{self._name} does not have this record"
            more = "; the next crawl takes it in" if is_new else ""
            yield Fault(file, place, cause + more, is_note=is_new)

    def _fault(self, cause: str) -> Fault:
        return Fault(self._name, None, cause)


def _rows(connection: Connection, query: Select[Any]) -> Iterator[Any]:
    with connection.execute(query, execution_options={"yield_per": _TOGETHER}) as rows:
        yield from rows


class _Lines:
    """The records of one file by their captures, in a temporary file: memory does not grow with it."""

    def __init__(self) -> None:
        self._tables = sqlite3.connect("", isolation_level=None)
        self._tables.execute(
            "CREATE TABLE line (id TEXT PRIMARY KEY, place INTEGER, source TEXT, print BLOB)"
            " WITHOUT ROWID"
        )
        self._tables.execute("BEGIN")

    def read(self, path: Path) -> Iterator[tuple[int, str]]:
        """Read the file; yields place and URL of lines whose capture has one already.

        What is no record is passed over: the proof of the file itself names it.
        """
        at = 0
        with path.open("rb") as file:
            for line in file:
                place, at = at, at + len(line)
                try:
                    record = json.loads(line)
                    record_id = str(record["capture"]["record_id"])
                except (ValueError, KeyError, TypeError):
                    continue
                row = (record_id, place, *_print(record))
                if not self._tables.execute(
                    "INSERT OR IGNORE INTO line VALUES (?, ?, ?, ?)", row
                ).rowcount:
                    yield place, str(record.get("url"))

    def take(self, record_id: str) -> tuple[int, Print] | None:
        """Place and print of this capture's record, which is then gone from here."""
        found = self._tables.execute(
            "DELETE FROM line WHERE id = ? RETURNING place, source, print", (record_id,)
        ).fetchone()
        return (found[0], (found[1], found[2])) if found else None

    def rest(self) -> Iterator[tuple[str, int]]:
        """Capture and place of the records that were not taken."""
        yield from self._tables.execute("SELECT id, place FROM line ORDER BY place")

    def close(self) -> None:
        self._tables.close()


def _print(record: Any) -> Print:
    """The source of a record, and a digest of all else that it states."""
    rest = {name: value for name, value in record.items() if name != "source"}
    digest = hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).digest()
    return record.get("source"), digest


def _is_same(one: Print, other: Print) -> bool:
    """Whether two records say the same. Records of older versions have no source."""
    return one[1] == other[1] and (one[0] == other[0] or None in (one[0], other[0]))
