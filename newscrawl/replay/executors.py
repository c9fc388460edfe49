"""Who processes shards: an executor, such as the processes of this machine."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, Any, Protocol

from newscrawl.errors import NewscrawlError
from newscrawl.processing.workers import Workers
from newscrawl.replay import split
from newscrawl.replay.checkpoint import replace_text
from newscrawl.replay.shard_processing import process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from newscrawl.replay.checkpoint import Checkpoint
    from newscrawl.replay.config import Execution, ReplayConfig
    from newscrawl.replay.shard import Shard

    #: A shard and the path of its output.
    Work = tuple[Shard, Path]

#: Shards that are read at a time: at the end of one its last pages would keep only some workers busy.
_CONCURRENT_SHARDS = 2


class Executor(Protocol):
    """Processes shards. A failure is yielded as the error of its shard."""

    def process(self, work: Iterable[Work]) -> Iterator[tuple[Shard, NewscrawlError | None]]:
        """Make the outputs of these shards, in any order."""
        ...

    def starts(self, shards: Iterable[Shard]) -> Iterator[tuple[Shard, list[int]]]:
        """Where these long files can be split, in any order."""
        ...

    def close(self) -> None: ...


class LocalExecutor:
    """This process reads files, and others the pages in them.

    `network` says whether these may open connections, because files lie elsewhere. `on_page` is called for
    each page that is done.
    """

    def __init__(
        self,
        execution: Execution,
        config: ReplayConfig,
        *,
        network: bool,
        on_page: Callable[[], None] | None = None,
    ) -> None:
        self._config, self._shard_bytes, self._on_page = config, execution.shard_bytes, on_page
        self._workers = Workers(
            execution.processes, seconds=config.seconds, memory=config.memory, network=network
        )
        self._threads = ThreadPoolExecutor(_CONCURRENT_SHARDS, thread_name_prefix="shard")

    def process(self, work: Iterable[Work]) -> Iterator[tuple[Shard, NewscrawlError | None]]:
        yield from self._each(self._process, work)

    def starts(self, shards: Iterable[Shard]) -> Iterator[tuple[Shard, list[int]]]:
        yield from self._each(self._starts, shards)

    def close(self) -> None:
        """Stop; what is being done is thrown away."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._workers.close()
        self._threads.shutdown()

    def _process(self, work: Work) -> tuple[Shard, NewscrawlError | None]:
        shard, output = work
        try:
            process(shard, output, self._config, self._workers, on_page=self._on_page)
        except NewscrawlError as error:
            return shard, error
        return shard, None

    def _starts(self, shard: Shard) -> tuple[Shard, list[int]]:
        return shard, split.starts(shard.warc, shard_bytes=self._shard_bytes)

    def _each(self, call: Callable[[Any], Any], given: Iterable[Any]) -> Iterator[Any]:
        for future in as_completed([self._threads.submit(call, each) for each in given]):
            yield future.result()


def split_long(
    unsplit: Iterable[Shard], shard_bytes: int, checkpoint: Checkpoint, executor: Executor
) -> list[Shard]:
    """The pieces of long files. The offsets are kept, so that a later run splits them alike."""
    known = {shard: checkpoint.starts(shard, shard_bytes) for shard in unsplit}
    missing = [shard for shard, path in known.items() if not path.exists()]
    for shard, found in executor.starts(missing):
        replace_text(known[shard], json.dumps(found))
    return [
        piece
        for shard, path in known.items()
        for piece in split.pieces(shard, json.loads(path.read_text()))
    ]
