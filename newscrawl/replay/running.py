"""Who does the units, and what becomes of one that cannot be done? Here: processes of this machine."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, Any, Protocol

from newscrawl.errors import NewscrawlError, StorageError
from newscrawl.processing.workers import Workers
from newscrawl.replay import cut
from newscrawl.replay.make import make
from newscrawl.replay.unfinished import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from newscrawl.replay.gathered import Gathered
    from newscrawl.replay.unfinished import Unfinished
    from newscrawl.replay.unit import Recipe, Unit

    #: A unit and the file for what it says.
    Work = tuple[Unit, Path]

#: Units that are read at a time: at the end of one its last pages would keep only some workers busy.
_AT_ONCE = 2


class Runner(Protocol):
    """Whatever does work elsewhere. What fails is yielded with its error."""

    def make(self, work: Iterable[Work]) -> Iterator[tuple[Unit, NewscrawlError | None]]:
        """Make the parts of these units, in any order."""
        ...

    def starts(self, units: Iterable[Unit]) -> Iterator[tuple[Unit, list[int]]]:
        """Where these long files can be cut, in any order."""
        ...

    def close(self) -> None: ...


class Shown(Protocol):
    """Is told how far it is."""

    def expect(self, units: int, /) -> None: ...
    def unit(self) -> None: ...


class Local:
    """This process reads files, and `processes` others the pages in them."""

    def __init__(
        self,
        processes: int,
        recipe: Recipe,
        *,
        long: int,
        on_page: Callable[[], None] | None = None,
    ) -> None:
        self._recipe, self._long, self._on_page = recipe, long, on_page
        # What they read may lie elsewhere.
        self._workers = Workers(
            processes, seconds=recipe.seconds, memory=recipe.memory, network=True
        )
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="unit")

    def make(self, work: Iterable[Work]) -> Iterator[tuple[Unit, NewscrawlError | None]]:
        yield from self._each(self._made, work)

    def starts(self, units: Iterable[Unit]) -> Iterator[tuple[Unit, list[int]]]:
        yield from self._each(self._starts, units)

    def close(self) -> None:
        """Stop; what is being done is thrown away."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._workers.close()
        self._threads.shutdown()

    def _made(self, work: Work) -> tuple[Unit, NewscrawlError | None]:
        unit, part = work
        try:
            make(unit, part, self._recipe, self._workers, on_page=self._on_page)
        except NewscrawlError as error:
            return unit, error
        return unit, None

    def _starts(self, unit: Unit) -> tuple[Unit, list[int]]:
        return unit, cut.starts(unit.warc, long=self._long)

    def _each(self, call: Callable[[Any], Any], given: Iterable[Any]) -> Iterator[Any]:
        for future in as_completed([self._threads.submit(call, each) for each in given]):
            yield future.result()


def cut_long(
    uncut: Iterable[Unit], long: int, unfinished: Unfinished, runner: Runner
) -> list[Unit]:
    """The pieces of long files. Where they are cut is kept, so that a later run cuts them alike."""
    known = {unit: unfinished.starts(unit, long) for unit in uncut}
    for unit, found in runner.starts([unit for unit, path in known.items() if not path.exists()]):
        replace(known[unit], json.dumps(found))
    return [
        piece
        for unit, path in known.items()
        for piece in cut.pieces(unit, json.loads(path.read_text()))
    ]


def run(
    units: Iterable[Unit],
    unfinished: Unfinished,
    recipe: Recipe,
    runner: Runner,
    gathered: Gathered,
    shown: Shown,
    *,
    failed: Iterable[NewscrawlError] = (),
) -> None:
    """Gather the parts of all units, in the order of these; those that are there are not made again.

    What fails does not keep the others from being made: the errors are raised at the end, with those of
    files that `failed` before.
    """
    parts = [(unfinished.part(unit, recipe), unit) for unit in units]
    waiting = [(unit, path) for path, unit in parts if not path.exists()]
    shown.expect(len(waiting))
    errors = list(failed)
    for _, error in runner.make(waiting):
        if error is not None:
            errors.append(error)
        shown.unit()
    if len(errors) > 1:
        raise StorageError("\n".join(dict.fromkeys(map(str, errors))))
    if errors:
        raise errors[0]
    for path, unit in parts:
        gathered.add(path, unit)
