"""A sink that makes an archive folder: records, index and database, for captures that stay where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.archive.layout import Layout
from newscrawl.collection import loading
from newscrawl.errors import UsageError
from newscrawl.replay.sink import Replayed, Sink, WorkFolder
from newscrawl.replay.unfinished_warcs import copy_beginning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from newscrawl.edits.observation import Observed
    from newscrawl.warc.reader import OnDamage


class ArchiveSink(Sink[int]):
    """Writes into the folder `root`, and tables to `database` or else to that of the folder.

    `now` is when URLs count as settled, in seconds since the epoch. With `copies` the files are copied into
    it. Returns the number of records.
    """

    indexes_texts = True

    def __init__(
        self, root: Path, *, now: float, database: str | None = None, copies: bool = False
    ) -> None:
        self._layout, self._now, self._database = Layout(root), now, database
        self._copies = copies

    def reads_unfinished(self, warc: Path, /) -> bool:
        # In its own archive it is left to the next crawl, which finishes it and reads its pages.
        return warc.parent.absolute() != self._layout.warcs.absolute()

    def work_folder(self, _: Sequence[Path], /) -> WorkFolder:
        self._layout.create()
        return WorkFolder(self._layout.root)

    def prepare(
        self, files: Sequence[Path], ends: Mapping[Path, int], on_damage: OnDamage, /
    ) -> Sequence[Path]:
        layout = self._layout
        for warc in (each for each in files if each in ends):
            place, records = layout.warcs / warc.name, layout.records_beside(warc.name)
            if records.exists():
                raise UsageError(f"{records} exists: remove it first, or name another folder")
            # What a link would stand for is written on, and put in order by the next crawl.
            copy_beginning(warc, ends[warc], place)
        finished = [warc for warc in files if warc not in ends]
        sound = set(
            loading.prepare(layout.root, finished, on_damage=on_damage, copies=self._copies)
        )
        return [warc for warc in files if warc in ends or warc in sound]

    def consume(self, replayed: Replayed) -> int:
        replayed.checkpoint.note_targets(self._written(replayed.files))
        observed: list[Observed] = []
        results = (
            (captured.page, captured.source, result, captured.text_index)
            for captured, result in replayed.results(
                on_observed=lambda _, each: observed.append(each)
            )
        )
        number = loading.write(
            self._layout, results, observed, now=self._now, database=self._database
        )
        loading.index(self._layout, replayed.merge.index_lines(), replayed.indexes)
        return number

    def _written(self, warcs: Sequence[Path]) -> Iterator[Path]:
        """The files that are made; those that were there before are only added to."""
        for warc in warcs:
            yield self._layout.records_beside(warc.name)
            yield self._layout.changes_beside(warc.name)
        database = self._layout.database
        if not self._database and not database.exists():
            for suffix in ("", "-wal", "-shm"):
                yield database.with_name(database.name + suffix)
