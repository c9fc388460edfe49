"""The records of an archive file of whatever make: WARC 1.0 and 1.1, ARC, WACZ; gzip or plain.

What cannot be read is named and passed over; every sound record is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.archive.files import warcs_in
from newscrawl.archive.members import open_members
from newscrawl.archive.records import HELD, WarcRecord, block_size, read_head
from newscrawl.errors import DamagedRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from newscrawl.archive.members import Members

    OnDamage = Callable[[DamagedRecord], None]


#: A single record that was asked for is held up to this size.
_HELD_ALONE = 64 * 1024 * 1024


def iter_records(path: Path, *, on_damage: OnDamage) -> Iterator[WarcRecord]:
    """Every sound record of the file in its order; `on_damage` is told of all that is not one.

    `path` is a WARC, an ARC, a WACZ, or a WARC in a WACZ (`site.wacz/archive/data.warc.gz`).
    """
    if path.suffix == ".wacz" and path.is_file():
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
            yield from _records(members, on_damage)
    except DamagedRecord as damage:
        on_damage(damage)


def read_record(path: Path, offset: int, length: int | None = None) -> WarcRecord:
    """The record at `offset`; `length`, where it is known, spares reading behind it.

    Raises CaptureNotFound where no record begins, DamagedRecord where it is not sound.
    """
    with open_members(path) as members:
        if length is not None:
            members.expect(length)
        members.go_to(offset)
        return read_next(members, hold=_HELD_ALONE)


def read_next(members: Members, *, hold: int = HELD) -> WarcRecord:
    """The record that begins here; the window moves to the next one.

    A block of more than `hold` bytes is not held.
    """
    members.mark()
    first = members.begins
    start = members.position
    version, head, fields = read_head(members)
    size = block_size(members, fields)
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
    place = members.place
    return WarcRecord(members.path, place, length, is_member, version, head, fields, size, held)


def _records(members: Members, on_damage: OnDamage) -> Iterator[WarcRecord]:
    if members.empty:
        on_damage(members.damaged("the file is empty"))
    inside = False
    while inside or members.begin():
        position = members.position
        try:
            record = read_next(members)
            inside = not members.ended()
        except DamagedRecord as damage:
            inside = members.recover(position)
            on_damage(damage)
        else:
            yield record
