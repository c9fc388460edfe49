"""The paths of the files in an archive folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.errors import NotAnArchive
from newscrawl.storage.durable import storage_errors
from newscrawl.storage.file_names import (
    ARCHIVE_NAME,
    OPEN_SUFFIX,
    POINTER_SUFFIX,
    WARC_SUFFIX,
    age_of,
    stem,
    writer_id_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one archive. Only `create` writes."""

    root: Path

    @property
    def warcs(self) -> Path:
        return self.root / "warc"

    @property
    def records(self) -> Path:
        return self.root / "records"

    @property
    def changes(self) -> Path:
        return self.root / "changes"

    @property
    def index(self) -> Path:
        return self.root / "index.cdxj"

    @property
    def database(self) -> Path:
        return self.root / "news.db"

    def records_beside(self, warc: str) -> Path:
        """The JSONL file with the records of the captures in the WARC of this name."""
        return self.records / (stem(warc) + ".jsonl")

    def changes_beside(self, warc: str) -> Path:
        """The JSONL file with the changes that the captures in the WARC of this name show."""
        return self.changes / (stem(warc) + ".jsonl")

    def warc(self, name: str) -> Path:
        """The WARC of this name, finished or still being written."""
        finished = self.warcs / name
        unfinished = self.warcs / (name + OPEN_SUFFIX)
        return unfinished if not finished.exists() and unfinished.exists() else finished

    def has(self, name: str) -> bool:
        """Whether the WARC of this name is here, or a pointer to it."""
        return self.warc(name).exists() or (self.warcs / (name + POINTER_SUFFIX)).exists()

    def has_remote_files(self) -> bool:
        """Whether any of its files is elsewhere, with a pointer to it."""
        return any(self.warcs.glob("*" + POINTER_SUFFIX))

    def finished(self) -> list[Path]:
        """The finished WARCs, oldest first, and other tools' files beside them, pointers included."""
        found = {
            path.with_name(path.name.removesuffix(POINTER_SUFFIX)) for path in self.warcs.glob("*")
        }
        files = (path for path in found if ARCHIVE_NAME.search(path.name))
        return sorted(files, key=lambda path: age_of(path.name))

    def unfinished(self) -> list[Path]:
        """The WARCs that a writer, dead or alive, has not finished; oldest first."""
        return sorted(self.warcs.glob("*" + WARC_SUFFIX + OPEN_SUFFIX))

    def create(self) -> None:
        """Make the folders. Raises NotAnArchive for a folder of something else, StorageError if it cannot."""
        if self.root.exists() and not self.root.is_dir():
            raise NotAnArchive(f"{self.root} is a file, not an archive folder")
        if self.root.is_dir() and not self.warcs.is_dir() and any(self.root.iterdir()):
            raise NotAnArchive(
                f"{self.root} holds something else than an archive; name an empty or new folder"
            )
        with storage_errors(self.root):
            self.warcs.mkdir(parents=True, exist_ok=True)
            self.records.mkdir(exist_ok=True)

    def require(self) -> None:
        """Raise NotAnArchive unless there is an archive here."""
        if not self.warcs.is_dir():
            raise NotAnArchive(f"{self.root} is not an archive: it has no folder warc/")


def live_writer_ids(layout: Layout) -> Iterator[str]:
    """The ids of the writers of unfinished files. Recovery has finished those of dead writers before."""
    for path in layout.unfinished():
        if token := writer_id_of(path.name):
            yield token
