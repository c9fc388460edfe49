"""Who does the units, if not this machine? The workers of a Dask cluster that see the same files."""

from __future__ import annotations

import multiprocessing
import threading
from typing import TYPE_CHECKING, Any

from newscrawl.errors import NewscrawlError, StorageError, UsageError
from newscrawl.processing.workers import Workers
from newscrawl.replay import cut
from newscrawl.replay.make import make
from newscrawl.replay.unit import code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from newscrawl.replay.running import Work
    from newscrawl.replay.unit import Recipe, Unit


class Cluster:
    """The workers of the scheduler at this address, which has to answer within `patience` seconds.

    Raises UsageError, StorageError. A unit whose worker dies is given to another one.
    """

    def __init__(self, address: str, recipe: Recipe, *, long: int, patience: float = 10) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise UsageError(
                "distributed is not installed: pip install 'newscrawl[cluster]'"
            ) from error
        self._recipe, self._long = recipe, long
        try:
            self._client = Client(address, timeout=patience)  # type: ignore[no-untyped-call]
        except ValueError as error:
            raise UsageError(f"--cluster {address}: {error}") from error
        except OSError as error:
            raise StorageError(f"--cluster {address}: no scheduler answers there") from error

    def make(self, work: Iterable[Work]) -> Iterator[tuple[Unit, NewscrawlError | None]]:
        calls = {unit: (unit, part, self._recipe, code()) for unit, part in work}
        for unit, future in self._ended(make_there, calls):
            yield unit, _error_of(future, unit)

    def starts(self, units: Iterable[Unit]) -> Iterator[tuple[Unit, list[int]]]:
        for unit, future in self._ended(starts_there, {u: (u, self._long) for u in units}):
            if error := _error_of(future, unit):
                raise error
            yield unit, future.result()

    def close(self) -> None:
        """Leave the cluster; what it has not done for us is given up."""
        self._client.close()  # type: ignore[no-untyped-call]

    def _ended(
        self, call: Callable[..., Any], calls: dict[Unit, tuple[Any, ...]]
    ) -> Iterator[tuple[Unit, Any]]:
        from distributed import as_completed

        futures = {
            self._client.submit(call, *given, pure=False): unit for unit, given in calls.items()
        }
        for future in as_completed(futures):  # type: ignore[no-untyped-call]
            yield futures[future], future


def make_there(unit: Unit, part: Path, recipe: Recipe, expected: dict[str, str]) -> None:
    """Make a unit's part, in a worker of the cluster. Raises StorageError where that has other code."""
    if code() != expected:
        raise StorageError(f"a worker of the cluster has {code()}, and not {expected}")
    make(unit, part, recipe, _workers(recipe.seconds, recipe.memory))


def starts_there(unit: Unit, long: int) -> list[int]:
    """Where a long file can be cut, in a worker of the cluster."""
    return cut.starts(unit.warc, long=long)


_lock = threading.Lock()
_of_this_process: dict[tuple[float, int], Workers] = {}


def _workers(seconds: float, memory: int) -> Workers:
    """The processes that read the pages of this worker, one for each of its threads."""
    from distributed import get_worker

    if multiprocessing.current_process().daemon:
        raise StorageError(
            "a worker of the cluster may have no processes of its own: start it with --no-nanny,"
            " or with DASK_DISTRIBUTED__WORKER__DAEMON=False in its environment"
        )
    with _lock:
        found = _of_this_process.get((seconds, memory))
        if found is None:
            threads = get_worker().state.nthreads
            found = Workers(threads, seconds=seconds, memory=memory, network=True)
            _of_this_process[seconds, memory] = found
    return found


def _error_of(future: Any, unit: Unit) -> NewscrawlError | None:
    from distributed.scheduler import KilledWorker

    if future.status not in ("finished", "error"):
        return StorageError(
            f"{unit.warc} from byte {unit.start} on: the cluster has given it up ({future.status});"
            " the scheduler may be gone"
        )
    error = future.exception()
    if error is None or isinstance(error, NewscrawlError):
        return error
    if isinstance(error, KilledWorker):
        return StorageError(
            f"{unit.warc} from byte {unit.start} on: its workers died, one after another"
        )
    raise error
