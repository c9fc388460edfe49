"""A reader of WARC files that forgives nothing, written apart from the package's own.

One gzip member a record, every mandatory field, every digest, every reference.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_REPEATABLE = {"warc-concurrent-to", "warc-protocol"}
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_ID = re.compile(r"<urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}>")
_HTTP = "application/http;msgtype="


@dataclass(frozen=True)
class Record:
    offset: int
    length: int
    fields: list[tuple[str, str]]
    block: bytes

    def get(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[str]:
        return [value for have, value in self.fields if have.lower() == name.lower()]

    @property
    def type(self) -> str:
        return self.get("WARC-Type") or ""

    @property
    def id(self) -> str:
        return self.get("WARC-Record-ID") or ""

    @property
    def url(self) -> str:
        return self.get("WARC-Target-URI") or ""


def read_warc(path: Path) -> list[Record]:
    """All records; raises ValueError at the first byte that should not be there."""
    data = path.read_bytes()
    records, at = [], 0
    while at < len(data):
        unfold = zlib.decompressobj(31)
        whole = unfold.decompress(data[at:])
        if not unfold.eof:
            raise ValueError(f"{path.name}@{at}: torn member")
        length = len(data) - at - len(unfold.unused_data)
        records.append(_record(whole, at, length))
        at += length
    return records


def _record(whole: bytes, offset: int, length: int) -> Record:
    head, end, rest = whole.partition(b"\r\n\r\n")
    version, *lines = head.decode("utf-8").split("\r\n")
    fields = [tuple(line.split(": ", 1)) for line in lines]
    size = int(dict(fields)["Content-Length"])
    if version != "WARC/1.1" or not end or rest[size:] != b"\r\n\r\n" or len(rest) != size + 4:
        raise ValueError(f"byte {offset}: not one record: {version!r} {rest[size:][:20]!r}")
    return Record(offset, length, fields, rest[:size])


def faults(path: Path) -> list[str]:
    """Everything that is wrong with one finished WARC."""
    records = read_warc(path)
    found: list[str] = []
    ids = {record.id: record for record in records}
    if len(ids) != len(records):
        found.append("a record id is used twice")
    info = records[0]
    if info.type != "warcinfo" or info.get("WARC-Filename") != path.name:
        found.append("does not begin with the warcinfo record of this file")
    for record in records:
        causes = [*_field_faults(record, info), *_block_faults(record), *_references(record, ids)]
        found += [f"@{record.offset} {record.type} {record.url}: {cause}" for cause in causes]
    return found


def _field_faults(record: Record, info: Record) -> list[str]:
    causes = []
    names = [name.lower() for name, _ in record.fields]
    causes += [f"{n} twice" for n in set(names) - _REPEATABLE if names.count(n) > 1]
    if not _DATE.fullmatch(record.get("WARC-Date") or ""):
        causes.append(f"WARC-Date {record.get('WARC-Date')}")
    if not _ID.fullmatch(record.id):
        causes.append(f"WARC-Record-ID {record.id}")
    if record is not info and record.get("WARC-Warcinfo-ID") != info.id:
        causes.append("WARC-Warcinfo-ID is of another file")
    if re.search(r"[\s<>]", record.url) or "@" in record.url.split("/")[2:3]:
        causes.append("WARC-Target-URI")
    if record.type in ("request", "response", "revisit"):
        expected = _HTTP + ("request" if record.type == "request" else "response")
        if record.get("Content-Type") != expected or not record.url:
            causes.append("Content-Type or WARC-Target-URI")
    if record.type == "revisit" and not record.get("WARC-Refers-To-Date"):
        causes.append("a revisit of nothing")
    return causes


def _block_faults(record: Record) -> list[str]:
    causes = []
    if record.get("WARC-Block-Digest") != _sha256(record.block):
        causes.append("WARC-Block-Digest")
    head, body = split_head(record.block) if record.type != "metadata" else (b"", b"")
    chunked = re.search(rb"(?im)^transfer-encoding:[ \t]*chunked", head) is not None
    stated = record.get("WARC-Payload-Digest")
    if record.type == "response" and not chunked and stated != _sha256(body):
        causes.append("WARC-Payload-Digest")
    if record.type == "response" and chunked and stated:
        causes.append("WARC-Payload-Digest on a chunked answer, where tools differ about it")
    if record.type == "response" and not re.match(rb"HTTP/1\.[01] \d{3}(?!\d)", record.block):
        causes.append(f"no status line: {record.block[:40]!r}")
    if record.type == "revisit" and body:
        causes.append("a revisit with a body")
    return causes


def _references(record: Record, ids: dict[str, Record]) -> list[str]:
    causes = []
    for other_id in record.all("WARC-Concurrent-To"):
        other = ids.get(other_id)
        if other is None:
            causes.append(f"WARC-Concurrent-To {other_id} is not here")
        elif record.type not in ("metadata", "resource") and record.id not in other.all(
            "WARC-Concurrent-To"
        ):
            causes.append("WARC-Concurrent-To in one direction only")
    if record.type in ("response", "revisit") and not record.all("WARC-Concurrent-To"):
        causes.append("an answer without its request")
    return causes


def split_head(block: bytes) -> tuple[bytes, bytes]:
    """The head of an HTTP message, with its empty line, and what follows."""
    end = re.search(rb"\n\r?\n", block)
    return (block[: end.end()], block[end.end() :]) if end else (block, b"")


def _sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()
