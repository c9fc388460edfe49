"""Which archive files do the paths stand for that a user named?"""

from __future__ import annotations

import glob
import gzip
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from newscrawl.archive.files import archive_files
from newscrawl.archive.layout import Layout
from newscrawl.errors import UsageError
from newscrawl.storage import remote
from newscrawl.storage.file_names import OPEN_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class InputFiles:
    """Finds files; for those that lie elsewhere, pointers are made in `folder`.

    A path is a file, a folder, a glob, a URL that fsspec knows, or `@LIST`: a file, gzip or not, with
    a path on each line. The paths in a list are relative to `base`, a folder or a URL, if that is given.
    """

    def __init__(self, folder: Path, *, base: str | None = None) -> None:
        self._folder, self._base = folder, base
        self._pointers = 0
        #: The WARCs of the archives that were named that are not finished, under their final names.
        self.unfinished: list[Path] = []

    def files(self, paths: Iterable[str]) -> list[Path]:
        """The finished archive files. Raises UsageError for a path that stands for none."""
        found = (file for path in paths for file in self._files_of(path))
        return list(dict.fromkeys(found))

    def _files_of(self, path: str) -> Iterator[Path]:
        if path.startswith("@"):
            for line in _lines(path[1:]):
                yield from self._files_of(self._resolved(line))
        elif remote.is_remote(path):
            for url in remote.expand(path):
                yield from archive_files(self._pointer_to(url))
        elif Path(path).exists() or remote.pointer_path(Path(path)).exists():
            yield from self._files_at(Path(path))
        elif matches := sorted(glob.glob(path, recursive=True)):  # noqa: PTH207 - absolute ones too
            for match in matches:
                yield from self._files_at(Path(match))
        else:
            raise UsageError(f"{path}: no such file or folder")

    def _files_at(self, path: Path) -> list[Path]:
        found = archive_files(path)
        if (path / "warc").is_dir():
            open_files = Layout(path).unfinished()
            final = [each.with_name(each.name.removesuffix(OPEN_SUFFIX)) for each in open_files]
            self.unfinished += [each for each in final if each not in found]
        return found

    def _resolved(self, path: str) -> str:
        if self._base is None or remote.is_remote(path):
            return path
        if remote.is_remote(self._base):
            return urljoin(self._base.rstrip("/") + "/", path)
        return str(Path(self._base) / path)

    def _pointer_to(self, url: str) -> Path:
        """A path that stands for the file at this URL. Two of one name have folders of their own."""
        name = Path(urlsplit(url).path).name
        if not name:
            raise UsageError(f"{url}: names no file")
        self._pointers += 1
        place = self._folder / str(self._pointers) / name
        place.parent.mkdir(parents=True)
        remote.write_pointer(place, url)
        return place


def _lines(name: str) -> list[str]:
    try:
        data = remote.read_bytes(name) if remote.is_remote(name) else Path(name).read_bytes()
        if data.startswith(b"\x1f\x8b"):
            data = gzip.decompress(data)
        return [line.strip() for line in data.decode().splitlines() if line.strip()]
    except OSError as error:
        raise UsageError(f"@{name}: {error.strerror or error}") from error
    except (EOFError, UnicodeDecodeError) as error:
        raise UsageError(f"@{name}: not a list of paths: {error}") from error
