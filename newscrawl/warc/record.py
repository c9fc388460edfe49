"""One record of a WARC or ARC file: its named fields and its block."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.errors import TooLarge
from newscrawl.text.byte_streams import peek
from newscrawl.warc import arc
from newscrawl.warc.member_reader import open_members

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

from newscrawl.warc.member_reader import MemberReader

#: Blocks up to this size are held in memory; larger ones are read from the file when asked for.
MAX_HELD_BLOCK_BYTES = 4 * 1024 * 1024
#: Longest head of a record; more is an attack or no record.
MAX_HEAD_BYTES = 256 * 1024

_VERSION = re.compile(rb"WARC/(\d\.\d+)[ \t]*(\r?\n)")
_FOLD = re.compile(r"\r?\n[ \t]+")

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """A record and where it lies.

    `length` bytes from `offset` of the file are its gzip member, or the record itself where nothing
    is compressed. Where a gzip member holds several records, the first has the member's offset, any
    other its position in the decompressed file, and `length` is that of the decompressed record.
    `is_member` says that a gzip member holds this record and nothing else.

    `head` are the bytes before the block, up to and with the empty line, and `size` counts those of
    the block. ARC records have the headers that a WARC would give them.
    """

    path: Path
    offset: int
    length: int
    is_member: bool
    version: str
    head: bytes
    headers: Fields
    size: int
    held: bytes | None

    def get(self, name: str) -> str | None:
        """The first value of this field."""
        wanted = name.lower()
        for have, value in self.headers:
            if have.lower() == wanted:
                return value
        return None

    def all(self, name: str) -> list[str]:
        wanted = name.lower()
        return [value for have, value in self.headers if have.lower() == wanted]

    @property
    def type(self) -> str:
        return self.get("WARC-Type") or ""

    @property
    def id(self) -> str:
        return self.get("WARC-Record-ID") or ""

    @property
    def uri(self) -> str | None:
        """The target, without the angle brackets that some writers of WARC/1.0 put around it."""
        uri = self.get("WARC-Target-URI")
        return uri[1:-1] if uri and uri.startswith("<") and uri.endswith(">") else uri

    @property
    def date(self) -> str:
        return self.get("WARC-Date") or ""

    @property
    def block(self) -> bytes:
        """The whole block. Raises TooLarge if it is not held; `blocks` reads any."""
        if self.held is None:
            raise TooLarge(MAX_HELD_BLOCK_BYTES)
        return self.held

    def begin(self, size: int) -> bytes:
        """The first bytes of the block."""
        return peek(self.blocks(), size)[0][:size]

    def blocks(self) -> Iterator[bytes]:
        """The block in pieces, from memory or from the file."""
        if self.held is not None:
            yield self.held
            return
        with open_members(self.path) as members:
            members.go_to(self.offset)
            read_head(members)
            yield from members.pieces(self.size)


def read_head(members: MemberReader) -> tuple[str, bytes, Fields]:
    """Version, head and fields of the record that begins here."""
    version = _VERSION.match(members.peek(16))
    if version is None:
        return arc.read_head(members)
    end = b"\r\n\r\n" if version[2] == b"\r\n" else b"\n\n"
    head = members.until(end, MAX_HEAD_BYTES)
    if head is None:
        raise members.damaged("the head of the record has no end")
    text = text_of(head[version.end() : -len(end)])
    if "\n " in text or "\n\t" in text:
        text = _FOLD.sub(" ", text)
    fields = []
    for line in text.split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            fields.append((name.strip(), value.strip()))
    return version[1].decode(), head, tuple(fields)


def text_of(head: bytes) -> str:
    """The head as text: UTF-8 as the standard has it, or latin-1 as some tools have it."""
    try:
        return head.decode()
    except UnicodeDecodeError:
        return head.decode("latin-1")


def block_size(members: MemberReader, fields: Fields) -> int:
    """The Content-Length among a record's fields."""
    for name, value in fields:
        if name.lower() == "content-length":
            if value.isascii() and value.isdigit() and len(value) < 19:
                return int(value)
            raise members.damaged(f"Content-Length is {value[:40]!r}")
    raise members.damaged("no Content-Length")
