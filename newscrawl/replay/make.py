"""What do the captures of one unit say? Read once, from the first to the last, in whatever process it is."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from newscrawl.errors import CaptureNotFound, DamagedRecord
from newscrawl.items import Page
from newscrawl.processing.pages import make_record_of, read_record_of
from newscrawl.processing.validate import is_final
from newscrawl.replay import part
from newscrawl.replay.captured import is_robots
from newscrawl.replay.part import OTHER, PAGE, REVISIT, Found
from newscrawl.replay.remade import outcome
from newscrawl.warc import cdxj
from newscrawl.warc.reader import iter_records, read_with_metadata
from newscrawl.warc.validity import valid_response_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from newscrawl.processing.workers import Workers
    from newscrawl.replay.part import Said
    from newscrawl.replay.unit import Recipe, Unit
    from newscrawl.warc.captured_response import CapturedResponse
    from newscrawl.warc.record import WarcRecord

    #: Is told of each page that is done.
    OnPage = Callable[[], None]

#: Pages, and bytes of them, that are handed to the workers ahead of the one being waited for.
_AHEAD = 48
_HELD = 32 * 1024 * 1024
#: Metadata behind an answer that is looked at, as `read_with_metadata` does.
_METADATA = 4


def make(
    unit: Unit, path: Path, recipe: Recipe, workers: Workers, *, on_page: OnPage | None = None
) -> None:
    """Write all that the unit says to the part at `path`. Raises StorageError, CaptureNotFound."""
    with part.writing(path) as write:
        making = _Making(unit, recipe, workers, write)
        for found in making.found():
            write(found)
            if found.result is not None and on_page:
                on_page()


class _Making:
    def __init__(
        self, unit: Unit, recipe: Recipe, workers: Workers, write: Callable[[Said], None]
    ) -> None:
        self._unit, self._chosen, self._limits = unit, recipe.chosen, recipe.limits
        self._workers, self._write = workers, write
        self._interrupted = False

    def found(self) -> Iterator[Found]:
        """The answers in their order, with their records; what is damaged is written at once."""
        running: deque[tuple[Found, Any, int]] = deque()
        held = 0
        for found, future, size in self._begun():
            running.append((found, future, size))
            held += size
            while len(running) > _AHEAD or held > _HELD:
                held -= running[0][2]
                yield self._ended(*running.popleft())
        for each in running:
            yield self._ended(*each)

    def _ended(self, found: Found, future: Any, _: int) -> Found:
        return replace(found, result=outcome(self._workers, future)) if future else found

    def _begun(self) -> Iterator[tuple[Found, Any, int]]:
        """Each answer with the future of its record, if it is a page, and the bytes that are held for it."""
        for captured in self._unit.pages:
            page, original = captured.page, captured.original
            found = Found(PAGE, page, page.capture.record_id, original=original)
            read = partial(read_record_of, limits=self._limits)
            call = (read, str(captured.warc), page, original)
            yield found, self._workers.submit(*call), 0
        if self._unit.pages:
            return
        answers = self._at_places() if self._unit.places else self._in_range()
        for answer, metadata in answers:
            found = self._found(answer)
            if found.kind != PAGE:
                yield found, None, 0
                continue
            made = partial(make_record_of, limits=self._limits)
            future = self._workers.submit(made, answer.record, metadata, found.page)
            yield found, future, len(answer.record.held or b"")

    def _found(self, answer: CapturedResponse) -> Found:
        kind = OTHER
        if self._chosen.has(answer.uri, answer.date) and not is_robots(answer.uri):
            if answer.is_revisit:
                kind = REVISIT
            elif self._chosen.is_page(answer.status, answer.head.media_type):
                kind = PAGE
        record = answer.record
        return Found(
            kind,
            Page(answer.uri, answer.capture),
            record.id,
            cdxj.mime_of(answer.head, is_revisit=answer.is_revisit),
            record.get("WARC-Payload-Digest"),
            is_final(answer.status) and not record.get("WARC-Truncated"),
        )

    def _in_range(self) -> Iterator[tuple[CapturedResponse, list[WarcRecord]]]:
        """The answers of the range, each with the metadata right behind that refer to it."""
        unit = self._unit
        answer: CapturedResponse | None = None
        behind: list[WarcRecord] = []
        for record in iter_records(
            unit.warc, on_damage=self._damaged, start=unit.start, end=unit.end
        ):
            if answer is not None:
                if self._is_metadata_of(answer, record) and len(behind) < _METADATA:
                    behind.append(record)
                    continue
                yield answer, behind
            answer, behind, self._interrupted = self._answer_in(record), [], False
        if answer is not None:
            yield answer, behind

    def _is_metadata_of(self, answer: CapturedResponse, record: WarcRecord) -> bool:
        return not self._interrupted and record.is_metadata_of(answer.record)

    def _answer_in(self, record: WarcRecord) -> CapturedResponse | None:
        if record.is_head_request:
            for answered in record.all("WARC-Concurrent-To"):
                self._write(answered)
        return valid_response_in(record, self._damaged)

    def _at_places(self) -> Iterator[tuple[CapturedResponse, tuple[WarcRecord, ...]]]:
        warc = self._unit.warc
        for offset, length in self._unit.places:
            try:
                record, metadata = read_with_metadata(warc, offset, length)
            except DamagedRecord as damage:
                self._damaged(damage)
            except CaptureNotFound as error:
                self._damaged(DamagedRecord(str(warc), offset, str(error)))
            else:
                if (answer := valid_response_in(record, self._damaged)) is not None:
                    yield answer, metadata

    def _damaged(self, damage: DamagedRecord) -> None:
        self._interrupted = True
        self._write(damage)
