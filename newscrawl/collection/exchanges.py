"""Which records of a WARC belong to captures that are to go? Whole exchanges, request and metadata too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newscrawl.archive.frontier_notes import is_note
from newscrawl.errors import NotHttp
from newscrawl.warc.captured_response import response_in
from newscrawl.warc.reader import iter_records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from newscrawl.errors import DamagedRecord
    from newscrawl.warc.record import WarcRecord


@dataclass(frozen=True, slots=True)
class DoomedCapture:
    """A response or revisit that goes; the block of its record is not held."""

    url: str
    digest: str
    record: WarcRecord


@dataclass(frozen=True, slots=True)
class Doomed:
    """What goes of one file: captures by the ids of their records, and the WARC-Record-ID of all records.

    `kept` other records stay, warcinfo records and notes of the frontier aside.
    """

    captures: dict[str, DoomedCapture]
    records: frozenset[str]
    kept: int = 0

    @property
    def all(self) -> list[WarcRecord]:
        """The records of the captures."""
        return [each.record for each in self.captures.values()]


def doomed_in(path: Path, is_doomed: Callable[[WarcRecord], bool]) -> Doomed:
    """The exchanges of records that are doomed; what cannot be read is passed over."""
    linked: dict[str, set[str]] = {}
    found: list[str] = []
    captures: dict[str, DoomedCapture] = {}
    others, notes = 0, set[str]()
    for record in iter_records(path, on_damage=_pass_over):
        for other in record.all("WARC-Concurrent-To"):
            linked.setdefault(record.id, set()).add(other)
            linked.setdefault(other, set()).add(record.id)
        if is_note(record):
            notes.add(record.id)
        others += record.type != "warcinfo"
        if record.type == "warcinfo" or not is_doomed(record):
            continue
        found.append(record.id)
        if record.is_pointed_at:
            captures[record.id.strip("<>")] = _capture(record)
    records = _reached(found, linked)
    return Doomed(captures, records, others - len(records | notes))


def _capture(record: WarcRecord) -> DoomedCapture:
    try:
        answer = response_in(record)
    except NotHttp:
        answer = None
    digest = answer.capture.payload_digest if answer is not None else ""
    return DoomedCapture(record.page_url, digest, replace(record, held=None))


def _reached(found: list[str], linked: dict[str, set[str]]) -> frozenset[str]:
    """The ids, and those that they are linked to, directly or not."""
    reached: set[str] = set()
    waiting = list(found)
    while waiting:
        record_id = waiting.pop()
        if record_id not in reached:
            reached.add(record_id)
            waiting.extend(linked.get(record_id, ()))
    return frozenset(reached)


def _pass_over(_: DamagedRecord) -> None:
    """`verify` names it."""
