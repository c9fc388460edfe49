"""Read the records of an archive file of any tool: WARC 1.0 and 1.1, ARC, WACZ; compressed or plain.

Damage is reported, and reading goes on at the next sound record.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from newscrawl.errors import DamagedRecord
from newscrawl.storage.files import is_wacz, warcs_in
from newscrawl.warc.boundaries import RECORD_BEGIN
from newscrawl.warc.members import open_members
from newscrawl.warc.record import MAX_HELD_BLOCK_BYTES, WarcRecord, block_size, read_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from newscrawl.warc.member_reader import MemberReader
    from newscrawl.warc.request_key import RequestKey

    OnDamage = Callable[[DamagedRecord], None]


#: A record that is read alone is held in memory up to this size.
_MAX_SINGLE_BLOCK_BYTES = 64 * 1024 * 1024

#: Metadata records behind a response that are looked at. Our writer writes at most two.
_MAX_METADATA_RECORDS = 4
#: Records from a response to its request, which comes last.
_MAX_EXCHANGE_RECORDS = 16
_IS_METADATA = re.compile(rb"^WARC-Type:[ \t]*metadata[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
#: Stored bytes behind a response that are read with it, and of a header that are searched for its type.
_METADATA_READ_BYTES = 2048


def iter_records(
    path: Path, *, on_damage: OnDamage, start: int = 0, end: int | None = None
) -> Iterator[WarcRecord]:
    """Every sound record of the file in its order; `on_damage` is called with everything else.

    `path` is a WARC, an ARC, a WACZ, or a WARC in a WACZ (`site.wacz/archive/data.warc.gz`). Of a WARC,
    only records that begin at `start` or behind it, and before `end`, are read. `start` is the offset of a
    record. Raises CaptureNotFound where no record begins at `start`.
    """
    if is_wacz(path):
        try:
            inner = warcs_in(path)
        except DamagedRecord as damage:
            on_damage(damage)
            return
        for warc in inner:
            yield from iter_records(warc, on_damage=on_damage)
        return
    try:
        with open_members(path) as members:
            if start:
                members.seek_record(start)
            yield from _records(members, on_damage, inside=bool(start), end=end)
    except DamagedRecord as damage:
        on_damage(damage)


def read_record(path: Path, offset: int, length: int | None = None) -> WarcRecord:
    """The record at `offset`. With a `length` no bytes behind it are read.

    Raises CaptureNotFound where no record begins there, DamagedRecord where it is not sound.
    """
    with open_members(path, at=offset) as members:
        if length is not None:
            members.expect(length)
        members.seek_record(offset)
        return read_next(members, hold=_MAX_SINGLE_BLOCK_BYTES)


def request_key_of(path: Path, answer: WarcRecord) -> RequestKey | None:
    """What tells the request of this response in the file apart from a GET; None for a GET, and where the
    request is not right behind the response."""
    if not (wanted := answer.all("WARC-Concurrent-To")) or not answer.is_capture:
        return None
    behind = iter_records(path, on_damage=lambda _: None, start=answer.offset)
    for record in islice(behind, 1, _MAX_EXCHANGE_RECORDS):
        if record.type == "request" and record.id in wanted:
            return record.request_key()
    return None


def read_with_metadata(
    path: Path, offset: int, length: int
) -> tuple[WarcRecord, tuple[WarcRecord, ...]]:
    """The record at `offset`, as `read_record` gives it, and the metadata records about it right behind."""
    with open_members(path, at=offset) as members:
        members.expect(length + _METADATA_READ_BYTES)
        members.seek_record(offset)
        record = read_next(members, hold=_MAX_SINGLE_BLOCK_BYTES)
        return record, tuple(_metadata_of(record, members))


def _metadata_of(record: WarcRecord, members: MemberReader) -> Iterator[WarcRecord]:
    for _ in range(_MAX_METADATA_RECORDS):
        try:
            if members.at_end() and not members.next_member():
                return
            # What is none may be large.
            if not _IS_METADATA.search(
                members.peek(_METADATA_READ_BYTES).partition(b"\r\n\r\n")[0] + b"\r\n"
            ):
                return
            found = read_next(members)
        except DamagedRecord:
            return  # the record that was asked for is sound; `verify` names this one
        if not found.is_metadata_of(record):
            return
        yield found


def read_next(members: MemberReader, *, hold: int = MAX_HELD_BLOCK_BYTES) -> WarcRecord:
    """Read the record that begins here, to its end. Raises DamagedRecord.

    A block of more than `hold` bytes is not held in memory.
    """
    members.mark_record()
    try:
        return _read_next(members, hold)
    except DamagedRecord as damage:
        raise members.explained(damage) from damage


def _read_next(members: MemberReader, hold: int) -> WarcRecord:
    first = members.at_start
    start = members.position
    header = read_header(members)
    size = block_size(members, header)
    members.check_block(size)
    held = members.read(size) if size <= hold else None
    got = members.skip(size) if held is None else len(held)
    if got < size:
        raise members.damaged(f"the block ends after {got} of {size} bytes")
    line_ends = members.skip_line_ends()
    alone = members.at_end()
    # Some tools leave out the line ends behind a block: then the next record begins at once.
    if not (line_ends or alone or members.peek(len(RECORD_BEGIN)) == RECORD_BEGIN):
        raise members.damaged(f"the block goes on behind its {size} bytes")
    is_member = first and alone and members.is_compressed
    length = members.end - members.offset if is_member else members.position - start
    return WarcRecord(
        header.version,
        header.head,
        header.fields,
        members.path,
        members.record_offset,
        length,
        is_member,
        size,
        held,
    )


def _records(
    members: MemberReader, on_damage: OnDamage, *, inside: bool, end: int | None
) -> Iterator[WarcRecord]:
    if members.is_empty:
        on_damage(members.damaged("the file is empty"))
    while inside or members.next_member():
        if end is not None and members.reached >= end:
            return
        position = members.position
        try:
            record = read_next(members)
            inside = not members.at_end()
        except DamagedRecord as damage:
            inside = members.recover(position)
            on_damage(damage)
        else:
            yield record
