"""What a replay has done so far, as a folder: a replay that was killed goes on from there."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from typing import TYPE_CHECKING

from newscrawl.errors import UsageError
from newscrawl.replay.shard import output_name, output_prefixes
from newscrawl.storage import remote
from newscrawl.storage.durable import storage_errors
from newscrawl.storage.wacz_members import wacz_around

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import BinaryIO

    from newscrawl.replay.config import ReplayConfig
    from newscrawl.replay.shard import Shard

#: The folder of outputs in the folder that a replay writes into.
SHARDS = "shards"
#: The folder of earlier versions, whose outputs are of no use to this one.
_FORMER = "units"


class Checkpoint:
    """The folder of shard outputs in `root`, and a list of the files that are being written there.

    The list is written before the files, so that what a killed run has half written is removed and made
    again. Raises UsageError while another replay is at work in the folder, StorageError. To be closed.
    """

    def __init__(self, root: Path, name: str = SHARDS) -> None:
        self.root = root
        self._folder = root / name
        self._writing = self._folder / "writing.json"
        self._lock = self._locked(self._folder)

    def output(self, shard: Shard, config: ReplayConfig) -> Path:
        """The path of the shard's output; the file is there if the shard is done."""
        return self._folder / output_name(shard, config)

    def starts(self, shard: Shard, shard_bytes: int) -> Path:
        """The path of the list of offsets at which a file is split into pieces of about this size."""
        digest = hashlib.sha256(f"{shard.stamp} {shard_bytes}".encode()).hexdigest()
        return self._folder / f"{digest[:32]}.starts"

    def reachable(self, warc: Path, number: int) -> Path:
        """A path of the file for other processes, on this machine or wherever this folder is seen."""
        outer = wacz_around(warc) or warc
        url = remote.url_of(outer)
        if not url:
            return warc.absolute()
        place = self._folder / "pointers" / str(number) / outer.name
        with storage_errors(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            remote.write_pointer(place, url)
        return place / warc.relative_to(outer)

    def note_targets(self, paths: Iterable[Path]) -> None:
        """Note that these files and folders in `root` are about to be written."""
        names = [str(path.relative_to(self.root)) for path in paths]
        replace_text(self._writing, json.dumps(names))

    def undo(self) -> None:
        """Remove what a run that was killed had begun to write, also one of an earlier version."""
        _remove_listed(self._writing, self.root)
        former = self.root / _FORMER
        if (former / "lock").exists():
            with self._locked(former):
                _remove_listed(former / "writing.json", self.root)
                shutil.rmtree(former)

    def has_outputs(self) -> bool:
        """Whether anything is done that a later run need not do."""
        return any(path.name[0] != "." for path in self._folder.glob("*.shard"))

    def finish(self) -> None:
        """Remove the folder: everything is written."""
        with storage_errors(self._folder):
            self._writing.unlink(missing_ok=True)
            shutil.rmtree(self._folder)

    def finish_only(self, config: ReplayConfig) -> None:
        """Remove the outputs of this configuration, those that this code cannot use and half-written ones.

        Those of another unfinished replay stay, and with them the folder.
        """
        usable, own = output_prefixes(config)
        for path in self._folder.glob("*.shard"):
            if path.name.startswith(own) or not path.name.startswith(usable):
                path.unlink()
        if not self.has_outputs():
            self.finish()

    def close(self) -> None:
        self._lock.close()

    def _locked(self, folder: Path) -> BinaryIO:
        # The content of the folder is removed at the end: it must be ours.
        ours = not folder.exists() or (folder / "lock").exists()
        if not ours and any(folder.iterdir()):
            raise UsageError(f"{folder} holds something else than the work of a replay")
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            lock = (folder / "lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise UsageError(f"{self.root}: another replay is writing into this folder") from None
        return lock


def replace_text(path: Path, text: str) -> None:
    """Let the file have this text, or what it had before. Raises StorageError."""
    working = path.with_suffix(".new")
    with storage_errors(path):
        working.write_text(text)
        working.replace(path)


def _remove_listed(list_file: Path, root: Path) -> None:
    """Remove the files and folders in `root` that the list names, and the list."""
    if not list_file.exists():
        return
    for name in json.loads(list_file.read_text()):
        path = root / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    list_file.unlink()


def is_begun(root: Path) -> bool:
    """Whether a replay, also one of an earlier version, has begun to write into this folder."""
    return any((root / name / "lock").is_file() for name in (SHARDS, _FORMER))
