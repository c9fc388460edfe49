"""What one unit says, as a file: it is there under its name once it is whole.

A line for each answer, as JSON; behind it, after a tab, the record of an article. Damage and HEAD requests
have lines of their own. Records are read when they are asked for.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from newscrawl.errors import DamagedRecord, Missed
from newscrawl.items import Article, Capture, Page
from newscrawl.replay.captured import Captured
from newscrawl.storage.durable import storage_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from newscrawl.processing.pages import Place
    from newscrawl.replay.unit import Unit

#: What an answer is to a replay.
PAGE, REVISIT, OTHER = "page", "revisit", "other"
_CAPTURE = ("offset", "length", "record_id", "payload_digest", "captured_at", "status")


@dataclass(frozen=True, slots=True)
class Found:
    """One answer. A page has a `result`; `stated` is the payload digest that the record itself states.

    `record_id` is the id as it stands in the record, `final` whether the server has no more to say.
    """

    kind: str
    page: Page
    record_id: str
    mime: str = ""
    stated: str | None = None
    final: bool = True
    original: Place | None = None
    result: Article | Missed | None = None


#: What a part holds: an answer, damage, or the id of a record that answers to a HEAD request.
Said = Found | DamagedRecord | str


@contextmanager
def writing(path: Path) -> Iterator[Callable[[Said], None]]:
    """Takes what is said; the file gets its name at the end. Raises StorageError."""
    # Two workers may be at it, if one was taken for dead.
    working = path.with_name(f".{uuid4().hex}-{path.name}")
    with storage_errors(path):
        try:
            with working.open("xb") as file:
                yield lambda said: _write(file, said)
                file.flush()
                os.fsync(file.fileno())
            working.replace(path)
        except BaseException:
            working.unlink(missing_ok=True)
            raise


def read(path: Path, unit: Unit) -> Iterator[tuple[int, Said]]:
    """All that the part says, without records, each with its place."""
    at = 0
    with path.open("rb") as file:
        for line in file:
            yield at, _said(line.partition(b"\t")[0], unit)
            at += len(line)


def read_at(file: BinaryIO, at: int, unit: Unit) -> Found:
    """The answer at this place, with its record."""
    file.seek(at)
    said, _, record = file.readline().partition(b"\t")
    found = _said(said, unit, json.loads(record) if record else None)
    assert isinstance(found, Found)
    return found


def captured(found: Found, unit: Unit) -> Captured:
    """The answer as a page in its file."""
    return Captured(unit.warc, found.page, found.original)


def _write(file: BinaryIO, said: Said) -> None:
    if isinstance(said, str):
        line = json.dumps({"head": said})
    elif isinstance(said, DamagedRecord):
        line = json.dumps({"damage": [said.path, said.offset, said.cause]})
    else:
        line = _line(said)
    file.write(line.encode() + b"\n")


def _line(found: Found) -> str:
    capture = found.page.capture
    said: dict[str, Any] = {"kind": found.kind, "url": found.page.url, "id": found.record_id}
    said["capture"] = [getattr(capture, name) for name in _CAPTURE]
    said |= {"mime": found.mime, "stated": found.stated, "final": found.final}
    if found.original:
        said["original"] = found.original
    if isinstance(found.result, Missed):
        said["missed"] = [found.result.cause, found.result.detail]
    line = json.dumps(said)
    if isinstance(found.result, Article):
        line += "\t" + json.dumps(found.result.to_dict())
    return line


def _said(line: bytes, unit: Unit, record: dict[str, Any] | None = None) -> Said:
    said: dict[str, Any] = json.loads(line)
    if "damage" in said:
        return DamagedRecord(*said["damage"])
    if "head" in said:
        return str(said["head"])
    values = dict(zip(_CAPTURE, said["capture"], strict=True))
    result = Missed(*said["missed"]) if "missed" in said else None
    return Found(
        said["kind"],
        Page(said["url"], Capture(warc=unit.warc.name, **values)),
        said["id"],
        said["mime"],
        said["stated"],
        said["final"],
        tuple(said["original"]) if "original" in said else None,
        Article.from_dict(record) if record else result,
    )
