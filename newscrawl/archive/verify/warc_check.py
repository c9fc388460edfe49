"""One WARC of an archive, proved record by record: framing, fields, digests and references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.archive.verify.catalog import IndexedResponse
from newscrawl.archive.verify.faults import Fault
from newscrawl.archive.verify.header_fields import field_faults
from newscrawl.errors import DamagedRecord, NotHttp
from newscrawl.items import Capture
from newscrawl.warc import cdxj, http
from newscrawl.warc.digests import DigestVerifier, digest
from newscrawl.warc.member_reader import open_members
from newscrawl.warc.record import block_size, read_head

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.archive.verify.catalog import RecordCatalog
    from newscrawl.archive.verify.faults import Summary
    from newscrawl.warc.member_reader import MemberReader
    from newscrawl.warc.record import Fields

_VERSIONS = (b"WARC/1.0\r\n", b"WARC/1.1\r\n")
_RECORD_END = b"\r\n\r\n"


def check_warc(path: Path, name: str, known: RecordCatalog, summary: Summary) -> Iterator[Fault]:
    """Everything that is wrong with one file, which is called `name` in the faults.

    `known` then has its record ids and its HTTP answers, for the checks that compare files.
    """
    check = _FileCheck(path.name, name, known)
    known.begin_file()
    with open_members(path) as members:
        if members.empty or not members.compressed:
            yield Fault(name, 0, "the file is empty" if members.empty else "not a gzip file")
            return
        while members.begin():
            members.mark()
            position = members.position
            causes: list[str] = []
            try:
                record = _read(members, causes)
            except DamagedRecord as damage:
                members.recover(position)
                yield Fault(name, damage.offset, damage.cause)
                continue
            if not record.alone:
                members.recover(position)
            summary.records += 1
            causes.extend(check.place(record))
            for cause in causes:
                yield Fault(name, record.offset, cause)
    for offset, cause in check.references():
        yield Fault(name, offset, cause)


@dataclass(frozen=True, slots=True)
class _Record:
    offset: int
    length: int
    fields: Fields
    alone: bool
    head: http.Head | None
    payload_digest: str
    is_head_request: bool

    def get(self, name: str) -> str:
        return next((v for n, v in self.fields if n.lower() == name.lower()), "")

    def all(self, name: str) -> list[str]:
        return [v for n, v in self.fields if n.lower() == name.lower()]


def _read(members: MemberReader, causes: list[str]) -> _Record:
    if members.peek(10) not in _VERSIONS:
        raise members.damaged("no WARC/1.0 or WARC/1.1 record begins here")
    version, head, fields = read_head(members)
    causes.extend(field_faults(version, fields))
    if not _is_utf8(head):
        causes.append("the head is not UTF-8")
    size = block_size(members, fields)
    start = members.position
    block = _Block({n.lower(): v for n, v in reversed(fields)})
    block.read(members.pieces(size), causes)
    if members.position - start < size:
        raise members.damaged(f"the block ends after {members.position - start} of {size} bytes")
    if members.take(len(_RECORD_END)) != _RECORD_END:
        causes.append("no CRLFCRLF behind the block")
    alone = members.ended()
    if not alone:
        causes.append("the gzip member goes on behind its record")
    length = members.end - members.offset
    return _Record(
        members.offset, length, fields, alone, block.head, block.payload_digest, block.asks_for_head
    )


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError:
        return False
    return True


class _Block:
    """A record's block, read once for all that is to be known of it."""

    def __init__(self, fields: dict[str, str]) -> None:
        self._fields = fields
        self.head: http.Head | None = None
        self.payload_digest = ""
        self.asks_for_head = False

    def read(self, blocks: Iterator[bytes], causes: list[str]) -> None:
        check = DigestVerifier(self._fields.get("warc-block-digest", ""))
        passing = check.verifying(blocks)
        kind = self._fields.get("warc-type")
        if kind in ("response", "revisit") and self._fields.get("content-type", "").startswith(
            "application/http"
        ):
            self._answer(passing, causes)
        elif kind == "request":
            self.asks_for_head = next(passing, b"")[:5] == b"HEAD "
        for _ in passing:
            pass
        if check.matches is False:
            causes.append("the block does not have its WARC-Block-Digest")

    def _answer(self, passing: Iterator[bytes], causes: list[str]) -> None:
        stated = self._fields.get("warc-payload-digest")
        try:
            self.head, body = http.read_message(passing)
        except NotHttp as error:
            causes.append(str(error))
            return
        payload = http.payload(self.head, body)
        if stated is None or stated.startswith("sha256:"):  # ours: no need to take it twice
            self.payload_digest = digest(payload)
            agrees = stated in (None, self.payload_digest)
        else:
            check = DigestVerifier(stated)
            self.payload_digest = digest(check.verifying(payload))
            agrees = check.matches is not False
        if self._fields["warc-type"] == "revisit":
            self.payload_digest = stated or self.payload_digest
        elif not agrees:
            causes.append("the payload does not have its WARC-Payload-Digest")


