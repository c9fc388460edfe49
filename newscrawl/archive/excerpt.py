"""Copies chosen exchanges of an archive into a new one, byte for byte, with their records and index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.archive import sorted_file
from newscrawl.printable import json_line
from newscrawl.storage.durable import storage_errors
from newscrawl.storage.file_names import WARC_SUFFIX
from newscrawl.storage.files import open_stored
from newscrawl.warc.cdxj import index_lines_of
from newscrawl.warc.reader import iter_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from newscrawl.archive.layout import Layout
    from newscrawl.errors import DamagedRecord
    from newscrawl.storage.files import StoredFile
    from newscrawl.warc.record import WarcRecord

#: The offset of a response in the copy, by the name of its WARC and its offset there.
Moved = dict[tuple[str, int], int]

_COPY_BYTES = 1024 * 1024


def copy_exchanges(layout: Layout, new: Layout, places: Mapping[str, Iterable[int]]) -> Moved:
    """Copy the exchanges whose responses begin at these offsets, by the names of their WARCs.

    Each WARC keeps its name and its warcinfo. One that is not compressed by the record with gzip is copied
    whole. Returns where the responses lie now. Raises DamagedRecord, CaptureNotFound, StorageError.
    """
    new.create()
    moved: Moved = {}
    for name, offsets in sorted(places.items()):
        source, target = layout.warc(name), new.warcs / name
        wanted = sorted(set(offsets))
        with storage_errors(target), open_stored(source) as stored, target.open("wb") as file:
            by_record = name.endswith(WARC_SUFFIX)
            ranges = _ranges(source, wanted) if by_record else iter([(0, stored.size)])
            for start, end in ranges:
                moved[name, start] = file.tell()
                for block in _blocks(stored, start, end):
                    file.write(block)
        if not by_record:
            moved.update({(name, offset): offset for offset in wanted})
        lines = index_lines_of(target, iter_records(target, on_damage=_raise))
        sorted_file.merge(new.index, [f"{line}\n".encode() for line in sorted(lines)])
    return moved


def write_records(new: Layout, records: Iterable[dict[str, Any]], moved: Moved) -> None:
    """Write the records of exchanges that were copied beside their WARCs.

    Their captures say where the responses lie now. Raises StorageError.
    """
    for record in records:
        capture = record["capture"]
        offset = moved.get((capture["warc"], capture["offset"]))
        if offset is None:
            continue  # it was added after the exchanges had been chosen
        written = {**record, "capture": {**capture, "offset": offset}}
        path = new.records_beside(capture["warc"])
        with storage_errors(path), path.open("a", encoding="utf-8") as file:
            file.write(json_line(written) + "\n")


def _ranges(warc: Path, offsets: list[int]) -> Iterator[tuple[int, int]]:
    """From where to where the warcinfo and the exchanges that begin at these offsets reach."""
    first = next(iter_records(warc, on_damage=_raise))
    if first.type == "warcinfo":
        yield 0, first.length
    drawn_from: set[str] = set()
    for offset in offsets:
        yield offset, _end_of_exchange(warc, offset, drawn_from)
    if drawn_from:
        for response in iter_records(warc, on_damage=_raise):
            if response.id in drawn_from and response.offset not in offsets:
                yield response.offset, _end_of_exchange(warc, response.offset, set())


def _end_of_exchange(warc: Path, offset: int, drawn_from: set[str]) -> int:
    """Where the last of the records ends that belong to the response at this offset and stand behind it.

    If it is a document, the ids of the responses that it was made of are added to `drawn_from`.
    """
    records = iter_records(warc, on_damage=_raise, start=offset)
    response = next(records)
    if response.is_document:
        drawn_from.update(response.all("WARC-Concurrent-To"))
    end = response.offset + response.length
    for record in records:
        if not _belongs(record, response):
            break
        end = record.offset + record.length
    return end


def _belongs(record: WarcRecord, response: WarcRecord) -> bool:
    if response.is_document and record.type == "resource":
        both = (set(each.all("WARC-Concurrent-To")) for each in (record, response))
        return not next(both).isdisjoint(next(both))
    return response.id in record.all("WARC-Concurrent-To") or record.id in response.all(
        "WARC-Concurrent-To"
    )


def _blocks(stored: StoredFile, start: int, end: int) -> Iterator[bytes]:
    stored.seek(start)
    while start < end and (block := stored.read(min(_COPY_BYTES, end - start))):
        start += len(block)
        yield block


def _raise(damage: DamagedRecord) -> None:
    raise damage
