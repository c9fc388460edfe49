"""Archive files read a second time, with warcio, and compared with our reading record by record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawl.archive.verify.faults import Fault
from newscrawl.archive.verify.record_reading import (
    BLANK_LINE,
    CHUNKS,
    CODING_NAME,
    INTERIM,
    SPACES,
    RecordReading,
    read,
)
from newscrawl.archive.verify.warcio_reading import WarcioFailure, WarcioReader
from newscrawl.storage.files import open_stored
from newscrawl.warc import arc
from newscrawl.warc.members import is_compressed
from newscrawl.warc.reader import iter_records
from newscrawl.warc.zstd_members import DICTIONARY_MAGIC, FRAME_MAGIC

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.archive.verify.faults import Summary
    from newscrawl.errors import DamagedRecord
    from newscrawl.storage.files import StoredFile
    from newscrawl.warc.record import WarcRecord

_SEVERAL = "warcio does not read gzip members that hold several records"
_ZSTD = "warcio does not read zstd"

#: The values that a known reason explains.
_EXPLAINS = {
    INTERIM: {"payload_length", "payload"},
    BLANK_LINE: {"payload_length", "payload"},
    CHUNKS: {"payload"},
    CODING_NAME: {"payload"},
    SPACES: {"target"},
}
#: Names of the values in messages.
_NAMES = {
    "type": "WARC-Type",
    "id": "WARC-Record-ID",
    "target": "WARC-Target-URI",
    "stated_block": "WARC-Block-Digest",
    "stated_payload": "WARC-Payload-Digest",
    "block_length": "the length of the block",
    "block": "the SHA-256 of the block",
    "payload_length": "the length of the payload",
    "payload": "the SHA-256 of the payload without chunks",
}


def check_with_warcio(path: Path, name: str, summary: Summary) -> Iterator[Fault]:
    """Where warcio reads this file, called `name`, otherwise than our reader; `summary` grows.

    A difference for a reason that docs/reference/verify.md names is a note, told once a file.
    What our reader cannot read is passed over: the check of the file itself names it.
    """
    with open_stored(path) as file:
        comparison = _Comparison(name, file, summary)
        yield from comparison.run(path)
    yield from comparison.notes()


@dataclass(slots=True)
class _Comparison:
    """Reads both readers' records of one file side by side."""

    name: str
    file: StoredFile
    summary: Summary
    _warcio: WarcioReader | None = None
    _damage: list[DamagedRecord] = field(default_factory=list)
    _reasons: Counter[str] = field(default_factory=Counter)
    _first: dict[str, int] = field(default_factory=dict)

    def run(self, path: Path) -> Iterator[Fault]:
        if (reason := _unreadable(path)) is not None:
            self._note(reason, 0)
            return
        compressed = is_compressed(path)
        self._warcio = WarcioReader(self.file, 0)
        for record in iter_records(path, on_damage=self._damage.append):
            if compressed and not record.is_member:
                self._note(_SEVERAL, record.offset)
                return
            yield from self._record(record)
        if not self._damage and self._warcio is not None:
            yield from self._end(self._warcio)

    def _record(self, record: WarcRecord) -> Iterator[Fault]:
        if self._damage or self._warcio is None:
            # warcio goes on behind no damage: it begins again where our reader found the next record.
            self._damage.clear()
            self._warcio = WarcioReader(self.file, record.offset)
        ours, reasons = read(record)
        try:
            theirs = self._warcio.next()
        except WarcioFailure as failure:
            self._warcio = None
            yield self._fault(record.offset, f"warcio cannot read this record: {failure}")
            return
        if theirs is None or theirs.offset != ours.offset:
            self._warcio = None
            where = "no more records" if theirs is None else f"the next one at byte {theirs.offset}"
            yield self._fault(record.offset, f"warcio does not find this record, and has {where}")
            return
        self.summary.independent += 1
        for cause in self._differences(ours, theirs, reasons, is_arc=record.version == arc.VERSION):
            yield self._fault(record.offset, cause)

    def _differences(
        self, ours: RecordReading, theirs: RecordReading, reasons: frozenset[str], *, is_arc: bool
    ) -> Iterator[str]:
        for value, name in _NAMES.items():
            own, other = getattr(ours, value), getattr(theirs, value)
            if own == other or (is_arc and _is_not_in_arc(value, ours)):
                continue
            if value in ("payload_length", "payload") and None in (own, other):
                continue  # only one of the readers takes the block for HTTP, which is named elsewhere
            known = [reason for reason in reasons if value in _EXPLAINS[reason]]
            if known:
                for reason in known:
                    self._note(reason, ours.offset)
            else:
                yield f"{name} is {own!r}, as warcio reads it {other!r}"

    def _end(self, warcio: WarcioReader) -> Iterator[Fault]:
        try:
            more = warcio.next()
        except WarcioFailure as failure:
            yield self._fault(None, f"warcio fails behind the last record: {failure}")
            return
        if more is not None:
            yield self._fault(more.offset, "warcio finds one more record here")

    def notes(self) -> Iterator[Fault]:
        """The known reasons that were met, each with the number of records."""
        for reason, number in self._reasons.items():
            cause = f"{reason} ({number} records, the first at byte {self._first[reason]})"
            yield Fault(self.name, None, cause, is_note=True)

    def _note(self, reason: str, offset: int) -> None:
        self._first.setdefault(reason, offset)
        self._reasons[reason] += 1

    def _fault(self, offset: int | None, cause: str) -> Fault:
        return Fault(self.name, offset, cause)


def _is_not_in_arc(value: str, ours: RecordReading) -> bool:
    """Whether an ARC does not say this: it has no types, ids and digests, and its header no record."""
    return value in ("type", "id") or ours.type == "warcinfo"


def _unreadable(path: Path) -> str | None:
    """Why warcio reads nothing of the file, for a reason that docs/reference/verify.md names."""
    with open_stored(path) as file:
        return _ZSTD if file.read(4) in (FRAME_MAGIC, DICTIONARY_MAGIC) else None
