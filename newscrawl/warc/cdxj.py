"""The lines of a CDXJ index, one for each capture, as pywb and cdxj-indexer write them.

A line has a SURT, a timestamp of 14 digits and a JSON object with the place of the capture.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newscrawl.errors import NotHttp
from newscrawl.warc.captured_response import response_in
from newscrawl.warc.surt import surt

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from newscrawl.items import Capture
    from newscrawl.warc.captured_response import CapturedResponse
    from newscrawl.warc.http import Head
    from newscrawl.warc.record import WarcRecord
    from newscrawl.warc.request_key import RequestKey

#: The media type that the index has for revisits.
REVISIT_MIME = "warc/revisit"

#: The largest position that a file can be read at.
_MAX_POSITION = 2**63 - 1
#: What a damaged line makes of its JSON.
_DAMAGE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One line of an index."""

    key: str
    timestamp: str
    url: str
    mime: str
    status: int | None
    digest: str
    length: int
    offset: int
    filename: str

    @property
    def is_revisit(self) -> bool:
        """Whether the capture is a revisit, which has the payload of another one."""
        return self.mime == REVISIT_MIME


def index_line(capture: Capture, *, url: str, mime: str, asked: RequestKey | None = None) -> str:
    """The index line of a capture, without line feed. `asked` is the request's, if that was no GET."""
    fields = {
        "url": url,
        "mime": mime,
        "status": str(capture.status or "-"),
        "digest": capture.payload_digest,
        "length": str(capture.length),
        "offset": str(capture.offset),
        "filename": capture.warc,
    }
    if asked is not None:
        fields |= {"requestBody": asked.query, "method": asked.method}
        url = asked.append_to(url)
    return f"{surt(url)} {timestamp(capture.captured_at)} {json.dumps(fields)}"


def index_line_of(answer: CapturedResponse, asked: RequestKey | None = None) -> str:
    """The index line of a response. `asked` is the request's, if that was no GET."""
    mime = mime_of(answer.head, is_revisit=answer.is_revisit)
    return index_line(answer.capture, url=answer.record.uri or "", mime=mime, asked=asked)


def mime_of(head: Head, *, is_revisit: bool) -> str:
    """The media type that the index has for a response: the declared one, or that of a revisit."""
    return REVISIT_MIME if is_revisit else head.media_type


def timestamp(date: str) -> str:
    """The 14 digits of a WARC-Date. A date without a time gets that of its beginning."""
    digits = re.sub(r"\D", "", date)[:14]
    return digits + "00000101000000"[len(digits) :]


def parse(line: str) -> IndexEntry:
    """The entry on a line. Raises ValueError for a line that is damaged or no line of a CDXJ."""
    try:
        key, stamp, text = line.rstrip("\n").split(" ", 2)
        fields = json.loads(text)
        return IndexEntry(
            key=key,
            timestamp=stamp,
            url=_text(fields["url"]),
            mime=_text(fields.get("mime", "unk")),
            status=_status(str(fields.get("status", ""))),
            digest=_text(fields.get("digest", "")),
            length=_number(fields["length"]),
            offset=_number(fields["offset"]),
            filename=_text(fields["filename"]),
        )
    except _DAMAGE as error:
        raise ValueError(f"not a CDXJ line: {line[:80]!r}") from error


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("not a text")
    return value


def _number(value: object) -> int:
    """A position in a file, which some tools write as a number and others as a text."""
    number = int(str(value))
    if not 0 <= number <= _MAX_POSITION:
        raise ValueError("not a position in a file")
    return number


def _status(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def index_lines_of(warc: Path, records: Iterable[WarcRecord]) -> list[str]:
    """The index lines of the HTTP responses and resources among these records, without those to HEAD
    requests.

    `warc` is the final path of the file, wherever the records were read from.
    """
    lines: dict[str, str] = {}
    asked: dict[str, RequestKey] = {}
    for record in records:
        if record.type == "request":
            if (key := record.request_key()) is not None:
                asked |= dict.fromkeys(record.all("WARC-Concurrent-To"), key)
        elif (line := _line_of(replace(record, path=warc))) is not None:
            lines[record.id] = line
    return [
        line if key is None else asked_by(line, key)
        for record_id, line in lines.items()
        if (key := asked.get(record_id)) is None or not key.is_head
    ]


def asked_by(line: str, asked: RequestKey) -> str:
    """The line of an answer to a request that was no GET, made of the line it would have for one."""
    _, stamp, text = line.split(" ", 2)
    fields = json.loads(text) | {"requestBody": asked.query, "method": asked.method}
    return f"{surt(asked.append_to(fields['url']))} {stamp} {json.dumps(fields)}"


def _line_of(record: WarcRecord) -> str | None:
    try:
        answer = response_in(record, resources=True)
    except NotHttp:
        return None  # it cannot be replayed
    return None if answer is None else index_line_of(answer)
