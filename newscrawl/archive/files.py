"""Where the bytes of an archive file are stored: on the disk, in a WACZ, or elsewhere.

`site.wacz/archive/data.warc.gz` is the path of a WARC in a WACZ, as if that were a folder. A WARC
that is still being written is found under its final name.
"""

from __future__ import annotations

import re
import zipfile
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from newscrawl.archive import remote
from newscrawl.archive.layout import OPEN_SUFFIX, Layout
from newscrawl.errors import CaptureNotFound, DamagedRecord, NotAnArchive, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WARC_IN_WACZ = re.compile(r"archive/.+\.w?arc(\.gz)?")
_ARCHIVE_NAME = re.compile(r"\.(w?arc(\.gz)?|wacz)$")
_LOCAL_HEADER = 30


class Stored(Protocol):
    """Bytes that can be read from any place on."""

    size: int

    def read(self, size: int, /) -> bytes: ...
    def seek(self, offset: int, /) -> object: ...


class _Part:
    """`size` bytes of a file from `start` on."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._start, self.size = file, start, size
        self._at = 0
        self.seek(0)

    def read(self, size: int, /) -> bytes:
        data = self._file.read(max(0, min(size, self.size - self._at)))
        self._at += len(data)
        return data

    def seek(self, offset: int, /) -> object:
        self._at = offset
        return self._file.seek(self._start + offset)


@contextmanager
def open_stored(path: Path) -> Iterator[Stored]:
    """Open the file. Raises CaptureNotFound where none is, StorageError where it may not be."""
    wacz = _wacz_around(path)
    if wacz is not None:
        with _open_in_wacz(wacz, path.relative_to(wacz).as_posix()) as stored:
            yield stored
        return
    if url := remote.url_of(path):
        with remote.open_remote(url) as remote_file:
            yield remote_file
        return
    with _open_file(path) as file:
        yield _Part(file, 0, file.seek(0, 2))


def _open_file(path: Path) -> BinaryIO:
    # A writer may finish its file, and so rename it, between two looks.
    for candidate in (path, path.with_name(path.name + OPEN_SUFFIX), path):
        try:
            return cast("BinaryIO", candidate.open("rb", buffering=0))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error
    raise CaptureNotFound(f"{path}: no such file")


def _wacz_around(path: Path) -> Path | None:
    for parent in path.parents:
        if parent.suffix == ".wacz":
            return parent if parent.is_file() else None
    return None


@contextmanager
def _open_in_wacz(wacz: Path, name: str) -> Iterator[Stored]:
    with ExitStack() as opened:
        try:
            file = opened.enter_context(wacz.open("rb"))
            package = opened.enter_context(zipfile.ZipFile(file))
            entry = package.getinfo(name)
            if entry.compress_type == zipfile.ZIP_STORED:
                stored = _Part(file, _data_start(file, entry), entry.file_size)
            else:
                member = opened.enter_context(package.open(entry))
                stored = _Part(cast("BinaryIO", member), 0, entry.file_size)
        except KeyError:
            raise CaptureNotFound(f"{wacz}: holds no {name}") from None
        except (zipfile.BadZipFile, NotImplementedError) as error:
            raise DamagedRecord(str(wacz), 0, f"not a sound ZIP file: {error}") from error
        except OSError as error:
            raise StorageError(f"{wacz}: {error.strerror}") from error
        yield stored


def _data_start(file: BinaryIO, entry: zipfile.ZipInfo) -> int:
    """Where an entry's bytes begin: behind its local header, whose name and extra field vary."""
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER)
    name, extra = (int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    return entry.header_offset + _LOCAL_HEADER + name + extra


def archive_files(path: Path) -> list[Path]:
    """The archive files that `path` stands for: itself, those in a folder, or those in a WACZ.

    Files still being written are left out, a WACZ that cannot be opened stands for itself. Raises
    NotAnArchive for a folder without any.
    """
    if path.suffix == ".wacz" and path.is_file():
        return _inside(path)
    if not path.is_dir():
        return [path]
    if (path / "warc").is_dir():
        return Layout(path).finished()
    found = sorted(p for p in path.rglob("*") if _ARCHIVE_NAME.search(p.name) and p.is_file())
    if not found:
        raise NotAnArchive(f"{path}: no WARC, ARC or WACZ file in this folder")
    return [file for each in found for file in archive_files(each)]


def _inside(wacz: Path) -> list[Path]:
    try:
        return warcs_in(wacz)
    except DamagedRecord:
        return [wacz]  # whoever reads it is told what is wrong with it


def warcs_in(wacz: Path) -> list[Path]:
    """The paths of the WARCs in a WACZ. Raises DamagedRecord if there are none."""
    try:
        with zipfile.ZipFile(wacz) as package:
            names = [name for name in package.namelist() if _WARC_IN_WACZ.fullmatch(name)]
    except (OSError, zipfile.BadZipFile) as error:
        raise DamagedRecord(str(wacz), 0, f"not a sound ZIP file: {error}") from error
    if not names:
        raise DamagedRecord(str(wacz), 0, "a ZIP file without archive/*.warc.gz is no WACZ")
    return [wacz / name for name in sorted(names)]
