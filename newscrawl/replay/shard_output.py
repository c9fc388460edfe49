"""The output of one shard: a file that has its name once it is whole.

A line for each answer, as JSON; behind it, after a tab, the record of an article, and after another one what
the tables index of it, where that was asked for. Damage and requests that
are no GET have lines of their own. Records are read only when they are asked for.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from newscrawl.errors import DamagedRecord, Missed
from newscrawl.items import Article, Capture, Page
from newscrawl.processing.text_index import TextIndex
from newscrawl.replay.captured_page import CapturedPage
from newscrawl.storage.durable import storage_errors
from newscrawl.warc.record_header import DOCUMENT_PREFIX
from newscrawl.warc.request_key import RequestKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from newscrawl.processing.pages import Place
    from newscrawl.replay.shard import Shard

#: The kinds of answers: a page, a revisit that may be one, or neither.
PAGE, REVISIT, OTHER = "page", "revisit", "other"
_CAPTURE_FIELDS = ("offset", "length", "record_id", "payload_digest", "captured_at", "status")


@dataclass(frozen=True, slots=True)
class ShardAnswer:
    """One HTTP answer. A page has a `result`; `stated` is the payload digest that the record itself states.

    `record_id` is the id as it stands in the record. An answer is `final` if it is one of the chosen
    captures and the server has no more to say. `source` is the one that the metadata beside it names,
    `target` the URL that a redirect leads to, `drawn_from` the id of the response that a document is made of.
    """

    kind: str
    page: Page
    record_id: str
    mime: str = ""
    stated: str | None = None
    final: bool = True
    original: Place | None = None
    result: Article | Missed | None = None
    source: str | None = None
    target: str | None = None
    drawn_from: str | None = None
    text_index: TextIndex | None = None

    @property
    def index_url(self) -> str:
        """The URL under which an index has it."""
        return (DOCUMENT_PREFIX if self.drawn_from else "") + self.page.url


@dataclass(frozen=True, slots=True)
class ShardRequest:
    """A request that is no GET, and the id of the record that answers to it."""

    record_id: str
    asked: RequestKey


ShardEntry = ShardAnswer | DamagedRecord | ShardRequest


@contextmanager
def write_output(path: Path) -> Iterator[Callable[[ShardEntry], None]]:
    """Gives a function that writes an entry; the file gets its name at the end. Raises StorageError."""
    # Two workers may write the same output, if one was taken for dead.
    working = path.with_name(f".{uuid4().hex}-{path.name}")
    with storage_errors(path):
        try:
            with working.open("xb") as file:
                yield lambda entry: _write(file, entry)
                file.flush()
                os.fsync(file.fileno())
            working.replace(path)
        except BaseException:
            working.unlink(missing_ok=True)
            raise


def read_output(path: Path, shard: Shard) -> Iterator[tuple[int, ShardEntry]]:
    """All entries, without records, each with its position in the file."""
    position = 0
    with path.open("rb") as file:
        for line in file:
            yield position, _parse(line.partition(b"\t")[0], shard)
            position += len(line)


def read_answer(file: BinaryIO, position: int, shard: Shard) -> ShardAnswer:
    """The answer at this position, with its record."""
    file.seek(position)
    entry, record, index = (*file.readline().split(b"\t"), b"", b"")[:3]
    answer = _parse(entry, shard, json.loads(record) if record else None)
    assert isinstance(answer, ShardAnswer)
    return replace(answer, text_index=TextIndex.from_json(index)) if index else answer


def captured_page(answer: ShardAnswer, shard: Shard) -> CapturedPage:
    """The answer as a page in its file."""
    return CapturedPage(shard.warc, answer.page, answer.original, answer.source, answer.text_index)


def _write(file: BinaryIO, entry: ShardEntry) -> None:
    if isinstance(entry, ShardRequest):
        line = json.dumps({"asked": [entry.record_id, entry.asked.method, entry.asked.query]})
    elif isinstance(entry, DamagedRecord):
        line = json.dumps({"damage": [entry.path, entry.offset, entry.cause]})
    else:
        line = _line(entry)
    file.write(line.encode() + b"\n")


def _line(answer: ShardAnswer) -> str:
    capture = answer.page.capture
    fields: dict[str, Any] = {
        "kind": answer.kind,
        "url": answer.page.url,
        "id": answer.record_id,
        "capture": [getattr(capture, name) for name in _CAPTURE_FIELDS],
        "mime": answer.mime,
        "stated": answer.stated,
        "final": answer.final,
    }
    if answer.source:
        fields["source"] = answer.source
    if answer.target:
        fields["target"] = answer.target
    if answer.drawn_from:
        fields["drawn"] = answer.drawn_from
    if answer.original:
        fields["original"] = answer.original
    if isinstance(answer.result, Missed):
        missed = answer.result
        fields["missed"] = [missed.cause, missed.detail, missed.target, missed.over_limit]
    line = json.dumps(fields)
    if isinstance(answer.result, Article):
        line += "\t" + json.dumps(answer.result.to_dict())
        if answer.text_index is not None:
            line += "\t" + answer.text_index.to_json()
    return line


def _parse(line: bytes, shard: Shard, record: dict[str, Any] | None = None) -> ShardEntry:
    fields: dict[str, Any] = json.loads(line)
    if "damage" in fields:
        return DamagedRecord(*fields["damage"])
    if "asked" in fields:
        record_id, method, query = fields["asked"]
        return ShardRequest(record_id, RequestKey(method, query))
    values = dict(zip(_CAPTURE_FIELDS, fields["capture"], strict=True))
    missed = None
    if "missed" in fields:
        cause, detail, target, over_limit = fields["missed"]
        missed = Missed(cause, detail, target=target, over_limit=over_limit)
    return ShardAnswer(
        fields["kind"],
        Page(fields["url"], Capture(warc=shard.warc.name, **values)),
        fields["id"],
        fields["mime"],
        fields["stated"],
        fields["final"],
        tuple(fields["original"]) if "original" in fields else None,
        Article.from_dict(record) if record else missed,
        fields.get("source"),
        fields.get("target"),
        fields.get("drawn"),
    )