class _FileCheck:
    """What can only be said of a record among the others of its file."""

    def __init__(self, warc: str, name: str, known: RecordCatalog) -> None:
        self._warc, self._name, self._known = warc, name, known
        self._info: str | None = None
        self._heads: set[str] = set()
        #: References whose counterpart has not come yet: from and to, offset and type of the first.
        self._open: dict[tuple[str, str], tuple[int, str]] = {}

    def place(self, record: _Record) -> Iterator[str]:
        """Take note of a record; what is wrong with its place in the file."""
        kind, record_id = record.get("WARC-Type"), record.get("WARC-Record-ID")
        if (other := self._known.add_id(record_id, self._name, record.offset)) is not None:
            yield f"its record id stands at byte {other[1]} of {other[0]} already"
        if kind == "warcinfo":
            self._info = record_id
            if (stated := record.get("WARC-Filename")) != self._warc:
                yield f"WARC-Filename is {stated!r}"
        elif record.offset == 0:
            yield "the first record is not a warcinfo"
        if record.get("WARC-Warcinfo-ID") not in ("", self._info):
            yield "WARC-Warcinfo-ID is not that of this file's warcinfo"
        self._refer(record, kind, record_id)
        if record.head is not None:
            self._known.add(self._found(record, record.head, kind, record_id.strip("<>")))

    def _refer(self, record: _Record, kind: str, record_id: str) -> None:
        for other in record.all("WARC-Concurrent-To"):
            if record.is_head_request:
                self._heads.add(other)
            if kind == "metadata" and self._known.has_id(other, self._name):
                continue  # nothing refers back to metadata
            if self._open.pop((other, record_id), None) is None:
                self._open[record_id, other] = record.offset, kind

    def _found(
        self, record: _Record, head: http.Head, kind: str, record_id: str
    ) -> IndexedResponse:
        capture = Capture(
            warc=self._warc,
            offset=record.offset,
            length=record.length,
            record_id=record_id,
            payload_digest=record.payload_digest,
            captured_at=record.get("WARC-Date"),
            status=head.status or 0,
        )
        uri = record.get("WARC-Target-URI").strip("<>")
        mime = cdxj.REVISIT_MIME if kind == "revisit" else head.media_type
        line = cdxj.index_line(capture, url=uri, mime=mime)
        return IndexedResponse(capture.offset, kind, record_id, capture.captured_at, line)

    def references(self) -> Iterator[tuple[int, str]]:
        """References that lead nowhere, or from an answer to a request but not back."""
        for answer in self._heads:
            self._known.was_to_head(answer.strip("<>"))
        for (_, other), (offset, kind) in self._open.items():
            if not self._known.has_id(other, self._name):
                yield offset, f"WARC-Concurrent-To {other} is not in this file"
            elif kind in ("request", "response", "revisit"):
                yield offset, f"WARC-Concurrent-To {other}, which does not refer back"
