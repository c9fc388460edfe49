"""A sink that puts the new records of an archive in force; the earlier ones stay as a generation."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.collection import generations, record_files
from newscrawl.collection.commit import Collection
from newscrawl.collection.generations import PendingGeneration
from newscrawl.collection.loading import outcome
from newscrawl.database.engine import open_database
from newscrawl.errors import NothingToDo, UsageError
from newscrawl.frontier import SqlFrontier
from newscrawl.items import Article
from newscrawl.replay.absent_rules import AbsentRules
from newscrawl.replay.comparison_sink import WORK
from newscrawl.replay.existing_records import ExistingRecords, records_beside
from newscrawl.replay.other_archives import captures_without_record
from newscrawl.replay.retained_records import RetainedRecords
from newscrawl.replay.sink import Replayed, Sink, WorkFolder
from newscrawl.store import Store
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from newscrawl.archive.layout import Layout
    from newscrawl.replay.captured_page import Result
    from newscrawl.warc.reader import OnDamage


@dataclass(frozen=True, slots=True)
class Adoption:
    """How many records are in force, how many of them are earlier ones, and the generation they replaced.

    `replaced` is None where the records are as they were, and only the changes of articles are new.
    """

    records: int
    retained: int
    replaced: int | None


class AdoptionSink(Sink[Adoption]):
    """Adopts the records of one archive, with the tables in `database` or else in that of the archive.

    Raises UsageError if the database has captures of other archives, and, with `keeps_rules`, if rules made
    records that are in force: for a replay that is given none.
    """

    def __init__(
        self, layout: Layout, *, database: str | None = None, keeps_rules: bool = False
    ) -> None:
        self._layout, self._database, self._keeps_rules = layout, database, keeps_rules

    def work_folder(self, _: Sequence[Path], /) -> WorkFolder:
        return WorkFolder(self._layout.root, WORK, shared=True)

    def prepare(
        self, files: Sequence[Path], _ends: Mapping[Path, int], _on_damage: OnDamage, /
    ) -> Sequence[Path]:
        """Finish an adoption during which a machine died."""
        with self._tables() as collection:
            generations.enter(collection)
        if self._keeps_rules:
            absent = AbsentRules()
            for path in records_beside(self._layout.finished()):
                for record in record_files.read(path) if path.exists() else ():
                    absent.add(record)
            if str(absent):
                raise UsageError(f"--adopt: {absent}, or leave them out by --rules none")
        return files

    def consume(self, replayed: Replayed) -> Adoption:
        existing = ExistingRecords(records_beside(self._layout.finished()))
        retained = RetainedRecords(self._layout, existing, replayed.merge.places())
        without = captures_without_record(self._layout.finished(), self._database)
        dropped = without.dropped.difference(existing.keys())
        omitted = dropped.intersection(replayed.merge.places())
        pending = PendingGeneration(self._layout)
        read = replayed.results(
            retained=retained,
            omitted=omitted,
            on_observed=lambda _, seen: pending.observe(seen),
        )
        results = (
            (captured, result)
            for captured, result in read
            if captured.place in existing or not without.is_of_another_spider(captured.page.url)
        )
        stay = gather(pending, existing, results, retained)
        number = pending.number
        if stay is None:
            self._adopt_changes(pending)
            return Adoption(number, 0, None)
        pending.complete_for(self._layout.finished())
        with self._tables() as collection:
            replaced = generations.enter(collection)
        return Adoption(number, stay, replaced)

    def _adopt_changes(self, pending: PendingGeneration) -> None:
        """Adopt the changes alone. Raises NothingToDo where all is as it was."""
        try:
            if not pending.has_other_changes():
                root = self._layout.root
                raise NothingToDo(f"the records of {root} are what this code makes of its captures")
            with self._tables() as collection:
                pending.enter_changes(collection)
        finally:
            pending.discard()

    @contextmanager
    def _tables(self) -> Iterator[Collection]:
        engine = open_database(self._database or self._layout.database)
        try:
            store = Store(engine)
            known = {path.name for path in self._layout.finished()}
            if self._database and (others := store.warcs() - known):
                raise UsageError(
                    f"--adopt: {store.database} has captures of other archives, too, as in {min(others)}"
                )
            yield Collection(self._layout, store, SqlFrontier(engine))
        finally:
            engine.dispose()


def gather(
    pending: PendingGeneration,
    existing: ExistingRecords,
    results: Iterable[Result],
    retained: RetainedRecords,
) -> int | None:
    """Write the next generation; return how many records are retained, None where all are as they were.

    Raises StorageError.
    """
    same = stay = 0
    for captured, result in results:
        if isinstance(result, Article):
            record = result.to_dict()
            pending.add(captured.warc.name, [record])
            same += record == existing.get(captured.place)
            stay += captured.place in retained.places
        elif result.over_limit:
            continue
        if isinstance(result, Article) or result.cause != "not-html":
            pending.ended(key(captured.page.url), outcome(captured.page, result))
    is_same = same == pending.number == len(list(existing.keys()))
    return None if is_same else stay
