"""Check that the response in a record is what the record says.

A digest that does not match is reported, and the response is used all the same. A response without URI or
date, or one that was cut off without WARC-Truncated, is not valid.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newscrawl.errors import DamagedRecord, DigestMismatch, NotHttp
from newscrawl.text.blocks import peek
from newscrawl.warc import http
from newscrawl.warc.captured_response import response_in
from newscrawl.warc.chunked import MAX_SIZE_LINE_BYTES, begins_with_chunk, ends_whole
from newscrawl.warc.digests import digest_matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.warc.captured_response import CapturedResponse
    from newscrawl.warc.reader import OnDamage
    from newscrawl.warc.record import WarcRecord

#: WARC 1.1, 5.4: as much of the time as is known.
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?)?)?")
_FORMS = {4: "%Y", 7: "%Y-%m", 10: "%Y-%m-%d"}


def valid_response_in(
    record: WarcRecord, on_damage: OnDamage, *, resources: bool = False
) -> CapturedResponse | None:
    """As `response_in`, for records of any tool: None if it is not valid. `on_damage` gets every fault."""
    if not (record.is_capture or (record.holds_payload if resources else record.holds_page)):
        return None
    path, place = str(record.path), record.offset
    if reason := _missing_place(record):
        on_damage(DamagedRecord(path, place, reason))
        return None
    if reason := _digest_mismatch(record):
        on_damage(DigestMismatch(path, place, reason))
    try:
        response = response_in(record, resources=resources)
    except NotHttp as error:
        on_damage(DamagedRecord(path, place, str(error)))
        return None
    if response is not None and (reason := _missing_end(response)):
        on_damage(DamagedRecord(path, place, reason))
        return None
    return response


def parse_warc_date(date: str) -> datetime:
    """The beginning of the period that a WARC-Date states. Raises ValueError for a text that is none."""
    if not _DATE.fullmatch(date):
        raise ValueError(f"{date!r} is not a WARC-Date")
    if form := _FORMS.get(len(date)):
        return datetime.strptime(date, form).replace(tzinfo=UTC)
    found = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", date))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _missing_place(record: WarcRecord) -> str | None:
    """Why the URI or the date of this record is not known."""
    if not record.uri:
        return f"a {record.type} record without WARC-Target-URI"
    if not record.date:
        return f"a {record.type} record without WARC-Date"
    try:
        parse_warc_date(record.date)
    except ValueError:
        return f"WARC-Date is {record.date[:40]!r}"
    return None


def _digest_mismatch(record: WarcRecord) -> str | None:
    """The digest that does not match. If the block has its digest, that of the payload is not looked at:
    tools do not agree on what it is taken of.
    """
    if record.is_revisit:
        return None  # wget states the digest of the block that it did not write
    if stated := record.get("WARC-Block-Digest"):
        same = digest_matches(stated, record.blocks())
        if same is not None:
            return None if same else "the block does not have its WARC-Block-Digest"
    stated = record.get("WARC-Payload-Digest")
    if stated is None:
        return None
    if any(digest_matches(stated, blocks) is not False for blocks in _payloads(record)):
        return None
    return "the payload does not have its WARC-Payload-Digest"


def _payloads(record: WarcRecord) -> Iterator[Iterator[bytes]]:
    """The bytes of which a payload digest may be taken: without chunks, or as the body is stored."""
    try:
        head, body = http.read_message(record.message())
    except NotHttp:
        yield record.blocks()
        return
    yield http.payload(head, body)
    yield http.read_message(record.message())[1]


def _missing_end(response: CapturedResponse) -> str | None:
    """Why the body is not whole, if the record does not say so."""
    record, head = response.record, response.head
    if response.is_revisit or record.get("WARC-Truncated"):
        return None
    first, body = peek(http.read_message(record.message())[1], MAX_SIZE_LINE_BYTES)
    if head.chunked:
        if not begins_with_chunk(first) or ends_whole(body):
            return None
        return "the chunks of the body end before the last one"
    length = head.get("content-length") or ""
    # Not a body that a tool has decoded, nor that of a response to HEAD.
    if not (first and length.isascii() and length.isdigit()) or head.content_coding:
        return None
    had = sum(map(len, body))
    if had >= int(length[:18]):
        return None
    return f"the body ends after {had} of {length[:18]} bytes"
