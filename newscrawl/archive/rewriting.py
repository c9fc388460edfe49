"""Write a new WARC out of members of others: byte for byte, without those that are taken out.

The new file begins with a warcinfo record of its own and the tombstones; behind them come the records of each
old file, its warcinfo record first, so that the references of a record lead to what they led to before.
"""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newscrawl.archive.tombstones import head_records
from newscrawl.errors import ArchiveError, DamagedRecord
from newscrawl.storage.durable import storage_errors, sync
from newscrawl.storage.file_names import WARC_SUFFIX
from newscrawl.storage.files import open_stored
from newscrawl.warc.arc import VERSION as ARC
from newscrawl.warc.cdxj import index_lines_of
from newscrawl.warc.compression import gzip_compressor
from newscrawl.warc.reader import iter_records
from newscrawl.warc.warc_fields import warcinfo_record

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path
    from typing import BinaryIO

    from newscrawl.archive.tombstones import Tombstone
    from newscrawl.storage.files import StoredFile
    from newscrawl.warc.record import WarcRecord
    from newscrawl.warc.warc_fields import UnwrittenRecord

_COPY_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """What is taken over of one WARC: its records but those with these ids; some in another form.

    `replaced` gives by record id what is written in a record's place. A part that `is_whole` may not be
    damaged.
    """

    path: Path
    left_out: frozenset[str] = frozenset()
    is_whole: bool = False
    replaced: Mapping[str, Sequence[UnwrittenRecord]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A new file: its index lines, and offset and length of its captures by the ids of their records."""

    path: Path
    places: dict[str, tuple[int, int]]
    index_lines: list[str]


@dataclass(frozen=True, slots=True)
class Heading:
    """What a new file says of itself, and the tombstones that are added to it."""

    date: datetime
    new_id: Callable[[], str]
    info: Sequence[tuple[str, str]]
    tombstones: Sequence[Tombstone] = ()


def write_warc(target: Path, parts: Sequence[Part], heading: Heading) -> Rewritten:
    """Write the new WARC and read it back. It is on the disk when this returns.

    Damaged bytes between sound records are not taken over. Raises ArchiveError where what was read back is
    not what was written, or for an ARC file, which has no place for tombstones; DamagedRecord for damage in a
    part that is to be whole; StorageError.
    """
    info_id = heading.new_id()
    copied: list[str] = []
    with storage_errors(target), target.open("wb") as out:
        info = warcinfo_record(target.name, info_id=info_id, date=heading.date, info=heading.info)
        _write(info, out)
        for tombstone in heading.tombstones:
            record_id = heading.new_id()
            _write(tombstone.record(record_id=record_id, info_id=info_id, date=heading.date), out)
        heads = [_head(part.path) for part in parts]
        for part, (tombs, _) in zip(parts, heads, strict=True):
            copied += _copy(part.path, tombs, out)
        for part, (tombs, _) in zip(parts, heads, strict=True):
            apart = {record.offset for record in tombs}
            copied += _copy(part.path, _kept(part, apart), out, part.replaced)
    sync(target)
    return _read_back(target, ["", *("" for _ in heading.tombstones), *copied])


def copy_warc(path: Path, target: Path) -> Rewritten:
    """Copy a WARC as it is, damage included, and read it back. Raises ArchiveError, StorageError."""
    state = hashlib.sha256()
    with storage_errors(target), target.open("wb") as out, open_stored(path) as stored:
        while data := stored.read(_COPY_BYTES):
            state.update(data)
            out.write(data)
    sync(target)
    with target.open("rb") as file:
        if hashlib.file_digest(file, "sha256").digest() != state.digest():
            raise ArchiveError(f"{target}: what was read back is not what was written")
    places: dict[str, tuple[int, int]] = {}

    def noted() -> Iterator[WarcRecord]:
        for record in iter_records(target, on_damage=_pass_over):
            if record.is_pointed_at:
                places[record.id.strip("<>")] = record.offset, record.length
            yield record

    return Rewritten(target, places, index_lines_of(target, noted()))


def _head(path: Path) -> tuple[list[WarcRecord], list[WarcRecord]]:
    """The tombstones at the beginning of a file with the warcinfo records before them, and all others."""
    found = list(head_records(path))
    last = max((n for n, (_, tombstone) in enumerate(found) if tombstone), default=-1)
    return [record for record, _ in found[: last + 1]], [record for record, _ in found[last + 1 :]]


def _kept(part: Part, apart: set[int]) -> Iterator[WarcRecord]:
    for record in iter_records(part.path, on_damage=_raise if part.is_whole else _pass_over):
        if record.version == ARC:
            raise ArchiveError(f"{part.path}: an ARC file cannot be rewritten: make a WARC of it")
        if record.offset not in apart and record.id not in part.left_out:
            yield record


def _pass_over(_: DamagedRecord) -> None:
    """What cannot be read cannot be kept; `verify` has named it."""


def _copy(
    path: Path,
    records: Iterable[WarcRecord],
    out: BinaryIO,
    replaced: Mapping[str, Sequence[UnwrittenRecord]] | None = None,
) -> list[str]:
    """Write these records of a file; return the SHA-256 of each member that was copied as it is, or ""."""
    digests = []
    is_gzip = path.name.endswith((WARC_SUFFIX, ".warc.gz.open"))
    with open_stored(path) as stored:
        for record in records:
            if replaced and (others := replaced.get(record.id)):
                for other in others:
                    _write(other, out)
                    digests.append("")
            elif record.is_member and is_gzip:
                digests.append(_copy_member(stored, record, out))
            else:
                _compress(record, out)
                digests.append("")
    return digests


def _copy_member(stored: StoredFile, record: WarcRecord, out: BinaryIO) -> str:
    state, left = hashlib.sha256(), record.length
    stored.seek(record.offset)
    while left and (data := stored.read(min(left, _COPY_BYTES))):
        state.update(data)
        out.write(data)
        left -= len(data)
    return state.hexdigest()


def _compress(record: WarcRecord, out: BinaryIO) -> None:
    compressor = gzip_compressor()
    for data in (record.head, *record.blocks(), b"\r\n\r\n"):
        out.write(compressor.compress(data))
    out.write(compressor.flush())


def _write(record: UnwrittenRecord, out: BinaryIO) -> None:
    compressor = gzip_compressor()
    head = "WARC/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in record.fields)
    out.write(compressor.compress(f"{head}Content-Length: {record.block.length}\r\n\r\n".encode()))
    for piece in record.block.pieces():
        out.write(compressor.compress(piece))
    out.write(compressor.compress(b"\r\n\r\n") + compressor.flush())


def _read_back(path: Path, written: Sequence[str]) -> Rewritten:
    """Compare the file with what was written to it, and note where its captures lie."""
    places: dict[str, tuple[int, int]] = {}

    def noted(stored: StoredFile) -> Generator[WarcRecord, None, None]:
        found = list[str]()
        for record in iter_records(path, on_damage=_raise):
            found.append(_digest(stored, record))
            if record.is_pointed_at:
                places[record.id.strip("<>")] = record.offset, record.length
            yield record
        if len(found) != len(written) or any(
            said not in ("", there) for said, there in zip(written, found, strict=True)
        ):
            raise ArchiveError(f"{path}: what was read back is not what was written")

    with open_stored(path) as stored, closing(noted(stored)) as records:
        lines = index_lines_of(path, records)
    return Rewritten(path, places, lines)


def _digest(stored: StoredFile, record: WarcRecord) -> str:
    state, left = hashlib.sha256(), record.length
    stored.seek(record.offset)
    while left and (data := stored.read(min(left, _COPY_BYTES))):
        state.update(data)
        left -= len(data)
    return state.hexdigest()


def _raise(damage: DamagedRecord) -> None:
    raise damage


def info_of(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Fields of a warcinfo record, those that say something."""
    return [(name, str(value)) for name, value in values.items() if value]
