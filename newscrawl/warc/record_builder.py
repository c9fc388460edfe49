"""Build the records of an exchange: their header fields and the bytes of their blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.warc import http
from newscrawl.warc.cipher_names import iana_name
from newscrawl.warc.digests import digest, payload_digest
from newscrawl.warc.exchange import ByteRange
from newscrawl.warc.redaction import redact
from newscrawl.warc.request_key import request_key
from newscrawl.warc.warc_fields import UnwrittenRecord, format_warc_date, metadata_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.warc.exchange import Exchange
    from newscrawl.warc.request_key import RequestKey
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

#: Bytes in which the head of a response is looked for, first few, then many. A longer head is not HTTP.
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
    """What the builder needs besides the exchange.

    `info_id` is the id of the warcinfo record of the file. `find_original(url, payload_digest)` gives the
    committed capture of the URL with this payload digest or, for None, the latest one of the URL. A capture
    that may still be lost must not be referred to.
    """

    info_id: str
    new_id: Callable[[], str]
    find_original: Callable[[str, str | None], RefersTo | None]
    redacted: frozenset[str]


@dataclass(frozen=True, slots=True)
class BuiltResponse:
    """What is known of the response after its record was built; `asked` is its request's, if no GET."""

    record_id: str
    head: http.Head
    payload_digest: str
    is_revisit: bool
    asked: RequestKey | None


def build_records(
    exchange: Exchange, context: RecordContext
) -> tuple[list[UnwrittenRecord], BuiltResponse | None]:
    """The records of an exchange, and what is known of its response; None without an HTTP response.

    These are: the response or revisit, metadata about it, metadata with the bytes that are no final response,
    and the request. The response refers to the request, which comes last: so a file that was cut off between
    them shows that a record is missing.
    """
    received = exchange.response()
    start, head = _find_final_head(received)
    request_id, response_id = context.new_id(), context.new_id()
    common = _common_fields(exchange, head)
    records, response = [], None
    if head is not None:
        ids, final = (response_id, request_id), received.part(start)
        record, response = _response_record(exchange, final, head, ids, common, context)
        records.append(record)
        if exchange.metadata:
            records.append(_metadata_record(exchange, response_id, context))
    if start:
        of, interim = response_id if head is not None else request_id, received.part(0, start)
        records.append(_other_bytes_record(exchange, interim, of, _INTERIM_TYPE, context))
    if head is None and received.end > start:
        rest = received.part(start)
        records.append(
            _other_bytes_record(exchange, rest, request_id, "application/octet-stream", context)
        )
    if sent := exchange.request():
        concurrent_to = response_id if head is not None else None
        secret = context.redacted | exchange.redacted_headers
        records.append(_request_record(sent, request_id, concurrent_to, common, context, secret))
    return records, response


def _response_record(
    exchange: Exchange,
    final: ByteRange,
    head: http.Head,
    ids: tuple[str, str],
    common: FieldList,
    context: RecordContext,
) -> tuple[UnwrittenRecord, BuiltResponse]:
    body = final.part(final.start + head.length)
    # Dechunking needs bytes objects. Without chunks nothing is copied.
    payload = (
        payload_digest(map(bytes, body.pieces()), head) if head.chunked else digest(body.pieces())
    )
    refers_to = _find_refers_to(exchange, head, payload, context)
    block = final if refers_to is None else final.part(final.start, body.start)
    fields: FieldList = [
        ("WARC-Type", "response" if refers_to is None else "revisit"),
        ("WARC-Record-ID", f"<{ids[0]}>"),
        *common,
        ("WARC-Warcinfo-ID", f"<{context.info_id}>"),
        ("WARC-Concurrent-To", f"<{ids[1]}>"),
        ("Content-Type", "application/http;msgtype=response"),
        ("WARC-Block-Digest", digest(block.pieces())),
    ]
    if refers_to is not None:
        fields += _revisit_fields(refers_to, head, payload)
    else:
        fields += _response_fields(exchange, head, payload)
    response = BuiltResponse(ids[0], head, payload, refers_to is not None, _asked(exchange))
    return UnwrittenRecord(fields, block), response


