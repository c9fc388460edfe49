"""A replay that has not ended: its folder, the parts that are done, and what it had begun to write."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from typing import TYPE_CHECKING

from newscrawl.errors import UsageError
from newscrawl.replay.unit import part_name
from newscrawl.storage import remote
from newscrawl.storage.durable import storage_errors
from newscrawl.storage.wacz_members import wacz_around

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import BinaryIO

    from newscrawl.replay.unit import Recipe, Unit


class Unfinished:
    """The folder `units` in the one that a replay writes into.

    What is about to be written is noted in it, so that what a killed run has half written is known and
    made again. Raises UsageError while another replay is at work there.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folder = root / "units"
        self._begun = self._folder / "writing.json"
        self._lock = self._locked()

    def part(self, unit: Unit, recipe: Recipe) -> Path:
        """The file for what the unit says; it is there if that is known."""
        return self._folder / part_name(unit, recipe)

    def starts(self, unit: Unit, long: int) -> Path:
        """The file for where a file is cut into pieces of about `long` bytes."""
        digest = hashlib.sha256(f"{unit.stamp} {long}".encode()).hexdigest()
        return self._folder / f"{digest[:32]}.starts"

    def reachable(self, warc: Path, number: int) -> Path:
        """A path of the file for other processes, on this machine or wherever this folder is seen."""
        outer = wacz_around(warc) or warc
        url = remote.url_of(outer)
        if not url:
            return warc.absolute()
        place = self._folder / "elsewhere" / str(number) / outer.name
        with storage_errors(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            remote.write_pointer(place, url)
        return place / warc.relative_to(outer)

    def write_to(self, paths: Iterable[Path]) -> None:
        """Note that these files and folders are about to be written."""
        names = [str(path.relative_to(self.root)) for path in paths]
        replace(self._begun, json.dumps(names))

    def undo(self) -> None:
        """Remove what a run that was killed had begun to write."""
        if self._begun.exists():
            for name in json.loads(self._begun.read_text()):
                path = self.root / name
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
            self._begun.unlink()

    def has_parts(self) -> bool:
        """Whether anything is done that a later run need not do."""
        return any(self._folder.glob("*.part"))

    def finish(self) -> None:
        """All is written: remove the parts."""
        with storage_errors(self._folder):
            self._begun.unlink(missing_ok=True)
            shutil.rmtree(self._folder)

    def close(self) -> None:
        self._lock.close()

    def _locked(self) -> BinaryIO:
        # What is in it is removed at the end: it must be ours.
        ours = not self._folder.exists() or (self._folder / "lock").exists()
        if not ours and any(self._folder.iterdir()):
            raise UsageError(f"{self._folder} holds something else than parts of a replay")
        with storage_errors(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = (self._folder / "lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise UsageError(f"{self.root}: another replay is writing into this folder") from None
        return lock


def replace(path: Path, text: str) -> None:
    """Let the file have this text, or what it had before. Raises StorageError."""
    working = path.with_suffix(".new")
    with storage_errors(path):
        working.write_text(text)
        working.replace(path)
