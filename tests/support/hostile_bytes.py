"""What must hold of any bytes whatever that are read as an archive file or as an HTTP message."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from newscrawl.errors import CaptureNotFound, DamagedRecord, NotHttp, TooLarge
from newscrawl.warc import http
from newscrawl.warc.cdxj import index_line_of
from newscrawl.warc.reader import iter_records, read_record
from newscrawl.warc.validity import valid_response_in
from newscrawl.wire.recorded import as_sent

if TYPE_CHECKING:
    from pathlib import Path

_LIMIT, _RATIO = 1 << 20, 100
_PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_RECORD = (
    b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
    b"WARC-Date: 2026-03-05T14:22:33Z\r\nWARC-Target-URI: http://paper.example/\r\n"
    b"Content-Type: application/http;msgtype=response\r\nContent-Length: %d\r\n\r\n%b\r\n\r\n"
)

MESSAGES = (
    _PAGE + b"Content-Length: 5\r\n\r\n<p>ab",
    _PAGE + b"Transfer-Encoding: chunked\r\n\r\n3;e=1\r\nabc\r\n2\r\nde\r\n0\r\nT: x\r\n\r\n",
    _PAGE + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"<p>page", mtime=0),
    b"HTTP/1.1 103 Early\r\nLink: <x>\r\n\r\n" + _PAGE + b"X: a\r\n\tfolded\r\n\r\nbody",
    b"HTTP/2 301\nlocation: /x\n\n",
)
RECORDS = tuple(_RECORD % (len(message), message) for message in MESSAGES)
ARC = (
    b"filedesc://a 0.0.0.0 20260305142233 text/plain 2\n1\n\n"
    b"http://paper.example/ 192.0.2.7 20260305142233 text/html %d\n%b\n"
) % (len(MESSAGES[0]), MESSAGES[0])


def stored(data: bytes) -> bytes:
    """The bytes as a file: as they are, or, as the first one says, compressed whole or record by record."""
    how, rest = data[:1], data[1:]
    if how == b"g":
        return gzip.compress(rest, mtime=0)
    if how == b"m":
        first, *others = rest.split(b"WARC/")
        return b"".join(
            gzip.compress(each, mtime=0) for each in (first, *(b"WARC/" + o for o in others))
        )
    return rest


def read_file(path: Path) -> None:
    """Every record that is given can be read again from its place; nothing but damage is complained of."""
    damages: list[DamagedRecord] = []
    size = path.stat().st_size
    for record in iter_records(path, on_damage=damages.append):
        assert sum(map(len, record.blocks())) == record.size
        if record.version != "ARC" and (record.is_member or not _is_gzip(path)):
            assert 0 <= record.offset < size
            again = read_record(path, record.offset, record.length)
            assert (again.head, again.size) == (record.head, record.size)
        answer = valid_response_in(record, damages.append)
        if answer is not None:
            index_line_of(answer)
            read_message(b"".join(record.blocks()))
    assert all(isinstance(damage, DamagedRecord) for damage in damages)
    assert size or damages


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return b"\x1f\x8b" in file.read(1 << 16)


def read_message(data: bytes) -> None:
    """A message is read within its bounds, or refused as one of three things."""
    try:
        _, body = http.body_of(data, limit=_LIMIT, ratio=_RATIO)
        assert len(body) <= _LIMIT
        again = as_sent(data)
        assert http.body_of(again, limit=_LIMIT, ratio=_RATIO)[1] == body
    except (NotHttp, TooLarge, CaptureNotFound):
        return
