"""Notes of the frontier: what is known of URLs that no capture says, as metadata records of a WARC.

A note is a record of JSON lines without a Target-URI, so that no replay tool takes it for a capture. Its
first line says when it was made and which sources were paused then; each other line is a URL.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newscrawl.warc.digests import digest
from newscrawl.warc.exchange import ByteRange
from newscrawl.warc.warc_fields import UnwrittenRecord, format_warc_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from newscrawl.warc.record import WarcRecord

MEDIA_TYPE = "application/x-ndjson"
#: What the first line of a note has beside its own members.
_FORM = "newscrawl frontier 1"
#: URLs of one record. Its block has to be one that readers hold in memory.
RECORD_URLS = 2_000


@dataclass(frozen=True, slots=True)
class FrontierNote:
    """`urls` are rows of the frontier (`newscrawl.frontier.noting`), `paused` since when sources are paused.

    Times are in seconds since the epoch.
    """

    noted_at: float
    paused: Mapping[str, float] = field(default_factory=dict)
    urls: tuple[Mapping[str, Any], ...] = ()

    def blocks(self) -> Iterator[bytes]:
        """The note as blocks of records, each a note by itself."""
        for at in range(0, max(len(self.urls), 1), RECORD_URLS):
            head = {"form": _FORM, "noted_at": self.noted_at, "paused": dict(self.paused)}
            yield _lines([head, *self.urls[at : at + RECORD_URLS]])


def _lines(values: Iterable[Mapping[str, Any]]) -> bytes:
    lines = (json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values)
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def record_of(block: bytes, *, record_id: str, info_id: str, date: datetime) -> UnwrittenRecord:
    """The record of a block of a note."""
    fields = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", f"<{record_id}>"),
        ("WARC-Date", format_warc_date(date)),
        ("WARC-Warcinfo-ID", f"<{info_id}>"),
        ("Content-Type", MEDIA_TYPE),
        ("WARC-Block-Digest", digest([block])),
    ]
    return UnwrittenRecord(fields, ByteRange.of(block))


def is_note(record: WarcRecord) -> bool:
    """Whether a record is a note of the frontier, as far as its header says."""
    return record.type == "metadata" and not record.uri and record.get("Content-Type") == MEDIA_TYPE


def note_in(record: WarcRecord) -> FrontierNote | None:
    """The note in a record; None for another record, and for a note of another form."""
    if not is_note(record) or record.held is None:
        return None
    try:
        head, *urls = (json.loads(line) for line in record.held.splitlines())
        if head["form"] != _FORM:
            return None
        return FrontierNote(float(head["noted_at"]), dict(head["paused"]), tuple(urls))
    except (ValueError, KeyError, TypeError):
        return None
