"""What stands in a WARC in the place of captures that were taken out of it.

A tombstone is a `metadata` record (application/warc-fields) without a Target-URI, so that no replay tool
takes it for a capture. Tombstones stand at the beginning of a file, behind its warcinfo records, so that
they are found without reading a capture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.errors import DamagedRecord
from newscrawl.storage import remote
from newscrawl.storage.wacz_members import wacz_around
from newscrawl.urls import key
from newscrawl.warc.members import open_members
from newscrawl.warc.reader import read_next
from newscrawl.warc.warc_fields import MEDIA_TYPE, note_record, parse_warc_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from newscrawl.warc.record import WarcRecord
    from newscrawl.warc.warc_fields import UnwrittenRecord

_NAMES = {
    "url": "removed-url",
    "record_id": "removed-record-id",
    "payload_digest": "removed-payload-digest",
    "captured_at": "removed-captured-at",
    "removed_at": "removed-at",
    "reason": "removed-reason",
}


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A capture that was taken out, when and why.

    `record_id` is empty for a URL that was removed and had no capture. Times are ISO 8601 in UTC.
    """

    url: str
    record_id: str
    payload_digest: str
    captured_at: str
    removed_at: str
    reason: str

    def record(self, *, record_id: str, info_id: str, date: datetime) -> UnwrittenRecord:
        """The tombstone as it is written."""
        values = [(name, getattr(self, field)) for field, name in _NAMES.items()]
        stated = [(name, value) for name, value in values if value]
        return note_record(stated, record_id=record_id, info_id=info_id, date=date)


def latest_by_url(tombstones: Iterable[Tombstone]) -> dict[str, Tombstone]:
    """The tombstone that counts for each URL, by its key: of several removals the latest, with its reason."""
    found: dict[str, Tombstone] = {}
    for each in sorted(tombstones, key=lambda tombstone: tombstone.removed_at):
        found[key(each.url)] = each
    return found


class Tombstones:
    """The captures and URLs that were taken out, as far as these tombstones say."""

    def __init__(self, known: Iterable[Tombstone] = ()) -> None:
        self._ids: set[str] = set()
        self._keys: set[str] = set()
        for each in known:
            self.add(each)

    def add(self, tombstone: Tombstone) -> None:
        self._ids.add(tombstone.record_id)
        self._keys.add(key(tombstone.url))

    def __bool__(self) -> bool:
        return bool(self._keys)

    def has(self, url: str, record_id: str = "") -> bool:
        """Whether this capture of this URL must not be shown: it, or its URL, was removed."""
        return bool(self._keys) and (
            key(url) in self._keys or (bool(record_id) and record_id.strip("<>") in self._ids)
        )


def tombstone_in(record: WarcRecord) -> Tombstone | None:
    """The tombstone that a record is; None for any other record."""
    if record.type != "metadata" or record.uri is not None:
        return None
    if (record.get("Content-Type") or "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        return None
    said = parse_warc_fields(record.held or b"")
    if _NAMES["url"] not in said or _NAMES["removed_at"] not in said:
        return None
    return Tombstone(**{field: said.get(name, "") for field, name in _NAMES.items()})


def head_records(path: Path) -> Iterator[tuple[WarcRecord, Tombstone | None]]:
    """The warcinfo records and tombstones at the beginning of a file, up to its first other record."""
    try:
        with open_members(path) as members:
            while members.next_member():
                record = read_next(members)
                found = tombstone_in(record)
                if found is None and record.type != "warcinfo":
                    return
                yield record, found
                if not record.is_member:
                    return
    except DamagedRecord:
        return  # whoever reads the file names it


def tombstones_of(paths: Iterable[Path]) -> Iterator[Tombstone]:
    """The tombstones at the beginning of these files; those of others that lie elsewhere have none.

    To look there would read more of such a file than a replay of a few captures does.
    """
    for path in paths:
        outer = wacz_around(path) or path
        if remote.url_of(outer) is not None and not remote.is_own(outer):
            continue
        for _, tombstone in head_records(path):
            if tombstone is not None:
                yield tombstone
