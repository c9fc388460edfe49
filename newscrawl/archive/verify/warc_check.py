"""Check one WARC of an archive record by record: framing, fields, digests and references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.archive.verify.catalog import IndexedResponse
from newscrawl.archive.verify.faults import Fault
from newscrawl.archive.verify.header_fields import field_faults
from newscrawl.errors import DamagedRecord, NotHttp
from newscrawl.items import Capture
from newscrawl.text.blocks import peek
from newscrawl.warc import cdxj, http
from newscrawl.warc.digests import DigestVerifier, digest
from newscrawl.warc.members import open_members
from newscrawl.warc.record import block_size, read_header
from newscrawl.warc.record_header import RecordHeader
from newscrawl.warc.request_key import MAX_REQUEST_BYTES, request_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.archive.verify.catalog import RecordCatalog
    from newscrawl.archive.verify.faults import Summary
    from newscrawl.warc.member_reader import MemberReader
    from newscrawl.warc.request_key import RequestKey

_VERSIONS = (b"WARC/1.0\r\n", b"WARC/1.1\r\n")
_RECORD_END = b"\r\n\r\n"
#: Records that stand beside those of an exchange.
_BESIDE = ("metadata", "resource")


def check_warc(path: Path, name: str, known: RecordCatalog, summary: Summary) -> Iterator[Fault]:
    """Everything that is wrong with one file, which is called `name` in the faults.

    `known` then has its record ids and its HTTP responses, for the checks across files.
    """
    check = _FileCheck(path.name, name, known)
    known.begin_file()
    try:
        with open_members(path) as members:
            yield from _faults(members, check, summary)
    except DamagedRecord as damage:  # none of it can be read: a dictionary is damaged, or a WACZ
        yield Fault(name, damage.offset, damage.cause)
    for offset, cause in check.references():
        yield Fault(name, offset, cause)


def _faults(members: MemberReader, check: _FileCheck, summary: Summary) -> Iterator[Fault]:
    if members.is_empty or not members.is_compressed:
        cause = "the file is empty" if members.is_empty else "not a gzip file"
        yield Fault(check.name, 0, cause)
        return
    while members.next_member():
        members.mark_record()
        position = members.position
        causes: list[str] = []
        try:
            record = _read(members, causes)
        except DamagedRecord as damage:
            members.recover(position)
            yield Fault(check.name, damage.offset, damage.cause)
            continue
        if not record.is_alone:
            members.recover(position)
        summary.records += 1
        causes.extend(check.place(record))
        for cause in causes:
            yield Fault(check.name, record.offset, cause)


@dataclass(frozen=True, slots=True)
class _CheckedRecord(RecordHeader):
    """A record whose block has been read, with what the checks across records need."""

    offset: int
    length: int
    is_alone: bool
    http_head: http.Head | None
    payload_digest: str
    asked: RequestKey | None


def _read(members: MemberReader, causes: list[str]) -> _CheckedRecord:
    """Read the record that begins here; add what is wrong with it to `causes`. Raises DamagedRecord."""
    if members.peek(10) not in _VERSIONS:
        raise members.damaged("no WARC/1.0 or WARC/1.1 record begins here")
    header = read_header(members)
    causes.extend(field_faults(header))
    if not _is_utf8(header.head):
        causes.append("the head is not UTF-8")
    size = block_size(members, header)
    start = members.position
    block = _Block(header)
    block.read(members.pieces(size), causes)
    if members.position - start < size:
        raise members.damaged(f"the block ends after {members.position - start} of {size} bytes")
    if members.read(len(_RECORD_END)) != _RECORD_END:
        causes.append("no CRLFCRLF behind the block")
    is_alone = members.at_end()
    if not is_alone:
        causes.append("the gzip member goes on behind its record")
    return _CheckedRecord(
        header.version,
        header.head,
        header.fields,
        members.offset,
        members.end - members.offset,
        is_alone,
        block.http_head,
        block.payload_digest,
        block.asked,
    )


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError:
        return False
    return True


class _Block:
    """The block of a record, read once for all that the checks need of it."""

    def __init__(self, header: RecordHeader) -> None:
        self._header = header
        self.http_head: http.Head | None = None
        self.payload_digest = ""
        #: Of a request that is no GET.
        self.asked: RequestKey | None = None

    def read(self, blocks: Iterator[bytes], causes: list[str]) -> None:
        """Read the block to its end; add what is wrong with it to `causes`."""
        header = self._header
        verifier = DigestVerifier(header.get("WARC-Block-Digest") or "")
        passing = verifier.verifying(blocks)
        is_http = (header.get("Content-Type") or "").startswith("application/http")
        if header.is_capture and is_http:
            self._read_response(passing, causes)
        elif header.type == "request":
            first, passing = peek(passing, 4)
            if not first.startswith(b"GET "):
                first, passing = peek(passing, MAX_REQUEST_BYTES)
                self.asked = request_key(first)
        elif header.holds_payload:
            self.http_head = http.read_head(header.assumed_head())
            self.payload_digest = digest(passing)
        for _ in passing:
            pass
        if verifier.matches is False:
            causes.append("the block does not have its WARC-Block-Digest")

    def _read_response(self, passing: Iterator[bytes], causes: list[str]) -> None:
        stated = self._header.get("WARC-Payload-Digest")
        try:
            self.http_head, body = http.read_message(passing)
        except NotHttp as error:
            causes.append(str(error))
            return
        payload = http.payload(self.http_head, body)
        if stated is None or stated.startswith("sha256:"):  # ours: it need not be taken twice
            self.payload_digest = digest(payload)
            is_sound = stated in (None, self.payload_digest)
        else:
            verifier = DigestVerifier(stated)
            self.payload_digest = digest(verifier.verifying(payload))
            is_sound = verifier.matches is not False
        if self._header.is_revisit:
            self.payload_digest = stated or self.payload_digest
        elif not is_sound:
            causes.append("the payload does not have its WARC-Payload-Digest")


class _FileCheck:
    """Checks of a record against the other records of its file."""

    def __init__(self, warc: str, name: str, known: RecordCatalog) -> None:
        self._warc, self.name, self._known = warc, name, known
        self._info: str | None = None
        self._asked: dict[str, RequestKey] = {}
        #: References whose counterpart has not come yet: from and to, offset and type of the first.
        self._open: dict[tuple[str, str], tuple[int, str]] = {}

    def place(self, record: _CheckedRecord) -> Iterator[str]:
        """Add a record; yields what is wrong with its place in the file."""
        kind, record_id = record.type, record.id
        other = self._known.add_id(record_id, self.name, record.offset)
        # A warcinfo record is copied along with any records that refer to it.
        if other is not None and kind != "warcinfo":
            yield f"its record id stands at byte {other[1]} of {other[0]} already"
        if kind == "warcinfo":
            # Those behind the first are of the files that this one was made of.
            is_first, self._info = self._info is None, record_id
            if (stated := record.get("WARC-Filename")) != self._warc and is_first:
                yield f"WARC-Filename is {stated!r}"
        elif record.offset == 0:
            yield "the first record is not a warcinfo"
        if record.get("WARC-Warcinfo-ID") not in (None, self._info):
            yield "WARC-Warcinfo-ID is not that of this file's warcinfo"
        self._refer(record, kind, record_id)
        if record.http_head is not None:
            self._known.add(self._found(record, record.http_head))

    def _refer(self, record: _CheckedRecord, kind: str, record_id: str) -> None:
        for other in record.all("WARC-Concurrent-To"):
            if record.asked is not None:
                self._asked[other] = record.asked
            if kind in _BESIDE and self._known.has_id(other, self.name):
                continue  # nothing refers back to them
            if self._open.pop((other, record_id), None) is None:
                self._open[record_id, other] = record.offset, kind

    def _found(self, record: _CheckedRecord, head: http.Head) -> IndexedResponse:
        capture = Capture(
            warc=self._warc,
            offset=record.offset,
            length=record.length,
            record_id=record.id.strip("<>"),
            payload_digest=record.payload_digest,
            captured_at=record.date,
            status=head.status or 0,
        )
        mime = cdxj.mime_of(head, is_revisit=record.is_revisit)
        line = cdxj.index_line(capture, url=(record.uri or "").strip("<>"), mime=mime)
        return IndexedResponse(
            capture.offset, record.type, capture.record_id, capture.captured_at, line
        )

    def references(self) -> Iterator[tuple[int, str]]:
        """References to records that are not there, or from a response to a request but not back."""
        for answer, asked in self._asked.items():
            self._known.was_asked_by(answer.strip("<>"), asked)
        for (_, other), (offset, kind) in self._open.items():
            if not self._known.has_id(other, self.name):
                yield offset, f"WARC-Concurrent-To {other} is not in this file"
            elif kind in ("request", "response", "revisit"):
                yield offset, f"WARC-Concurrent-To {other}, which does not refer back"
