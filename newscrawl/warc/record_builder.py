"""Which records an exchange becomes: their header fields and the bytes of their blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.warc import http
from newscrawl.warc.cipher_names import iana_name
from newscrawl.warc.digests import digest, payload_digest
from newscrawl.warc.exchange import ByteRange
from newscrawl.warc.redaction import redact
from newscrawl.warc.warc_fields import UnwrittenRecord, format_warc_date, metadata_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.warc.exchange import Exchange
    from newscrawl.warc.warc_fields import FieldList

IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

#: OpenSSL's names of protocol versions, and those that WARC-Protocol has for them.
_TLS_VERSIONS = {
    "TLSv1": "tls/1.0",
    "TLSv1.1": "tls/1.1",
    "TLSv1.2": "tls/1.2",
    "TLSv1.3": "tls/1.3",
}

#: Bytes in which the head of an answer is looked for, one after the other; a longer one is not HTTP.
_HEAD_LIMITS = (16 * 1024, 1024 * 1024)

_INTERIM = re.compile(rb"HTTP/\S+[ \t]+1\d\d")
_INTERIM_TYPE = "application/http;msgtype=response"


@dataclass(frozen=True, slots=True)
class RefersTo:
    """The capture that a revisit refers to."""

    record_id: str
    url: str
    captured_at: str


@dataclass(frozen=True, slots=True)
class RecordContext:
    """What a draft needs besides its exchange.

    `find_original` gives the committed capture of a URL with this payload digest, or, for None, the
    latest of that URL; a capture that may yet be lost must not be referred to.
    """

    info_id: str
    new_id: Callable[[], str]
    find_original: Callable[[str, str | None], RefersTo | None]
    redacted: frozenset[str]


@dataclass(frozen=True, slots=True)
class BuiltResponse:
    """What was found out about the answer while drafting it."""

    record_id: str
    head: http.Head
    payload_digest: str
    is_revisit: bool
    to_head_request: bool


def build_records(
    exchange: Exchange, drafting: RecordContext
) -> tuple[list[UnwrittenRecord], BuiltResponse | None]:
    """The answer, as metadata what is known of it and what came before it or is none, the request.

    The answer comes first, the request that it refers to last: so a file that is cut anywhere between
    them shows that something is missing.
    """
    received = exchange.answer()
    start, head = _final_head(received)
    request_id, answer_id = drafting.new_id(), drafting.new_id()
    common = _common(exchange, head)
    drafts, answer = [], None
    if head is not None:
        ids, final = (answer_id, request_id), received.part(start)
        draft, answer = _answer(exchange, final, head, ids, common, drafting)
        drafts.append(draft)
        if exchange.metadata:
            drafts.append(_known(exchange, answer_id, drafting))
    if start:
        of, interim = answer_id if head is not None else request_id, received.part(0, start)
        drafts.append(_leftover(exchange, interim, of, _INTERIM_TYPE, drafting))
    if head is None and received.end > start:
        rest = received.part(start)
        drafts.append(_leftover(exchange, rest, request_id, "application/octet-stream", drafting))
    if sent := exchange.request():
        concurrent_to = answer_id if head is not None else None
        drafts.append(_request(sent, request_id, concurrent_to, common, drafting))
    return drafts, answer


def _answer(
    exchange: Exchange,
    final: ByteRange,
    head: http.Head,
    ids: tuple[str, str],
    common: FieldList,
    drafting: RecordContext,
) -> tuple[UnwrittenRecord, BuiltResponse]:
    body = final.part(final.start + head.length)
    # De-chunking takes bytes alone; where there is nothing to de-chunk, nothing is copied.
    payload = (
        payload_digest(map(bytes, body.pieces()), head) if head.chunked else digest(body.pieces())
    )
    original = _original(exchange, head, payload, drafting)
    block = final if original is None else final.part(final.start, body.start)
    fields: FieldList = [
        ("WARC-Type", "response" if original is None else "revisit"),
        ("WARC-Record-ID", f"<{ids[0]}>"),
        *common,
        ("WARC-Warcinfo-ID", f"<{drafting.info_id}>"),
        ("WARC-Concurrent-To", f"<{ids[1]}>"),
        ("Content-Type", "application/http;msgtype=response"),
        ("WARC-Block-Digest", digest(block.pieces())),
    ]
    if original is not None:
        fields += _revisit_fields(original, head, payload)
    else:
        fields += _response_fields(exchange, head, payload)
    answer = BuiltResponse(ids[0], head, payload, original is not None, _is_head_request(exchange))
    return UnwrittenRecord(fields, block), answer


def _original(
    exchange: Exchange, head: http.Head, payload: str, drafting: RecordContext
) -> RefersTo | None:
    if not exchange.check_duplicates or not exchange.complete or _is_head_request(exchange):
        return None
    if head.status == 304:
        return drafting.find_original(exchange.url, None)
    return drafting.find_original(exchange.url, payload) if head.status == 200 else None


def _response_fields(exchange: Exchange, head: http.Head, payload: str) -> FieldList:
    fields: FieldList = []
    # The standard wants this digest over the de-chunked body, several tools check it over the body as
    # stored. Left out where the two differ, it offends neither.
    if not head.chunked:
        fields.append(("WARC-Payload-Digest", payload))
    if (mime := head.media_type) != "unk":
        # Readers that guess from the bytes take half of all news pages for scripts.
        fields.append(("WARC-Identified-Payload-Type", mime))
    if not exchange.complete:
        fields.append(("WARC-Truncated", exchange.truncated or "unspecified"))
    return fields


def _revisit_fields(original: RefersTo, head: http.Head, payload: str) -> FieldList:
    profile = NOT_MODIFIED if head.status == 304 else IDENTICAL_PAYLOAD
    fields: FieldList = [
        ("WARC-Profile", profile),
        ("WARC-Refers-To", f"<{original.record_id}>"),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", original.captured_at),
    ]
    if profile == IDENTICAL_PAYLOAD:
        fields += [("WARC-Payload-Digest", payload), ("WARC-Truncated", "length")]
    return fields


def _request(
    sent: bytes, request_id: str, answer_id: str | None, common: FieldList, drafting: RecordContext
) -> UnwrittenRecord:
    block, redacted = redact(sent, drafting.redacted)
    fields: FieldList = [
        ("WARC-Type", "request"),
        ("WARC-Record-ID", f"<{request_id}>"),
        *common,
        ("WARC-Warcinfo-ID", f"<{drafting.info_id}>"),
        ("Content-Type", "application/http;msgtype=request"),
        ("WARC-Block-Digest", digest([block])),
    ]
    if answer_id is not None:
        fields.append(("WARC-Concurrent-To", f"<{answer_id}>"))
    if redacted:
        fields.append(("WARC-Redacted-Headers", ", ".join(redacted)))
    return UnwrittenRecord(fields, ByteRange.of(block))


def _known(exchange: Exchange, answer_id: str, drafting: RecordContext) -> UnwrittenRecord:
    return metadata_record(
        exchange.metadata,
        url=exchange.url,
        date=exchange.started_at,
        answer_id=answer_id,
        record_id=drafting.new_id(),
        info_id=drafting.info_id,
    )


def _leftover(
    exchange: Exchange, block: ByteRange, of: str, media_type: str, drafting: RecordContext
) -> UnwrittenRecord:
    # No Target-URI: replay tools take a metadata record that has one for the page itself.
    fields: FieldList = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", f"<{drafting.new_id()}>"),
        ("WARC-Date", format_warc_date(exchange.started_at)),
        ("WARC-Warcinfo-ID", f"<{drafting.info_id}>"),
        ("WARC-Concurrent-To", f"<{of}>"),
        ("Content-Type", media_type),
        ("WARC-Block-Digest", digest(block.pieces())),
    ]
    return UnwrittenRecord(fields, block)


def _common(exchange: Exchange, head: http.Head | None) -> FieldList:
    fields = [
        ("WARC-Date", format_warc_date(exchange.started_at)),
        ("WARC-Target-URI", exchange.url),
    ]
    if exchange.peer and not exchange.to_proxy:
        fields.append(("WARC-IP-Address", exchange.peer))
    old = head is not None and head.start_line.startswith(b"HTTP/1.0")
    fields.append(("WARC-Protocol", "http/1.0" if old else "http/1.1"))
    if exchange.tls:
        version, cipher = exchange.tls
        fields.append(("WARC-Protocol", _TLS_VERSIONS.get(version, version.lower())))
        fields.append(("WARC-Cipher-Suite", iana_name(cipher)))
    return fields


def _final_head(received: ByteRange) -> tuple[int, http.Head | None]:
    """Where the answer begins behind interim ones, and its head."""
    for limit in _HEAD_LIMITS:
        beginning = received.read(limit)
        start = http.interim_length(beginning) if _INTERIM.match(beginning) else 0
        head = http.read_head(beginning, start)
        if head is not None or received.length <= limit:
            break
    return start, head if head is not None and head.status is not None else None


def _is_head_request(exchange: Exchange) -> bool:
    return ByteRange(exchange.sent, 0, 5).read(5) == b"HEAD "
