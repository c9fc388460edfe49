"""Records whose block is `application/warc-fields`: warcinfo, and metadata of captures and failed requests.

Such a block is UTF-8 with one field on each line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.warc.digests import digest
from newscrawl.warc.exchange import ByteRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from newscrawl.warc.exchange import Failure

FieldList = list[tuple[str, str]]

MEDIA_TYPE = "application/warc-fields"

_CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"

#: Longest value of a field, in characters. Longer ones are cut.
_MAX_VALUE_LENGTH = 4000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_FOLD = re.compile(r"\r?\n[ \t]+")


@dataclass(frozen=True, slots=True)
class UnwrittenRecord:
    """A record before it is written."""

    fields: FieldList
    block: ByteRange


def format_warc_date(moment: datetime) -> str:
    """A time in UTC as WARC-Date, with microseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def warcinfo_record(
    name: str, *, info_id: str, date: datetime, info: Sequence[tuple[str, str]]
) -> UnwrittenRecord:
    """The first record of the file of this name."""
    values = [("format", "WARC File Format 1.1"), ("conformsTo", _CONFORMS_TO), *info]
    return _record(
        values,
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", f"<{info_id}>"),
        ("WARC-Date", format_warc_date(date)),
        ("WARC-Filename", name),
    )


def metadata_record(
    values: Iterable[tuple[str, str]],
    *,
    url: str,
    date: datetime,
    response_id: str,
    record_id: str,
    info_id: str,
) -> UnwrittenRecord:
    """The metadata record with what is known of a response besides its bytes."""
    return _record(
        values,
        *_metadata_header(url=url, date=date, record_id=record_id, info_id=info_id),
        ("WARC-Concurrent-To", f"<{response_id}>"),
    )


def note_record(
    values: Iterable[tuple[str, str]], *, record_id: str, info_id: str, date: datetime
) -> UnwrittenRecord:
    """A metadata record about no capture in particular. It has no Target-URI, so that none replays it."""
    return _record(
        values,
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", f"<{record_id}>"),
        ("WARC-Date", format_warc_date(date)),
        ("WARC-Warcinfo-ID", f"<{info_id}>"),
    )


def fetch_error_record(
    failure: Failure, *, url: str, date: datetime, received: int, record_id: str, info_id: str
) -> UnwrittenRecord:
    """The metadata record of a request that ended without a whole response."""
    values = [
        ("fetchError", failure.error),
        ("fetchErrorMessage", failure.message[:500]),
        ("bytesReceived", str(received)),
        *failure.metadata,
    ]
    return _record(
        values, *_metadata_header(url=url, date=date, record_id=record_id, info_id=info_id)
    )


@dataclass(frozen=True, slots=True)
class Resource:
    """What is stored beside a response and is none: a document as a browser drew it, or a picture of it.

    `beside` is the id of the record of the page's response. `metadata` are fields that are known of it.
    """

    uri: str
    media_type: str
    body: bytes
    beside: str
    metadata: tuple[tuple[str, str], ...] = ()


def resource_record(
    resource: Resource, *, date: datetime, record_id: str, info_id: str
) -> UnwrittenRecord:
    """The record of a resource (WARC 1.1, 6.3, which forbids WARC-Refers-To)."""
    fields = [
        ("WARC-Type", "resource"),
        ("WARC-Record-ID", f"<{record_id}>"),
        ("WARC-Date", format_warc_date(date)),
        ("WARC-Target-URI", resource.uri),
        ("WARC-Warcinfo-ID", f"<{info_id}>"),
        ("WARC-Concurrent-To", f"<{resource.beside}>"),
        ("Content-Type", resource.media_type),
        ("WARC-Block-Digest", digest([resource.body])),
        ("WARC-Payload-Digest", digest([resource.body])),
    ]
    return UnwrittenRecord(fields, ByteRange.of(resource.body))


def parse_warc_fields(block: bytes) -> dict[str, str]:
    """The first value of each field of a block, by its name in lower case; other lines are skipped."""
    found: dict[str, str] = {}
    for line in _FOLD.sub(" ", block.decode("utf-8", "replace")).split("\n"):
        name, colon, value = line.partition(":")
        if colon and (value := value.strip()):
            found.setdefault(name.strip().lower(), value)
    return found


def _metadata_header(
    *, url: str, date: datetime, record_id: str, info_id: str
) -> Iterator[tuple[str, str]]:
    yield "WARC-Type", "metadata"
    yield "WARC-Record-ID", f"<{record_id}>"
    yield "WARC-Date", format_warc_date(date)
    yield "WARC-Target-URI", url
    yield "WARC-Warcinfo-ID", f"<{info_id}>"


def _record(values: Iterable[tuple[str, str]], *fields: tuple[str, str]) -> UnwrittenRecord:
    block = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in values)
    # A text from a page, a feed or a user may hold half of a surrogate pair.
    data = block.encode("utf-8", "replace")
    whole = [*fields, ("Content-Type", MEDIA_TYPE), ("WARC-Block-Digest", digest([data]))]
    return UnwrittenRecord(whole, ByteRange.of(data))


def _one_line(value: str) -> str:
    """The value without line ends and control characters, wherever it comes from."""
    return _CONTROL.sub("", " ".join(value.split()))[:_MAX_VALUE_LENGTH]
