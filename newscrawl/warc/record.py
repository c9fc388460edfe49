"""One record of a WARC or ARC file: its header, its block and its place in the file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.errors import TooLarge
from newscrawl.text.blocks import peek
from newscrawl.warc import arc
from newscrawl.warc.members import open_members
from newscrawl.warc.record_header import RecordHeader
from newscrawl.warc.request_key import MAX_REQUEST_BYTES, request_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.warc.member_reader import MemberReader
    from newscrawl.warc.request_key import RequestKey

#: Blocks up to this size are held in memory; larger ones are read from the file when they are asked for.
MAX_HELD_BLOCK_BYTES = 4 * 1024 * 1024
#: Longest header of a record.
MAX_HEADER_BYTES = 256 * 1024

_VERSION = re.compile(rb"WARC/(\d\.\d+)[ \t]*(\r?\n)")
_FOLDED_LINE = re.compile(r"\r?\n[ \t]+")


@dataclass(frozen=True, slots=True)
class WarcRecord(RecordHeader):
    """A record and its place.

    `length` bytes at `offset` of the file are its gzip member or zstd frame, or the record itself where
    nothing is compressed. Where a gzip member holds several records, the first has the member's offset, any
    other its position in the decompressed file, and `length` is that of the decompressed record.
    `is_member` says that a member holds this record and nothing else. `size` is the length of the block.
    """

    path: Path
    offset: int
    length: int
    is_member: bool
    size: int
    held: bytes | None

    @property
    def block(self) -> bytes:
        """The whole block. Raises TooLarge if it is not held in memory; `blocks` reads any."""
        if self.held is None:
            raise TooLarge(MAX_HELD_BLOCK_BYTES)
        return self.held

    def request_key(self) -> RequestKey | None:
        """What tells the request in this record apart from a GET; None for a GET, and for other records."""
        if self.type != "request" or self.begin(4) == b"GET ":
            return None
        return request_key(self.begin(MAX_REQUEST_BYTES))

    def is_metadata_of(self, record: RecordHeader) -> bool:
        """Whether this is a metadata record about the other record."""
        return self.type == "metadata" and record.id in self.all("WARC-Concurrent-To")

    def begin(self, size: int) -> bytes:
        """The first bytes of the block."""
        return peek(self.blocks(), size)[0][:size]

    def message(self) -> Iterator[bytes]:
        """The block as an HTTP message: of a payload without one, behind the head that it would have had."""
        if self.holds_payload:
            yield self.assumed_head()
        yield from self.blocks()

    def blocks(self) -> Iterator[bytes]:
        """The block in pieces, from memory or from the file."""
        if self.held is not None:
            yield self.held
            return
        with open_members(self.path) as members:
            members.seek_record(self.offset)
            read_header(members)
            yield from members.pieces(self.size)


def read_header(members: MemberReader) -> RecordHeader:
    """The header of the record that begins here. Raises DamagedRecord."""
    version = _VERSION.match(members.peek(16))
    if version is None:
        return arc.read_header(members)
    end = b"\r\n\r\n" if version[2] == b"\r\n" else b"\n\n"
    head = members.read_until(end, MAX_HEADER_BYTES)
    if head is None:
        raise members.damaged("the head of the record has no end")
    text = _decode(head[version.end() : -len(end)])
    if "\n " in text or "\n\t" in text:
        text = _FOLDED_LINE.sub(" ", text)
    fields = []
    for line in text.split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            fields.append((name.strip(), value.strip()))
    return RecordHeader(version[1].decode(), head, tuple(fields))


def block_size(members: MemberReader, header: RecordHeader) -> int:
    """The Content-Length of the record. Raises DamagedRecord where it has none."""
    value = header.get("Content-Length")
    if value is None:
        raise members.damaged("no Content-Length")
    if value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    raise members.damaged(f"Content-Length is {value[:40]!r}")


def _decode(head: bytes) -> str:
    """The header as text: in UTF-8 as the standard requires, or in Latin-1 as some tools write it."""
    try:
        return head.decode()
    except UnicodeDecodeError:
        return head.decode("latin-1")
