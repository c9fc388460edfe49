"""An executor that has the workers of a Dask cluster process shards. They have to see the same files."""

from __future__ import annotations

import multiprocessing
import threading
from typing import TYPE_CHECKING, Any

from newscrawl.errors import NewscrawlError, StorageError, UsageError
from newscrawl.processing.workers import Workers
from newscrawl.replay import split
from newscrawl.replay.shard import code_versions
from newscrawl.replay.shard_processing import process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from newscrawl.replay.config import ReplayConfig
    from newscrawl.replay.executors import Work
    from newscrawl.replay.shard import Shard


class ClusterExecutor:
    """The workers of the scheduler at this address, which has to answer within `patience` seconds.

    Raises UsageError, StorageError. A shard whose worker dies is given to another one.
    """

    def __init__(
        self, address: str, config: ReplayConfig, *, shard_bytes: int, patience: float = 10
    ) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise UsageError(
                "distributed is not installed: pip install 'newscrawl[cluster]'"
            ) from error
        self._config, self._shard_bytes = config, shard_bytes
        try:
            self._client = Client(address, timeout=patience)  # type: ignore[no-untyped-call]
        except ValueError as error:
            raise UsageError(f"--cluster {address}: {error}") from error
        except OSError as error:
            raise StorageError(f"--cluster {address}: no scheduler answers there") from error

    def process(self, work: Iterable[Work]) -> Iterator[tuple[Shard, NewscrawlError | None]]:
        calls = {shard: (shard, output, self._config, code_versions()) for shard, output in work}
        for shard, future in self._ended(process_there, calls):
            yield shard, _error_of(future, shard)

    def starts(self, shards: Iterable[Shard]) -> Iterator[tuple[Shard, list[int]]]:
        for shard, future in self._ended(starts_there, {s: (s, self._shard_bytes) for s in shards}):
            if error := _error_of(future, shard):
                raise error
            yield shard, future.result()

    def close(self) -> None:
        """Leave the cluster; what it has not done for us is given up."""
        self._client.close()  # type: ignore[no-untyped-call]

    def _ended(
        self, call: Callable[..., Any], calls: dict[Shard, tuple[Any, ...]]
    ) -> Iterator[tuple[Shard, Any]]:
        from distributed import as_completed

        futures = {
            self._client.submit(call, *given, pure=False): shard for shard, given in calls.items()
        }
        for future in as_completed(futures):  # type: ignore[no-untyped-call]
            yield futures[future], future


def process_there(
    shard: Shard, output: Path, config: ReplayConfig, expected: dict[str, str]
) -> None:
    """Process a shard in a worker of the cluster. Raises StorageError where that has other code."""
    if code_versions() != expected:
        raise StorageError(f"a worker of the cluster has {code_versions()}, and not {expected}")
    process(shard, output, config, _workers(config.seconds, config.memory))


def starts_there(shard: Shard, shard_bytes: int) -> list[int]:
    """Where a long file can be split, found in a worker of the cluster."""
    return split.starts(shard.warc, shard_bytes=shard_bytes)


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


def _error_of(future: Any, shard: Shard) -> NewscrawlError | None:
    from distributed.scheduler import KilledWorker

    if future.status not in ("finished", "error"):
        return StorageError(
            f"{shard.warc} from byte {shard.start} on: the cluster has given it up ({future.status});"
            " the scheduler may be gone"
        )
    error = future.exception()
    if error is None or isinstance(error, NewscrawlError):
        return error
    if isinstance(error, KilledWorker):
        return StorageError(
            f"{shard.warc} from byte {shard.start} on: its workers died, one after another"
        )
    raise error
