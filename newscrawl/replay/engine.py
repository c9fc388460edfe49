"""The one engine of all replays: splits files into shards, has them processed, merges them for a sink."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from newscrawl.archive.tombstones import Tombstones, tombstones_of
from newscrawl.errors import DamagedRecord, NewscrawlError, NothingToDo, StorageError, UsageError
from newscrawl.replay.checkpoint import Checkpoint
from newscrawl.replay.config import Execution, ReplayConfig, ReplayInput
from newscrawl.replay.executors import LocalExecutor, split_long
from newscrawl.replay.input_files import InputFiles
from newscrawl.replay.merge import Merge
from newscrawl.replay.observer import Observer
from newscrawl.replay.revisit_shards import revisit_shards
from newscrawl.replay.selection import Selection
from newscrawl.replay.sink import Replayed, Sink, WorkFolder, is_complete
from newscrawl.replay.split import Split, Splitter
from newscrawl.replay.unfinished_warcs import end_of_records
from newscrawl.storage import remote
from newscrawl.storage.wacz_members import wacz_around

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newscrawl.replay.executors import Executor
    from newscrawl.replay.observer import ShardProgress
    from newscrawl.replay.shard import Shard

T = TypeVar("T")


class Replay:
    """A replay of files into a sink. It depends on the captures and the code alone: no network, no clock."""

    def __init__(
        self,
        inputs: ReplayInput,
        config: ReplayConfig,
        execution: Execution | None = None,
        observer: Observer | None = None,
    ) -> None:
        self._inputs, self._config = inputs, config
        self._execution = execution or Execution()
        self._observer = observer or Observer()
        #: How many captures were read that are pages: HTML, whatever came of it.
        self.pages = 0
        self._damages: dict[str, DamagedRecord] = {}
        #: How the user calls the files, by the paths that processes open.
        self._names: dict[str, str] = {}

    @property
    def has_damage(self) -> bool:
        """Whether anything in the files was damaged."""
        return bool(self._damages)

    def run(self, sink: Sink[T]) -> T:
        """Replay into the sink; return what it made.

        Raises UsageError, NothingToDo where no page was captured, and the errors of files that cannot be
        read, once everything else is done.
        """
        self._config = replace(self._config, indexes_texts=sink.indexes_texts)
        with ExitStack() as stack:
            temporary = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newscrawl-")))
            files, ends = self._files(temporary, sink)
            folder = sink.work_folder(files)
            checkpoint = stack.enter_context(self._checkpoint(folder, temporary))
            files = sink.prepare(files, ends, self._damaged)
            opened = {file: checkpoint.reachable(file, n) for n, file in enumerate(files)}
            removed = Tombstones(tombstones_of(opened.values()))
            merge = Merge(keep_answered=not is_complete(files), removed=removed)
            stack.enter_context(closing(merge))
            split = self._process(_Work(opened, ends, checkpoint, temporary), merge)
            self._require_pages(merge)
            named = {path: file for file, path in opened.items()}
            replayed = Replayed(
                files=files,
                named=named,
                config=self._config,
                merge=merge,
                checkpoint=checkpoint,
                indexes=split.indexes,
                observer=self._observer,
            )
            return sink.consume(replayed)

    def _files(self, temporary: Path, sink: Sink[T]) -> tuple[Sequence[Path], dict[Path, int]]:
        """The files to read; of some of them only so many bytes, up to their last whole record."""
        inputs = InputFiles(temporary / "pointers", base=self._inputs.base)
        finished = inputs.files(self._inputs.paths)
        ends = self._ends(inputs.unfinished, sink)
        return [*finished, *(file for file in ends if file not in finished)], ends

    def _require_pages(self, merge: Merge) -> None:
        """Raise NothingToDo where sound files hold no captured page."""
        self.pages = merge.pages
        if not merge.captures and not self._damages:
            chosen = " that was chosen" if self._config.selection != Selection() else ""
            raise NothingToDo(f"no captured page{chosen} in {self._inputs}")

    def _ends(self, unfinished: Sequence[Path], sink: Sink[T]) -> dict[Path, int]:
        """Where the last whole record ends in each of these files that is read."""
        ends = {}
        for path in unfinished:
            end = end_of_records(path) if sink.reads_unfinished(path) else 0
            if end:
                ends[path] = end
            what = f"read up to its last whole record, to byte {end}" if end else "left out"
            self._observer.notice(f"{path} is not finished: it is {what}")
        return ends

    @contextmanager
    def _checkpoint(self, folder: WorkFolder | None, temporary: Path) -> Iterator[Checkpoint]:
        """What an earlier run has left; it is removed if this one ends, or never began."""
        folder, checkpoint = self._opened(folder, temporary)
        with closing(checkpoint):
            if not folder.shared:
                checkpoint.undo()
            try:
                yield checkpoint
            except NewscrawlError as error:
                # Without a page there is nothing to go on with.
                if isinstance(error, NothingToDo) or not checkpoint.has_outputs():
                    self._finish(folder, checkpoint)
                raise
            self._finish(folder, checkpoint)

    def _opened(self, folder: WorkFolder | None, temporary: Path) -> tuple[WorkFolder, Checkpoint]:
        if folder is not None:
            try:
                return folder, Checkpoint(folder.root, folder.name)
            except (UsageError, StorageError):
                # Where workers elsewhere have to see the folder, a temporary one is of no use.
                if not folder.optional or self._execution.cluster:
                    raise
        elif self._execution.cluster:
            raise UsageError("--cluster: there is no folder for the work that all workers see")
        folder = WorkFolder(temporary / "work")
        return folder, Checkpoint(folder.root, folder.name)

    def _finish(self, folder: WorkFolder, checkpoint: Checkpoint) -> None:
        if folder.shared:
            checkpoint.finish_only(self._config)
        else:
            checkpoint.finish()

    def _process(self, work: _Work, merge: Merge) -> Split:
        """Have all shards processed, and merge them."""
        config, size = self._config, self._execution.shard_bytes
        files = work.opened
        self._name(files)
        ends = {files[each]: end for each, end in work.ends.items() if each in files}
        splitter = Splitter(
            config.selection, size, self._damaged, self._inputs.index, work.index_copies
        )
        with (
            self._observer.processing() as progress,
            closing(self._executor(files.values(), progress)) as executor,
        ):
            split = splitter.split(files.values(), ends)
            long = split_long(split.unsplit, size, work.checkpoint, executor)
            shards = _Shards(work.checkpoint, config, executor, merge, progress)
            shards.process([*split.shards, *long], errors=split.errors)
            # What revisits refer to is known once all files are read.
            shards.process(list(revisit_shards(merge, config.selection, split)))
        for damage in merge.damages:
            self._damaged(damage)
        return split

    def _executor(self, files: Iterable[Path], progress: ShardProgress) -> Executor:
        execution, config = self._execution, self._config
        if execution.cluster:
            from newscrawl.replay.cluster_executor import ClusterExecutor

            return ClusterExecutor(execution.cluster, config, shard_bytes=execution.shard_bytes)
        network = any(remote.url_of(wacz_around(file) or file) for file in files)
        return LocalExecutor(execution, config, network=network, on_page=progress.page_done)

    def _name(self, files: dict[Path, Path]) -> None:
        """Note how messages call these files, which processes open under other paths."""
        for named, path in files.items():
            outer = wacz_around(named) or named
            prefix = remote.url_of(outer) or str(outer)
            inside = "" if outer == named else f"/{named.relative_to(outer)}"
            self._names[str(path)] = prefix + inside

    def _damaged(self, damage: DamagedRecord) -> None:
        name = self._names.get(damage.path, damage.path)
        damage = DamagedRecord(name, damage.offset, damage.cause)
        if str(damage) not in self._damages:
            self._damages[str(damage)] = damage
            self._observer.damaged(damage)


@dataclass(frozen=True, slots=True)
class _Work:
    """The files by their names, as the paths that processes open; and where what is done is kept.

    Of the files in `ends` only so many bytes are read.
    """

    opened: dict[Path, Path]
    ends: dict[Path, int]
    checkpoint: Checkpoint
    temporary: Path

    @property
    def index_copies(self) -> Path:
        """A folder for copies of indexes that are not files on the disk."""
        folder = self.temporary / "indexes"
        folder.mkdir(exist_ok=True)
        return folder


@dataclass(frozen=True, slots=True)
class _Shards:
    """Processes shards and merges their outputs."""

    checkpoint: Checkpoint
    config: ReplayConfig
    executor: Executor
    merge: Merge
    progress: ShardProgress

    def process(self, shards: Sequence[Shard], *, errors: Sequence[NewscrawlError] = ()) -> None:
        """Process those that are not done, and add all outputs in the order of the shards.

        An error does not keep the others from being processed. All errors, and those given, are raised
        at the end.
        """
        outputs = [(self.checkpoint.output(shard, self.config), shard) for shard in shards]
        waiting = [(shard, path) for path, shard in outputs if not path.exists()]
        self.progress.expect(len(waiting))
        raised = list(errors)
        for _, error in self.executor.process(waiting):
            if error is not None:
                raised.append(error)
            self.progress.shard_done()
        if len(raised) > 1:
            raise StorageError("\n".join(dict.fromkeys(map(str, raised))))
        if raised:
            raise raised[0]
        for path, shard in outputs:
            self.merge.add(path, shard)
