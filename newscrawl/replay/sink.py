"""A sink: what becomes of the results of a replay. Whoever adds one derives it from `Sink`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from newscrawl.errors import Missed
from newscrawl.replay.captured_page import is_ours
from newscrawl.replay.checkpoint import SHARDS
from newscrawl.replay.existing_records import records_beside, with_records
from newscrawl.replay.revision_assignment import RevisionAssignment
from newscrawl.replay.stated_records import StatedRecords

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from newscrawl.edits.observation import Observed
    from newscrawl.replay.captured_page import CapturedPage, CapturePlace, Result
    from newscrawl.replay.checkpoint import Checkpoint
    from newscrawl.replay.config import ReplayConfig
    from newscrawl.replay.merge import Merge
    from newscrawl.replay.observer import Observer
    from newscrawl.replay.other_archives import OtherRecords
    from newscrawl.replay.retained_records import RetainedRecords
    from newscrawl.warc.reader import OnDamage

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WorkFolder:
    """Where a replay keeps what is done, so that a killed one resumes there: `name` in `root`.

    An `optional` one gives way to a temporary folder where it cannot be written, or is in use. In a `shared`
    one the work of other unfinished replays stays.
    """

    root: Path
    name: str = SHARDS
    optional: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Replayed:
    """All captured pages of the files, once all shards are processed.

    `files` are the paths as the user named them, and `named` has them by the paths that processes open;
    `indexes` are those that chose captures, with their files.
    """

    files: Sequence[Path]
    named: Mapping[Path, Path]
    config: ReplayConfig
    merge: Merge
    checkpoint: Checkpoint
    indexes: Mapping[Path, Mapping[str, Path]]
    observer: Observer

    def results(
        self,
        *,
        others: OtherRecords | None = None,
        retained: RetainedRecords | None = None,
        omitted: Collection[CapturePlace] = (),
        on_observed: Callable[[CapturedPage, Observed], None] | None = None,
    ) -> Iterator[Result]:
        """Each page with its record, which has its revision, or its miss.

        Revisions go on from those of `others`. `retained` records count as read; the pages at the
        `omitted` places are left out. What captures show of articles that are known by then goes to
        `on_observed`, the oldest first.
        """
        stated = StatedRecords(records_beside(with_records(self.files)))
        read = stated.applied(self.merge.results())
        if omitted:
            read = (result for result in read if result[0].place not in omitted)
        assignment = RevisionAssignment(
            retained.merged_with(read) if retained else read,
            is_answered=self.merge.is_answered,
            complete=is_complete(self.files),
            others=others,
            looks=self.merge.looks() if on_observed else (),
            on_observed=on_observed,
        )
        with closing(assignment):
            total = self.merge.captures - len(omitted)
            for captured, result in self.observer.merging(assignment.results(), total):
                if isinstance(result, Missed) and result.cause == "extraction-failed":
                    self.observer.page_failed(captured.page, result)
                yield replace(captured, warc=self.named.get(captured.warc, captured.warc)), result


class Sink(ABC, Generic[T]):
    """Takes the results of a replay and makes a `T` of them. The methods are called in this order."""

    #: Whether workers make what tables index of the texts of records, too.
    indexes_texts = False

    def reads_unfinished(self, _: Path, /) -> bool:
        """Whether this WARC, which is not finished, is read up to its last whole record."""
        return False

    def work_folder(self, _: Sequence[Path], /) -> WorkFolder | None:
        """Where the work on these files is kept; None: temporarily. Raises UsageError, NothingToDo."""
        return None

    def prepare(
        self, files: Sequence[Path], _ends: Mapping[Path, int], _on_damage: OnDamage, /
    ) -> Sequence[Path]:
        """Make ready what the results are written to; return the files that can be read.

        Of some files only so many bytes are read, up to their ends.
        """
        return files

    @abstractmethod
    def consume(self, replayed: Replayed) -> T:
        """Take the results. Raises NothingToDo if there is nothing to be done with them.

        A sink that writes into its work folder first calls `replayed.checkpoint.note_targets` with the paths,
        so that the next run removes what a killed one has half written.
        """


def is_complete(files: Sequence[Path]) -> bool:
    """Whether nothing but these files is to be known of a site, as of archives of others."""
    return not all(map(is_ours, files))
