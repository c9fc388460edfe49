"""Write exchanges to WARC files: each whole or not at all, with a new file when one is full."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from newscrawl.archive import archive_lock, cdxj_file, frontier_notes
from newscrawl.archive.warc_file import WarcFile
from newscrawl.errors import StorageError
from newscrawl.items import Capture
from newscrawl.storage.durable import storage_error
from newscrawl.storage.file_names import warc_name
from newscrawl.warc import cdxj, record_builder
from newscrawl.warc.digests import digest
from newscrawl.warc.warc_fields import (
    fetch_error_record,
    format_warc_date,
    metadata_record,
    resource_record,
    warcinfo_record,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from newscrawl.archive.layout import Layout
    from newscrawl.archive.warc_file import DuplicateHandle
    from newscrawl.warc.exchange import Exchange, Failure
    from newscrawl.warc.warc_fields import Resource

#: Index lines that are held before they are merged. A full file may have a million of them.
_INDEX_BATCH_SIZE = 10_000


@dataclass(frozen=True, slots=True)
class WriterPolicy:
    """The settings of a writer.

    A file is full at `roll_bytes` or after `roll_seconds`. `level` is that of gzip. With `sync_always` each
    exchange waits for the disk. `redacted` are request headers, in lower case, whose values are not written.
    `info` are further fields of the warcinfo record.
    """

    prefix: str = "news"
    level: int = 6
    roll_bytes: int = 1 << 30
    roll_seconds: float = 24 * 3600.0
    sync_always: bool = False
    redacted: frozenset[str] = frozenset({"authorization", "cookie"})
    info: tuple[tuple[str, str], ...] = ()


class WarcWriter:
    """Writes exchanges to one WARC after another. It is for one thread at a time.

    `more_info` gives fields of the warcinfo record that may be others for the next file.
    `now` and `new_id` give the time in UTC and a new `urn:uuid:`. `writer_id` is a part of the names of this
    writer's files. `find_original` is described at `RecordContext`.
    """

    def __init__(
        self,
        layout: Layout,
        policy: WriterPolicy,
        *,
        writer_id: str,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        find_original: Callable[[str, str | None], record_builder.RefersTo | None],
        more_info: Callable[[], tuple[tuple[str, str], ...]] = tuple,
    ) -> None:
        self._layout, self._policy, self._writer_id = layout, policy, writer_id
        self._now, self._new_id, self._find_original = now, new_id, find_original
        self._more_info = more_info
        self._file: _File | None = None
        self._serial = 0
        #: While it is open, nobody rewrites files of this archive.
        self._lock: int | None = None

    def write(
        self,
        exchanges: Sequence[Exchange],
        failure: Failure | None,
        url: str,
        *,
        fast: bool = False,
    ) -> list[Capture]:
        """Write all transmissions of one request, or none if that fails; then rotate.

        With `fast` this takes less time and more bytes. Returns one capture for each HTTP response, in order.
        Raises StorageError; the file is then as it was.
        """
        captures = self.append(exchanges, failure, url, fast=fast)
        self.rotate()
        return captures

    def append(
        self,
        exchanges: Sequence[Exchange],
        failure: Failure | None,
        url: str,
        *,
        fast: bool = False,
    ) -> list[Capture]:
        """As `write`, to the current file even if that is full."""
        if lost := next((e.failed for e in exchanges if e.failed), None):
            raise storage_error(self._layout.warcs, lost)
        file = self.open()
        mark, lines = file.records.size, len(file.index_lines)
        try:
            captures = [c for e in exchanges if (c := self._exchange(file, e, fast)) is not None]
            if failure is not None:
                # The records of an response say it already.
                told = replace(failure, metadata=()) if captures else failure
                self._failure(file, told, url, exchanges)
            if self._policy.sync_always:
                file.records.sync()
            else:
                file.records.flush()
        except BaseException:
            del file.index_lines[lines:]
            self._rollback(file, mark)
            raise
        return captures

    def write_resources(self, resources: Sequence[Resource], date: datetime) -> list[Capture]:
        """Write resources, each as a record, or none if that fails; then rotate. Raises StorageError."""
        file = self.open()
        mark, lines = file.records.size, len(file.index_lines)
        try:
            captures = [self._resource(file, each, date) for each in resources]
            file.records.flush()
        except BaseException:
            del file.index_lines[lines:]
            self._rollback(file, mark)
            raise
        self.rotate()
        return captures

    def write_notes(self, blocks: Sequence[bytes]) -> None:
        """Write notes of the frontier, or none if that fails; then rotate. Raises StorageError."""
        file = self.open()
        mark, date = file.records.size, self._now()
        try:
            for block in blocks:
                record = frontier_notes.record_of(
                    block, record_id=self._new_id(), info_id=file.context.info_id, date=date
                )
                file.records.append(record.fields, record.block)
            file.records.flush()
        except BaseException:
            self._rollback(file, mark)
            raise
        self.rotate()

    def _resource(self, file: _File, resource: Resource, date: datetime) -> Capture:
        record_id = self._new_id()
        record = resource_record(
            resource, date=date, record_id=record_id, info_id=file.context.info_id
        )
        offset, length = file.records.append(record.fields, record.block)
        if resource.metadata:
            about = metadata_record(
                resource.metadata,
                url=resource.uri,
                date=date,
                response_id=record_id,
                record_id=self._new_id(),
                info_id=file.context.info_id,
            )
            file.records.append(about.fields, about.block)
        capture = Capture(
            warc=file.records.final.name,
            offset=offset,
            length=length,
            record_id=record_id,
            payload_digest=digest([resource.body]),
            captured_at=format_warc_date(date),
            status=200,
        )
        mime = resource.media_type.partition(";")[0]
        file.index_lines.append(cdxj.index_line(capture, url=resource.uri, mime=mime))
        return capture

    @property
    def is_ready(self) -> bool:
        """Whether `append` has a file, and `rotate` nothing to do: then neither waits for the disk."""
        file = self._file
        if file is None or self._policy.sync_always:
            return False
        return len(file.index_lines) < _INDEX_BATCH_SIZE and not self._full(file)

    def rotate(self) -> None:
        """Begin the next file if this one is full. Merge the index lines that are held if they are many."""
        if (file := self._file) is None:
            return
        if self._full(file):
            self._roll()
        elif len(file.index_lines) >= _INDEX_BATCH_SIZE:
            file.records.sync()
            self._merge(file)

    def duplicate_handle(self) -> DuplicateHandle | None:
        """A duplicate of the handle of the current file, for fsync in another thread; None without a file."""
        return self._file.records.duplicate_handle() if self._file is not None else None

    def open(self) -> _File:
        """Open a file if none is open. Its lock tells others that this writer is alive."""
        if self._lock is None:
            self._lock = archive_lock.share(self._layout)
        if self._file is None:
            self._file = self._new_file()
        return self._file

    def sync(self) -> None:
        """Wait until everything written so far is on the disk."""
        if self._file is not None:
            self._file.records.sync()

    def close(self) -> None:
        """Finish the current file and merge its index lines."""
        file, self._file = self._file, None
        try:
            if file is not None:
                self._finish(file)
        finally:
            self._unlock()

    def abandon(self) -> None:
        """Close the current file without finishing it: recovery does that."""
        file, self._file = self._file, None
        if file is not None:
            file.records.abandon()
        self._unlock()

    def _unlock(self) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)

    def _roll(self) -> None:
        # The next file is opened before this one is finished, so that the writer never looks dead.
        full, self._file = self._file, self._new_file()
        if full is not None:
            self._finish(full)

    def _rollback(self, file: _File, mark: int) -> None:
        try:
            file.records.rollback(mark)
        except StorageError:
            # Nothing may be appended to a torn file: recovery cuts it back.
            self.abandon()
            raise

    def _finish(self, file: _File) -> None:
        if file.records.size == file.empty_size:
            file.records.discard()
            return
        # The index first: a file with its final name that is not in the index would stay so.
        try:
            file.records.sync()
            self._merge(file)
        except BaseException:
            file.records.abandon()
            raise
        file.records.finish()

    def _merge(self, file: _File) -> None:
        cdxj_file.merge(self._layout.index, file.index_lines, sync=True)
        file.index_lines.clear()

    def _new_file(self) -> _File:
        now = self._now()
        name = warc_name(
            prefix=self._policy.prefix, now=now, writer_id=self._writer_id, serial=self._serial
        )
        self._serial += 1
        records = WarcFile(self._layout.warcs / name, level=self._policy.level)
        info_id = self._new_id()
        info = (*self._policy.info, *self._more_info())
        record = warcinfo_record(name, info_id=info_id, date=now, info=info)
        try:
            records.append(record.fields, record.block)
            records.flush()
        except BaseException:
            records.discard()
            raise
        context = record_builder.RecordContext(
            info_id, self._new_id, self._find_original, self._policy.redacted
        )
        return _File(records, context, opened_at=now, empty_size=records.size)

    def _full(self, file: _File) -> bool:
        age = (self._now() - file.opened_at).total_seconds()
        return file.records.size >= self._policy.roll_bytes or age >= self._policy.roll_seconds

    def _exchange(self, file: _File, exchange: Exchange, fast: bool) -> Capture | None:
        records_of_exchange, response = record_builder.build_records(exchange, file.context)
        append = file.records.append
        if response is not None and response.head.content_coding:
            # A body that is compressed already gets no smaller at a better level.
            fast = True
        places = [append(record.fields, record.block, fast=fast) for record in records_of_exchange]
        if response is None:
            return None
        (offset, length), *_ = places
        capture = Capture(
            warc=file.records.final.name,
            offset=offset,
            length=length,
            record_id=response.record_id,
            payload_digest=response.payload_digest,
            captured_at=format_warc_date(exchange.started_at),
            status=response.head.status or 0,
        )
        if response.asked is None or not response.asked.is_head:
            mime = cdxj.mime_of(response.head, is_revisit=response.is_revisit)
            line = cdxj.index_line(capture, url=exchange.url, mime=mime, asked=response.asked)
            file.index_lines.append(line)
        return capture

    def _failure(
        self, file: _File, failure: Failure, url: str, exchanges: Sequence[Exchange]
    ) -> None:
        record = fetch_error_record(
            failure,
            url=url,
            date=exchanges[-1].started_at if exchanges else self._now(),
            received=exchanges[-1].received_length if exchanges else 0,
            record_id=self._new_id(),
            info_id=file.context.info_id,
        )
        file.records.append(record.fields, record.block)


@dataclass(slots=True)
class _File:
    records: WarcFile
    context: record_builder.RecordContext
    opened_at: datetime
    empty_size: int
    index_lines: list[str] = field(default_factory=list)
