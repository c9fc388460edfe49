"""Article records against the captures they were made from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from newscrawl.archive.verify.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.archive.verify.faults import Summary
    from newscrawl.archive.verify.warc import Contents


def check_articles(
    path: Path, name: str, warc: str, contents: Contents, summary: Summary
) -> Iterator[Fault]:
    """What is wrong with the records beside a WARC: each must point at the answer it came from."""
    at = 0
    with path.open("rb") as file:
        for line in file:
            summary.articles += 1
            for cause in _causes(line, warc, contents):
                yield Fault(name, at, cause)
            at += len(line)


def _causes(line: bytes, warc: str, contents: Contents) -> Iterator[str]:
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
    yield from _disagreements(record, capture, contents)


def _disagreements(
    record: dict[str, Any], capture: dict[str, Any], contents: Contents
) -> Iterator[str]:
    found = contents.found.get(capture.get("offset", -1))
    if found is None:
        yield f"no HTTP answer lies at byte {capture.get('offset')} of the WARC"
        return
    if found.kind != "response":
        yield f"the record was made from a {found.kind} record"
    there = found.capture.to_dict() | {"url": found.uri}
    stated = capture | {"url": record.get("url")}
    for name, value in there.items():
        if stated.get(name) != value:
            yield f"{name} is {stated.get(name)!r}, in the capture {value!r}"