def _find_refers_to(
    exchange: Exchange, head: http.Head, payload: str, context: RecordContext
) -> RefersTo | None:
    if not exchange.check_duplicates or not exchange.complete or _asked(exchange):
        return None
    if head.status == 304:
        return context.find_original(exchange.url, None)
    return context.find_original(exchange.url, payload) if head.status == 200 else None


def _response_fields(exchange: Exchange, head: http.Head, payload: str) -> FieldList:
    fields: FieldList = []
    # The standard takes this digest of the dechunked body, several tools check it on the stored body.
    # Where the two differ it is left out, so that neither finds a fault.
    if not head.chunked:
        fields.append(("WARC-Payload-Digest", payload))
    if (mime := head.media_type) != "unk":
        # Readers that guess the type from the bytes take half of all news pages for scripts.
        fields.append(("WARC-Identified-Payload-Type", mime))
    if not exchange.complete:
        fields.append(("WARC-Truncated", exchange.truncated or "unspecified"))
    return fields


def _revisit_fields(refers_to: RefersTo, head: http.Head, payload: str) -> FieldList:
    profile = NOT_MODIFIED if head.status == 304 else IDENTICAL_PAYLOAD
    fields: FieldList = [
        ("WARC-Profile", profile),
        ("WARC-Refers-To", f"<{refers_to.record_id}>"),
        ("WARC-Refers-To-Target-URI", refers_to.url),
        ("WARC-Refers-To-Date", refers_to.captured_at),
    ]
    if profile == IDENTICAL_PAYLOAD:
        fields += [("WARC-Payload-Digest", payload), ("WARC-Truncated", "length")]
    return fields


def _request_record(
    sent: bytes,
    request_id: str,
    response_id: str | None,
    common: FieldList,
    context: RecordContext,
    secret: frozenset[str],
) -> UnwrittenRecord:
    block, redacted = redact(sent, secret)
    fields: FieldList = [
        ("WARC-Type", "request"),
        ("WARC-Record-ID", f"<{request_id}>"),
        *common,
        ("WARC-Warcinfo-ID", f"<{context.info_id}>"),
        ("Content-Type", "application/http;msgtype=request"),
        ("WARC-Block-Digest", digest([block])),
    ]
    if response_id is not None:
        fields.append(("WARC-Concurrent-To", f"<{response_id}>"))
    if redacted:
        fields.append(("WARC-Redacted-Headers", ", ".join(redacted)))
    return UnwrittenRecord(fields, ByteRange.of(block))


def _metadata_record(
    exchange: Exchange, response_id: str, context: RecordContext
) -> UnwrittenRecord:
    return metadata_record(
        exchange.metadata,
        url=exchange.url,
        date=exchange.started_at,
        response_id=response_id,
        record_id=context.new_id(),
        info_id=context.info_id,
    )


def _other_bytes_record(
    exchange: Exchange, block: ByteRange, of: str, media_type: str, context: RecordContext
) -> UnwrittenRecord:
    # Without WARC-Target-URI: replay tools take a metadata record that has one for the page itself.
    fields: FieldList = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", f"<{context.new_id()}>"),
        ("WARC-Date", format_warc_date(exchange.started_at)),
        ("WARC-Warcinfo-ID", f"<{context.info_id}>"),
        ("WARC-Concurrent-To", f"<{of}>"),
        ("Content-Type", media_type),
        ("WARC-Block-Digest", digest(block.pieces())),
    ]
    return UnwrittenRecord(fields, block)


def _common_fields(exchange: Exchange, head: http.Head | None) -> FieldList:
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


def _find_final_head(received: ByteRange) -> tuple[int, http.Head | None]:
    """The offset of the final response, behind interim ones, and its head; None if it is not HTTP."""
    for limit in _HEAD_LIMITS:
        beginning = received.read(limit)
        start = http.interim_length(beginning) if _INTERIM.match(beginning) else 0
        head = http.read_head(beginning, start)
        if head is not None or received.length <= limit:
            break
    return start, head if head is not None and head.status is not None else None


def _asked(exchange: Exchange) -> RequestKey | None:
    if ByteRange(exchange.sent, 0, 4).read(4) == b"GET ":
        return None
    return request_key(exchange.request())
