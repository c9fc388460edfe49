"""Makes the output of one shard: reads its captures once, and has workers make their records."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from newscrawl.errors import ArchiveError, Missed
from newscrawl.processing.pages import make_record_of, read_record_of
from newscrawl.processing.rule_limits import without_effect
from newscrawl.processing.text_index import indexed
from newscrawl.replay.shard_output import PAGE, ShardAnswer, write_output
from newscrawl.replay.shard_reader import ShardReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from newscrawl.items import Article
    from newscrawl.processing.text_index import TextIndex
    from newscrawl.processing.workers import Workers
    from newscrawl.replay.config import ReplayConfig
    from newscrawl.replay.shard import Shard
    from newscrawl.rules.rule import Rule

    #: A record, and what the tables index of it if that was asked for.
    Read = Article | tuple[Article, TextIndex]
    #: An answer; the reading of its record, if it is a page; the bytes that are held for it.
    Pending = tuple[ShardAnswer, "_Reading | None", int]

#: Pages, and bytes of them, that are handed to the workers ahead of the one being waited for.
_MAX_PENDING = 48
_MAX_PENDING_BYTES = 32 * 1024 * 1024


def process(
    shard: Shard,
    path: Path,
    config: ReplayConfig,
    workers: Workers,
    *,
    on_page: Callable[[], None] | None = None,
) -> None:
    """Write the shard's output to `path`; `on_page` is called for each page.

    Raises StorageError, CaptureNotFound.
    """
    with write_output(path) as write:
        if shard.pages:
            pending = _resolved_revisits(shard, config, workers)
        else:
            pending = _answers(ShardReader(shard, config.selection, write), config, workers)
        for answer in _in_order(pending):
            write(answer)
            if answer.result is not None and on_page:
                on_page()


def _in_order(pending: Iterator[Pending]) -> Iterator[ShardAnswer]:
    """The answers in their order, with their results."""
    waiting: deque[Pending] = deque()
    held = 0
    for each in pending:
        waiting.append(each)
        held += each[2]
        while len(waiting) > _MAX_PENDING or held > _MAX_PENDING_BYTES:
            held -= waiting[0][2]
            yield _finished(waiting.popleft())
    for each in waiting:
        yield _finished(each)


def _finished(pending: Pending) -> ShardAnswer:
    answer, reading, _ = pending
    if reading is None:
        return answer
    outcome = reading.outcome()
    if isinstance(outcome, tuple):
        return replace(answer, result=outcome[0], text_index=outcome[1])
    return replace(answer, result=outcome)


class _Reading:
    """A page that a worker reads, by the rule of its site if there is one."""

    def __init__(
        self, workers: Workers, rule: Rule | None, call: Callable[..., Read], *args: Any
    ) -> None:
        self._workers, self._rule, self._call, self._args = workers, rule, call, args
        self._future = workers.submit(partial(call, rule=rule), *args)

    def outcome(self) -> Read | Missed:
        """What the worker made of the page. Without its rule, where it takes too long with it."""
        try:
            read: Read = self._workers.outcome(self._future)
        except Missed as missed:
            if (rule := without_effect(self._rule, missed)) is None:
                return missed
            return _Reading(self._workers, rule, self._call, *self._args).outcome()
        except ArchiveError as error:
            return Missed("extraction-failed", str(error))
        return read


def _call(make: Callable[..., Article], config: ReplayConfig) -> Callable[..., Read]:
    limited = partial(make, limits=config.limits)
    return partial(indexed, limited) if config.indexes_texts else limited


def _resolved_revisits(shard: Shard, config: ReplayConfig, workers: Workers) -> Iterator[Pending]:
    read = _call(read_record_of, config)
    for captured in shard.pages:
        page, original = captured.page, captured.original
        answer = ShardAnswer(PAGE, page, page.capture.record_id, original=original)
        answer = replace(answer, source=captured.source)
        rule = config.rules.rule_for(page.url, page.capture.captured_at)
        yield answer, _Reading(workers, rule, read, str(captured.warc), page, original), 0


def _answers(reader: ShardReader, config: ReplayConfig, workers: Workers) -> Iterator[Pending]:
    make = _call(make_record_of, config)
    for answer, record, metadata in reader.answers():
        if answer.kind == PAGE:
            rule = config.rules.rule_for(answer.page.url, answer.page.capture.captured_at)
            reading = _Reading(workers, rule, make, record, metadata, answer.page)
            yield answer, reading, len(record.held or b"")
        else:
            yield answer, None, 0
