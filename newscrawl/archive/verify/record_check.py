"""Check article records against the captures from which they were made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from newscrawl.archive.verify.faults import Fault
from newscrawl.urls import fetchable
from newscrawl.warc import cdxj
from newscrawl.warc.record_header import DOCUMENT_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.archive.verify.catalog import RecordCatalog
    from newscrawl.archive.verify.faults import Summary


def check_articles(
    path: Path, name: str, warc: str, known: RecordCatalog, summary: Summary
) -> Iterator[Fault]:
    """What is wrong with the records beside a WARC: each must point at the response it was made from."""
    at = 0
    with path.open("rb") as file:
        for line in file:
            summary.articles += 1
            for cause in _causes(line, warc, known):
                yield Fault(name, at, cause)
            at += len(line)


def _causes(line: bytes, warc: str, known: RecordCatalog) -> Iterator[str]:
    if not line.endswith(b"\n"):
        yield "the last line is cut off"
        return
    try:
        record = json.loads(line)
    except ValueError as error:
        yield f"not JSON: {error}"
        return
    capture = record.get("capture") if isinstance(record, dict) else None
    if not isinstance(capture, dict):
        yield "the record names no capture"
        return
    if capture.get("warc") != warc:
        yield f"the capture is said to be in {capture.get('warc')!r}, and this file is beside {warc}"
        return
    yield from _disagreements(record, capture, known)


def _disagreements(
    record: dict[str, Any], capture: dict[str, Any], known: RecordCatalog
) -> Iterator[str]:
    offset = capture.get("offset")
    found = known.answer_at(offset) if isinstance(offset, int) else None
    if found is None:
        yield f"no HTTP answer lies at byte {offset} of the WARC"
        return
    # A revisit stands for bytes that lie elsewhere: of other tools' archives, and of a text that came back.
    if found.kind not in ("response", "revisit", "resource"):
        yield f"the record was made from a {found.kind} record"
    entry = cdxj.parse(found.line)
    there = {
        "url": entry.url.removeprefix(DOCUMENT_PREFIX),
        "status": entry.status or 0,
        "length": entry.length,
        "record_id": found.record_id,
        "payload_digest": entry.digest,
        "captured_at": found.captured_at,
    }
    stated = capture | {"url": record.get("url")}
    for name, value in there.items():
        if stated.get(name) != value and not (name == "url" and _is_stored_as(str(value), record)):
            yield f"{name} is {stated.get(name)!r}, in the capture {value!r}"


def _is_stored_as(url: str, record: dict[str, Any]) -> bool:
    """Whether the record has this URL but for tracking parameters, which own spiders may ask with."""
    return (stored := fetchable(url)) is not None and stored == record.get("url")
