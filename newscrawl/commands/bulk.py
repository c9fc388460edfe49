"""A replay that fills a folder: unit by unit, and on from where one was that has been killed."""

from __future__ import annotations

import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.commands import progress, terminal
from newscrawl.errors import ArchiveError, Missed, NewscrawlError, NothingToDo, UsageError
from newscrawl.items import Article
from newscrawl.processing.limits import LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.archive.layout import Layout
    from newscrawl.errors import DamagedRecord
    from newscrawl.replay.gathered import Gathered
    from newscrawl.replay.remade import Result
    from newscrawl.replay.running import Runner
    from newscrawl.replay.selection import Selection
    from newscrawl.replay.unfinished import Unfinished

#: Pages without a record for want of time or memory that are listed; the rest is counted.
_LISTED = 50


#: Files of more stored bytes than this are cut into pieces of about so many.
LONG = 64 * 1024 * 1024


class Bulk:
    """What is read and how; `write` and `parquet` do it and return the exit code."""

    def __init__(
        self,
        root: Path,
        paths: Sequence[str],
        *,
        workers: int,
        seconds: float,
        memory: int,
        chosen: Selection | None = None,
        index: Path | None = None,
        base: str | None = None,
        cluster: str | None = None,
        limits: Limits = LIMITS,
        long: int = LONG,
    ) -> None:
        from newscrawl.replay.selection import Selection
        from newscrawl.replay.unit import Recipe

        self._root, self._paths = root, paths
        self._recipe = Recipe(chosen or Selection(), seconds, memory, limits)
        self._processes, self._index, self._base = workers, index, base
        self._long, self._cluster = long, cluster
        self._failed = 0
        self._said: set[str] = set()
        #: The indexes that chose among captures, with their files by name.
        self._indexes: dict[Path, dict[str, Path]] = {}
        #: Where indexes are copied to that are not files on the disk.
        self._copies: Path | None = None

    def write(self) -> int:
        """Records, index and database, as an archive."""
        from newscrawl.archive.layout import Layout
        from newscrawl.collection import loading

        with self._inputs() as warcs:
            layout = Layout(self._root)
            layout.create()
            with self._unfinished() as unfinished:
                warcs = loading.prepare(self._root, warcs, on_damage=self._damaged)
                with self._gathered(warcs, unfinished) as (gathered, results):
                    unfinished.write_to(_written(layout, warcs))
                    number = loading.write(
                        layout, ((each.page, result) for each, result in results), now=time.time()
                    )
                    loading.index(layout, gathered.index_lines(), self._indexes)
                    return self._ended(gathered, number)

    def parquet(self) -> int:
        """Records as tables."""
        from newscrawl.store import parquet

        parquet.require()
        root = self._root
        begun = (root / "units" / "lock").is_file()
        if root.exists() and not begun and (not root.is_dir() or any(root.iterdir())):
            raise UsageError(f"{root} is not empty: name a new folder")
        with (
            self._inputs() as warcs,
            self._unfinished() as unfinished,
            self._gathered(warcs, unfinished) as (gathered, results),
        ):
            unfinished.write_to(root / f"day={day}" for day in gathered.days())
            records = (r.to_dict() for _, r in results if isinstance(r, Article))
            return self._ended(gathered, parquet.write(root, records))

    @contextmanager
    def _inputs(self) -> Iterator[list[Path]]:
        from newscrawl.replay.inputs import Inputs

        with tempfile.TemporaryDirectory(prefix="newscrawl-") as folder:
            self._copies = Path(folder) / "indexes"
            self._copies.mkdir()
            yield Inputs(Path(folder), base=self._base).files(self._paths)

    @contextmanager
    def _unfinished(self) -> Iterator[Unfinished]:
        """What an earlier run has left; removed if this one ends, or never began."""
        from newscrawl.replay.unfinished import Unfinished

        with closing(Unfinished(self._root)) as unfinished:
            unfinished.undo()
            try:
                yield unfinished
            except NewscrawlError as error:
                # Without a page there is nothing to go on with.
                if isinstance(error, NothingToDo) or not unfinished.has_parts():
                    unfinished.finish()
                raise
            unfinished.finish()

    @contextmanager
    def _gathered(
        self, warcs: Sequence[Path], unfinished: Unfinished
    ) -> Iterator[tuple[Gathered, Iterator[Result]]]:
        """What all units say, made if need be, and the pages with their revisions."""
        from newscrawl.replay.captured import is_ours
        from newscrawl.replay.gathered import Gathered
        from newscrawl.replay.remade import Remaking

        complete = not all(map(is_ours, warcs))
        files = [unfinished.reachable(warc, number) for number, warc in enumerate(warcs)]
        with closing(Gathered(keep_answered=not complete)) as gathered:
            self._make(files, unfinished, gathered)
            for damage in gathered.damages:
                self._damaged(damage)
            if not gathered.pages and not self._said:
                raise NothingToDo(f"no captured page to replay in {', '.join(self._paths)}")
            remaking = Remaking(gathered.results(), answered=gathered.answered, complete=complete)
            with closing(remaking):
                yield gathered, self._watched(remaking.results())

    def _make(self, files: Sequence[Path], unfinished: Unfinished, gathered: Gathered) -> None:
        from newscrawl.replay import cut, running
        from newscrawl.replay.revisited import revisit_units

        chosen = self._recipe.chosen
        with progress.Units() as shown, closing(self._runner(shown)) as runner:
            parts = cut.cut(
                files,
                chosen,
                self._index,
                on_damage=self._damaged,
                long=self._long,
                folder=self._copies,
            )
            units = [*parts.units, *running.cut_long(parts.uncut, self._long, unfinished, runner)]
            running.run(
                units, unfinished, self._recipe, runner, gathered, shown, failed=parts.errors
            )
            # What revisits stand for is known once all files are read.
            revisits = list(revisit_units(gathered, chosen, parts.indexes, parts.stamps))
            running.run(revisits, unfinished, self._recipe, runner, gathered, shown)
        self._indexes = parts.indexes

    def _runner(self, shown: progress.Units) -> Runner:
        if self._cluster:
            from newscrawl.replay.cluster import Cluster

            return Cluster(self._cluster, self._recipe, long=self._long)
        from newscrawl.replay.running import Local

        return Local(self._processes, self._recipe, long=self._long, on_page=shown.page)

    def _watched(self, results: Iterator[Result]) -> Iterator[Result]:
        """The results; of pages that could not be read, the first are named."""
        for captured, result in results:
            if isinstance(result, Missed) and result.cause == "extraction-failed":
                self._failed += 1
                if self._failed <= _LISTED:
                    terminal.say(f"newscrawl: {captured.page.url}: {result}", err=True)
            yield captured, result

    def _damaged(self, damage: DamagedRecord) -> None:
        if str(damage) not in self._said:
            self._said.add(str(damage))
            terminal.say(f"newscrawl: {damage}", err=True)

    def _ended(self, gathered: Gathered, number: int) -> int:
        if self._failed > _LISTED:
            more = self._failed - _LISTED
            terminal.say(f"newscrawl: {more} more pages could not be read", err=True)
        terminal.say(
            f"{number} records of {gathered.pages} captured pages written to {self._root}/"
        )
        return ArchiveError.exit_code if self._said else 0


def _written(layout: Layout, warcs: Sequence[Path]) -> Iterator[Path]:
    """The files that a replay of these makes; what was there before is only added to."""
    for warc in warcs:
        yield layout.records_beside(warc.name)
    if not layout.database.exists():
        for suffix in ("", "-wal", "-shm"):
            yield layout.database.with_name(layout.database.name + suffix)
