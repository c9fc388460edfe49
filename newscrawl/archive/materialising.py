"""What stands in a WARC for a revisit whose original is taken out? The same capture with its payload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.warc import http
from newscrawl.warc.digests import digest
from newscrawl.warc.exchange import ByteRange
from newscrawl.warc.warc_fields import UnwrittenRecord

if TYPE_CHECKING:
    from newscrawl.warc.record import WarcRecord

_MAX_HEAD_BYTES = 1024 * 1024
#: Fields of a revisit that a response does not have, and those that are written anew.
_DROPPED = frozenset(
    {
        "warc-type", "warc-profile", "warc-refers-to", "warc-refers-to-target-uri",
        "warc-refers-to-date", "warc-truncated", "warc-block-digest", "warc-payload-digest",
        "content-length", "content-type",
    }
)  # fmt: skip


def as_response(revisit: WarcRecord, original: WarcRecord) -> UnwrittenRecord:
    """The revisit as a response record of the same id, date and URL.

    Its head is that of the revisit, or of the original where the revisit has none; its payload is that of the
    original, in chunks where the head says so. A 304 has no payload. Raises NotHttp.
    """
    head, begin = _head_of(revisit if revisit.size else original)
    payload = b""
    if head.status != 304:
        payload = b"".join(http.payload(*http.read_message(original.blocks())))
    body = payload
    if head.chunked:
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(payload), payload) if payload else b"0\r\n\r\n"
    block = begin + body
    fields = [
        ("WARC-Type", "response"),
        *((name, value) for name, value in revisit.fields if name.lower() not in _DROPPED),
        ("Content-Type", "application/http;msgtype=response"),
        ("WARC-Block-Digest", digest([block])),
    ]
    if not head.chunked:
        fields.append(("WARC-Payload-Digest", digest([payload])))
    return UnwrittenRecord(fields, ByteRange.of(block))


def _head_of(record: WarcRecord) -> tuple[http.Head, bytes]:
    """The head of the final response in a record, and its bytes."""
    head, _ = http.read_message(record.blocks())
    begin = record.begin(_MAX_HEAD_BYTES)
    start = http.interim_length(begin)
    return head, begin[start : start + head.length]
