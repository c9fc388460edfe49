"""What the archive holds of one capture: its records, whether they are what was written, and its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from newscrawl.archive.captures import with_original
from newscrawl.archive.cdxj_file import IndexReader
from newscrawl.archive.revisits import in_cdxj
from newscrawl.errors import ArchiveError, CaptureNotFound, NotHttp
from newscrawl.warc import http
from newscrawl.warc.captured_response import CapturedResponse, response_in
from newscrawl.warc.digests import digest, digest_matches
from newscrawl.warc.reader import iter_records, read_record

if TYPE_CHECKING:
    from newscrawl.archive.layout import Layout
    from newscrawl.errors import DamagedRecord
    from newscrawl.items import Page
    from newscrawl.warc.record import WarcRecord

#: Records behind a response among which its request is looked for, and bytes of a head that are shown.
MAX_RECORDS, MAX_HEAD_BYTES = 4, 64 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked: what was expected, what was found; `holds` is None if it cannot be said."""

    what: str
    expected: str
    found: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class HeldExchange:
    """A captured exchange, as its records hold it. `request` is None if no record of it stands behind."""

    answer: CapturedResponse
    request: bytes | None
    response_head: bytes

    @property
    def is_document(self) -> bool:
        """Whether it is the document that a browser has made of a page: nobody has sent it."""
        return self.answer.record.is_document

    @property
    def is_whole(self) -> bool:
        """Whether its body is held, or that of the capture that it refers to."""
        return self.answer.original is not None


def read_exchange(layout: Layout, page: Page) -> HeldExchange:
    """Read a capture where its pointer leads to. Raises ArchiveError."""
    capture = page.capture
    path = layout.warc(capture.warc)
    if not layout.has(capture.warc):
        raise CaptureNotFound(f"{capture.warc} is not in {layout.warcs}")
    record = read_record(path, capture.offset, capture.length)
    answer = response_in(record)
    if answer is None:
        raise CaptureNotFound(f"{path}: at byte {capture.offset}: this record is no HTTP response")
    if answer.is_revisit:
        lookup = in_cdxj(IndexReader(layout.index), layout.warc)
        answer = with_original(answer, lookup, None) or answer
    begin = record.begin(MAX_HEAD_BYTES)
    start = http.interim_length(begin)
    head = http.read_head(begin, start)
    return HeldExchange(
        answer,
        _request_of(record),
        begin[start : start + head.length] if head is not None else b"",
    )


def checks(exchange: HeldExchange, page: Page) -> list[Check]:
    """Compare what the tables say of a capture with its record, and the record with its own digests."""
    capture, record = page.capture, exchange.answer.record
    found = [
        _same("record id", capture.record_id, record.id.strip("<>")),
        _same("address", page.url, record.page_url),
        _same("time", capture.captured_at, record.date),
    ]
    if not exchange.is_document:
        found.append(_same("status", str(capture.status), str(exchange.answer.status)))
    found += [
        _payload(exchange, capture.payload_digest),
    ]
    stated = record.get("WARC-Block-Digest")
    if stated is None:
        found.append(Check("block digest", "none stated", "not compared", None))
    else:
        holds = digest_matches(stated, record.blocks())
        says = {True: stated, False: digest(record.blocks()), None: "an unknown algorithm"}[holds]
        found.append(Check("block digest", stated, says, holds))
    return found


def payload_of(exchange: HeldExchange) -> bytes:
    """The body without its transfer coding, as its digest is taken. Raises CaptureNotFound."""
    original = exchange.answer.original
    if original is None:
        raise CaptureNotFound("the capture that this one refers to is not in this archive")
    head, blocks = http.read_message(original.message())
    return b"".join(http.payload(head, blocks))


def _payload(exchange: HeldExchange, expected: str) -> Check:
    original = exchange.answer.original
    if original is None:
        says = "the capture that this one refers to is not in this archive"
        return Check("payload digest", expected, says, None)
    try:
        head, blocks = http.read_message(original.message())
        found = digest(http.payload(head, blocks))
        if digest_matches(expected, []) is not None and not expected.startswith("sha256:"):
            head, blocks = http.read_message(original.message())
            holds = digest_matches(expected, http.payload(head, blocks))
            return Check("payload digest", expected, expected if holds else found, holds)
    except NotHttp as error:
        return Check("payload digest", expected, str(error), False)
    return _same("payload digest", expected, found)


def _same(what: str, expected: str, found: str) -> Check:
    return Check(what, expected, found, expected == found)


def _request_of(record: WarcRecord) -> bytes | None:
    """The head of the request whose record stands behind that of its response."""
    damage: list[DamagedRecord] = []
    try:
        behind = iter_records(record.path, on_damage=damage.append, start=record.offset)
        for other in islice(behind, 1, 1 + MAX_RECORDS):
            is_of = record.id in other.all("WARC-Concurrent-To")
            if other.type == "request" and (is_of or other.id in record.all("WARC-Concurrent-To")):
                return other.begin(MAX_HEAD_BYTES)
            if other.is_capture:
                break
    except ArchiveError:
        return None  # the file is compressed otherwise: what stands behind cannot be found
    return None
