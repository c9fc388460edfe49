"""Where things lie in an archive folder, and how its files are named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.archive.durable import naming
from newscrawl.errors import NotAnArchive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

WARC_SUFFIX = ".warc.gz"
#: A file that a writer has not finished. Only its writer, or recovery once that is dead, touches it.
OPEN_SUFFIX = ".open"
#: `NAME.url` says where NAME is, if it lies elsewhere.
POINTER = ".url"

#: A file of captures, ours or another tool's.
ARCHIVE_NAME = re.compile(r"\.w?arc(\.gz)?$")

_NAME = re.compile(r"(?P<prefix>.+)-(?P<stamp>\d{17})-(?P<token>[a-z0-9]+)-(?P<serial>\d{5})")


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one archive; nothing is created by looking."""

    root: Path

    @property
    def warcs(self) -> Path:
        return self.root / "warc"

    @property
    def records(self) -> Path:
        return self.root / "records"

    @property
    def index(self) -> Path:
        return self.root / "index.cdxj"

    @property
    def database(self) -> Path:
        return self.root / "news.db"

    def records_beside(self, warc: str) -> Path:
        """The JSONL file with the records of the captures in the WARC of this name."""
        return self.records / (stem(warc) + ".jsonl")

    def warc(self, name: str) -> Path:
        """The WARC of this name, finished or still being written."""
        finished = self.warcs / name
        unfinished = self.warcs / (name + OPEN_SUFFIX)
        return unfinished if not finished.exists() and unfinished.exists() else finished

    def has(self, name: str) -> bool:
        """Whether the WARC of this name is here or pointed at."""
        return self.warc(name).exists() or (self.warcs / (name + POINTER)).exists()

    def has_elsewhere(self) -> bool:
        """Whether any of its files lies elsewhere, and is pointed at."""
        return any(self.warcs.glob("*" + POINTER))

    def finished(self) -> list[Path]:
        """The finished WARCs, oldest first, and files of others that are beside them or pointed at."""
        found = {path.with_name(path.name.removesuffix(POINTER)) for path in self.warcs.glob("*")}
        files = (path for path in found if ARCHIVE_NAME.search(path.name))
        return sorted(files, key=lambda path: _age(path.name))

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
        with naming(self.root):
            self.warcs.mkdir(parents=True, exist_ok=True)
            self.records.mkdir(exist_ok=True)

    def require(self) -> None:
        """Raise NotAnArchive unless there is an archive here."""
        if not self.warcs.is_dir():
            raise NotAnArchive(f"{self.root} is not an archive: it has no folder warc/")


def stem(warc: str) -> str:
    """The name of a WARC without its suffixes."""
    return re.sub(r"\.(w?arc)(\.gz)?(\.open)?$", "", warc)


def warc_name(*, prefix: str, now: datetime, token: str, serial: int) -> str:
    """A file name by the pattern of WARC 1.1, annex C: prefix, 17 digits of time, token, serial."""
    stamp = now.strftime("%Y%m%d%H%M%S%f")[:17]
    return f"{prefix}-{stamp}-{token}-{serial:05d}{WARC_SUFFIX}"


def bytes_here(warc: Path) -> int:
    """The size of a file on this disk: 0 if it lies elsewhere."""
    try:
        return warc.stat().st_size
    except FileNotFoundError:
        return 0


def token_of(warc: str) -> str | None:
    """The token of the writer that made a file of ours, None for a file of others."""
    match = _NAME.fullmatch(stem(warc))
    return match["token"] if match else None


def live_tokens(layout: Layout) -> Iterator[str]:
    """The tokens of the unfinished files; recovery has closed those of dead writers before."""
    for path in layout.unfinished():
        if token := token_of(path.name):
            yield token


def _age(name: str) -> tuple[str, str]:
    match = _NAME.fullmatch(stem(name))
    return (match["stamp"], name) if match else ("", name)
