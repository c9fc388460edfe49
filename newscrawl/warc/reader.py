"""The records of an archive file of whatever make: WARC 1.0 and 1.1, ARC, WACZ; gzip or plain.

What cannot be read is named and passed over; every sound record is given.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawl.errors import DamagedRecord
from newscrawl.storage.files import is_wacz, warcs_in
from newscrawl.warc.member_reader import open_members
from newscrawl.warc.record import MAX_HELD_BLOCK_BYTES, WarcRecord, block_size, read_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from newscrawl.warc.member_reader import MemberReader

    OnDamage = Callable[[DamagedRecord], None]


#: A single record that was asked for is held up to this size.
_HELD_ALONE = 64 * 1024 * 1024

#: Metadata records behind an answer that are looked at; ours writes two at most.
_METADATA = 4
_IS_METADATA = re.compile(rb"^WARC-Type:[ \t]*metadata[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
#: Stored bytes behind an answer that are read with it, and bytes of a head in which its type stands.
_BEHIND = 2048


def iter_records(
    path: Path, *, on_damage: OnDamage, start: int = 0, end: int | None = None
) -> Iterator[WarcRecord]:
    """Every sound record of the file in its order; `on_damage` is told of all that is not one.

    `path` is a WARC, an ARC, a WACZ, or a WARC in a WACZ (`site.wacz/archive/data.warc.gz`). Of a WARC,
    only what begins at `start`, which is where a record does, or behind, and before `end`. Raises
    CaptureNotFound where no record begins at `start`.
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
                members.go_to(start)
            yield from _records(members, on_damage, inside=bool(start), end=end)
    except DamagedRecord as damage:
        on_damage(damage)


def read_record(path: Path, offset: int, length: int | None = None) -> WarcRecord:
    """The record at `offset`; `length`, where it is known, spares reading behind it.

    Raises CaptureNotFound where no record begins, DamagedRecord where it is not sound.
    """
    with open_members(path, at=offset) as members:
        if length is not None:
            members.expect(length)
        members.go_to(offset)
        return read_next(members, hold=_HELD_ALONE)


def read_with_metadata(
    path: Path, offset: int, length: int
) -> tuple[WarcRecord, tuple[WarcRecord, ...]]:
    """The record at `offset`, as `read_record`, and the metadata records right behind that refer to it."""
    with open_members(path, at=offset) as members:
        members.expect(length + _BEHIND)
        members.go_to(offset)
        record = read_next(members, hold=_HELD_ALONE)
        return record, tuple(_metadata_of(record, members))


def _metadata_of(record: WarcRecord, members: MemberReader) -> Iterator[WarcRecord]:
    for _ in range(_METADATA):
        try:
            if members.ended() and not members.begin():
                return
            # What is none may be large.
            if not _IS_METADATA.search(members.peek(_BEHIND).partition(b"\r\n\r\n")[0] + b"\r\n"):
                return
            found = read_next(members)
        except DamagedRecord:
            return  # the record that was asked for is sound; `verify` names this one
        if not found.is_metadata_of(record):
            return
        yield found


def read_next(members: MemberReader, *, hold: int = MAX_HELD_BLOCK_BYTES) -> WarcRecord:
    """The record that begins here; the window moves to the next one.

    A block of more than `hold` bytes is not held.
    """
    members.mark()
    first = members.begins
    start = members.position
    header = read_header(members)
    size = block_size(members, header)
    members.check(size)
    held = members.take(size) if size <= hold else None
    got = members.skip(size) if held is None else len(held)
    if got < size:
        raise members.damaged(f"the block ends after {got} of {size} bytes")
    line_ends = members.pass_line_ends()
    alone = members.ended()
    if not (line_ends or alone):
        raise members.damaged(f"the block goes on behind its {size} bytes")
    is_member = first and alone and members.compressed
    length = members.end - members.offset if is_member else members.position - start
    return WarcRecord(
        header.version,
        header.head,
        header.fields,
        members.path,
        members.place,
        length,
        is_member,
        size,
        held,
    )


def _records(
    members: MemberReader, on_damage: OnDamage, *, inside: bool, end: int | None
) -> Iterator[WarcRecord]:
    if members.empty:
        on_damage(members.damaged("the file is empty"))
    while inside or members.begin():
        if end is not None and members.reached >= end:
            return
        position = members.position
        try:
            record = read_next(members)
            inside = not members.ended()
        except DamagedRecord as damage:
            inside = members.recover(position)
            on_damage(damage)
        else:
            yield record
