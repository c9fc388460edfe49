"""A sink that compares the records with those beside the captures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.errors import NothingToDo
from newscrawl.items import Article
from newscrawl.replay.comparison import Comparison
from newscrawl.replay.existing_records import (
    ExistingRecords,
    archives_of,
    records_beside,
    with_records,
)
from newscrawl.replay.other_archives import captures_without_record, other_records
from newscrawl.replay.sink import Replayed, Sink, WorkFolder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newscrawl.replay.config import ReplayInput

#: The folder in an archive for what is done by replays that leave no other folder.
WORK = "replay-shards"


class ComparisonSink(Sink[Comparison]):
    """Gives the comparison, which is to be closed.

    Captures that a crawl could not read within its limits, or left out by its options, are known from
    `database`, or else from the one of each archive. What is done is kept in the archive if it is
    `resumable`.
    """

    def __init__(
        self, inputs: ReplayInput, *, database: str | None = None, resumable: bool = True
    ) -> None:
        self._inputs, self._database, self._resumable = inputs, database, resumable

    def work_folder(self, files: Sequence[Path], /) -> WorkFolder | None:
        if not with_records(files):
            raise NothingToDo(f"no records beside {self._inputs} to compare with")
        if not self._resumable:
            return None
        return WorkFolder(archives_of(files)[0].root, WORK, optional=True, shared=True)

    def consume(self, replayed: Replayed) -> Comparison:
        selection = replayed.config.selection
        warcs = set(with_records(replayed.files))
        existing = ExistingRecords(records_beside(warcs), selection)
        without = captures_without_record(warcs, self._database)
        left_out = without.left_out | without.dropped
        unrecorded = (without.over_limit | left_out).difference(existing.keys())
        omitted = unrecorded.intersection(replayed.merge.places())
        comparison = Comparison(existing, (r.name for r in replayed.config.rules.rules))
        comparison.left_out = len(omitted & left_out)
        comparison.unread = len(omitted) - comparison.left_out
        try:
            results = replayed.results(others=other_records(warcs, selection), omitted=omitted)
            for captured, result in results:
                if not isinstance(result, Article):
                    comparison.unread += result.over_limit
                elif captured.warc not in warcs:
                    continue
                elif captured.place not in existing and without.is_of_another_spider(
                    captured.page.url
                ):
                    comparison.left_out += 1
                else:
                    comparison.add(result.to_dict())
        except BaseException:
            comparison.close()
            raise
        return comparison
