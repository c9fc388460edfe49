"""What a reader makes of one record: the values that are compared between two readers."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.errors import NotHttp
from newscrawl.warc import arc, http
from newscrawl.warc.line_reader import LineReader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.warc.record import WarcRecord

#: Bytes of a block in which the head of its HTTP message is looked for.
MAX_HTTP_HEAD_BYTES = 1024 * 1024
#: Chunked bodies up to this size are compared without their chunks as well.
MAX_CHUNKED_BYTES = 16 * 1024 * 1024

#: Reasons for which warcio reads a record otherwise. docs/reference/verify.md names each of them.
INTERIM = "warcio takes an interim response (1xx) for the final one"
BLANK_LINE = "warcio takes a header line of blanks for the end of the head"
CHUNKS = "warcio decodes chunks otherwise: trailer, long extension, line ends other than CRLF, or cut off"
CODING_NAME = "warcio decodes chunks only where Transfer-Encoding is 'chunked' and nothing else"
SPACES = "warcio replaces blanks in WARC-Target-URI by %20"

_BLANK_LINE = re.compile(rb"\n[ \t\r\f\v]*[ \t\f\v][ \t\r\f\v]*\n")
_PLAIN_SIZE_LINE = re.compile(rb"[0-9a-fA-F]{1,8}(;[^\r]*)?\r")
#: warcio reads no more of a chunk's size line than this.
_MAX_SIZE_LINE = 62


@dataclass(frozen=True, slots=True)
class RecordReading:
    """One record as a reader has it.

    `block` and `payload` are the SHA-256 of the block, and of the payload without chunks. None stands for
    what a reader does not say: an ARC record has no id and no digests, a metadata record no HTTP payload,
    and large chunked payloads have no digest. `payload_length` counts the bytes behind the HTTP head as
    they are stored.
    """

    offset: int
    type: str
    id: str | None
    target: str | None
    stated_block: str | None
    stated_payload: str | None
    block_length: int
    block: str
    payload_length: int | None = None
    payload: str | None = None


def read(record: WarcRecord) -> tuple[RecordReading, frozenset[str]]:
    """Our reading of a record, and the known reasons for which warcio may read it otherwise."""
    is_arc = record.version == arc.VERSION
    reasons = {SPACES} if " " in (record.uri or "") else set()
    payload_length, payload = None, None
    if record.size and may_have_http(record.type, record.uri):
        payload_length, payload = _payload(record, reasons)
    reading = RecordReading(
        record.offset,
        record.type,
        None if is_arc else record.id,
        record.uri,
        record.get("WARC-Block-Digest"),
        record.get("WARC-Payload-Digest"),
        record.size,
        sha256(record.blocks()),
        payload_length,
        payload,
    )
    return reading, frozenset(reasons)


def may_have_http(kind: str, target: str | None) -> bool:
    """Whether the block of a record of this type, about this URI, is read as an HTTP message."""
    is_http = (target or "").startswith(("http:", "https:"))
    return is_http and kind in ("response", "request", "revisit")


def sha256(blocks: Iterable[bytes]) -> str:
    """The SHA-256 of the bytes in hexadecimal."""
    state = hashlib.sha256()
    for block in blocks:
        state.update(block)
    return state.hexdigest()


def _payload(record: WarcRecord, reasons: set[str]) -> tuple[int | None, str | None]:
    """Length and digest of the payload; adds to `reasons`. None without HTTP head: `verify` names that."""
    begin = record.begin(MAX_HTTP_HEAD_BYTES)
    start = http.interim_length(begin) if record.is_capture else 0
    head = http.read_head(begin, start)
    if head is None:
        return None, None
    end = start + head.length
    if start:
        reasons.add(INTERIM)
    if _BLANK_LINE.search(begin[start:end].rstrip(b"\r\n")):
        reasons.add(BLANK_LINE)
    length = record.size - end
    if not (head.chunked and record.is_capture):
        return length, None
    if head.get("transfer-encoding") != "chunked":
        reasons.add(CODING_NAME)
    if length > MAX_CHUNKED_BYTES:
        return length, None
    try:
        _, body = http.read_message(record.blocks())
    except NotHttp:
        return length, None
    if not _is_plainly_chunked(http.read_message(record.blocks())[1]):
        reasons.add(CHUNKS)
    return length, sha256(http.payload(head, body))


def _is_plainly_chunked(body: Iterable[bytes]) -> bool:
    """Whether a body is chunked as RFC 9112 has it, without trailer and without long extensions."""
    source = LineReader(body)
    while True:
        line = source.read_line(_MAX_SIZE_LINE + 1)
        if line is None or not _PLAIN_SIZE_LINE.fullmatch(line):
            return False
        left = int(line.partition(b";")[0].rstrip(b"\r"), 16)
        if not left:
            return source.read_line(2) == b"\r" and not source.read(1)
        while left:
            data = source.read(left)
            if not data:
                return False
            left -= len(data)
        if source.read_line(2) != b"\r":
            return False
