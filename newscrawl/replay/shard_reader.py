"""Reads the answers of one shard, each once and in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.causes import is_final
from newscrawl.errors import CaptureNotFound, DamagedRecord
from newscrawl.items import Page
from newscrawl.processing.page_hints import hints_in
from newscrawl.replay.captured_page import is_robots
from newscrawl.replay.shard_output import OTHER, PAGE, REVISIT, ShardAnswer, ShardRequest
from newscrawl.warc import cdxj
from newscrawl.warc.reader import iter_records, read_with_metadata
from newscrawl.warc.validity import valid_response_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from newscrawl.replay.selection import Selection
    from newscrawl.replay.shard import Shard
    from newscrawl.replay.shard_output import ShardEntry
    from newscrawl.warc.captured_response import CapturedResponse
    from newscrawl.warc.record import WarcRecord

    #: An answer, its record, and the metadata records beside it.
    ReadAnswer = tuple[ShardAnswer, WarcRecord, Sequence[WarcRecord]]

#: Metadata records behind an answer that are looked at, as `read_with_metadata` does.
_MAX_METADATA = 4


class ShardReader:
    """Reads the answers of a shard; damage, and requests that are no GET, are given to `write`."""

    def __init__(
        self, shard: Shard, selection: Selection, write: Callable[[ShardEntry], None]
    ) -> None:
        self._shard, self._selection, self._write = shard, selection, write
        self._interrupted = False

    def answers(self) -> Iterator[ReadAnswer]:
        """The answers in their order."""
        answers = self._at_places() if self._shard.places else self._in_range()
        for answer, metadata in answers:
            yield self._classified(answer, metadata), answer.record, metadata

    def _classified(self, answer: CapturedResponse, metadata: Sequence[WarcRecord]) -> ShardAnswer:
        kind, record, hints = OTHER, answer.record, hints_in(metadata)
        is_chosen = self._selection.has(answer.uri, answer.date)
        if is_chosen and not (is_robots(answer.uri) or hints.is_requisite):
            if answer.is_revisit:
                kind = REVISIT
            elif self._selection.is_page(answer.status, answer.head.media_type):
                kind = PAGE
        return ShardAnswer(
            kind,
            Page(answer.uri, answer.capture),
            record.id,
            cdxj.mime_of(answer.head, is_revisit=answer.is_revisit),
            record.get("WARC-Payload-Digest"),
            is_chosen and is_final(answer.status) and not record.get("WARC-Truncated"),
            source=hints.source if kind != OTHER else None,
            target=answer.redirect_target if is_chosen else None,
            drawn_from=next(iter(record.all("WARC-Concurrent-To")), record.id)
            if record.is_document
            else None,
        )

    def _in_range(self) -> Iterator[tuple[CapturedResponse, Sequence[WarcRecord]]]:
        """The answers of the range, each with the metadata right behind that refer to it."""
        shard = self._shard
        answer: CapturedResponse | None = None
        behind: list[WarcRecord] = []
        for record in iter_records(
            shard.warc, on_damage=self._damaged, start=shard.start, end=shard.end
        ):
            if answer is not None:
                if self._is_metadata_of(answer, record) and len(behind) < _MAX_METADATA:
                    behind.append(record)
                    continue
                yield answer, behind
            answer, behind, self._interrupted = self._answer_in(record), [], False
        if answer is not None:
            yield answer, behind

    def _is_metadata_of(self, answer: CapturedResponse, record: WarcRecord) -> bool:
        return (
            not self._interrupted
            and record.type == "metadata"
            and answer.record.id in record.all("WARC-Concurrent-To")
        )

    def _answer_in(self, record: WarcRecord) -> CapturedResponse | None:
        if (asked := record.request_key()) is not None:
            for answered in record.all("WARC-Concurrent-To"):
                self._write(ShardRequest(answered, asked))
        return valid_response_in(record, self._damaged, resources=True)

    def _at_places(self) -> Iterator[tuple[CapturedResponse, Sequence[WarcRecord]]]:
        warc = self._shard.warc
        for offset, length in self._shard.places:
            try:
                record, metadata = read_with_metadata(warc, offset, length)
            except DamagedRecord as damage:
                self._damaged(damage)
            except CaptureNotFound as error:
                self._damaged(DamagedRecord(str(warc), offset, str(error)))
            else:
                if (answer := valid_response_in(record, self._damaged, resources=True)) is not None:
                    yield answer, metadata

    def _damaged(self, damage: DamagedRecord) -> None:
        self._interrupted = True
        self._write(damage)
