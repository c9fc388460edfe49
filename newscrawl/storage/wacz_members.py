"""Read the files in a WACZ, which is on this disk or elsewhere.

The path of a WARC in a WACZ is `site.wacz/archive/data.warc.gz`, as if the WACZ were a folder.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO, cast

from newscrawl.errors import CaptureNotFound, DamagedRecord
from newscrawl.storage import remote
from newscrawl.storage.durable import storage_error
from newscrawl.storage.stored_file import FileSlice, open_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.storage.stored_file import StoredFile

_WARC = re.compile(r"archive/.+\.w?arc(\.gz|\.zst)?")
_INDEX = re.compile(r"indexes/[^/]+\.cdxj?(\.gz)?")
_LOCAL_HEADER = 30
_ENCRYPTED = 1
#: Exceptions for damage of a ZIP file, or of a compressed file in it.
_DAMAGE = (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError, gzip.BadGzipFile)


def is_wacz(path: Path) -> bool:
    """Whether this is the path of a WACZ, on this disk or elsewhere."""
    return path.suffix == ".wacz" and (path.is_file() or remote.url_of(path) is not None)


def wacz_around(path: Path) -> Path | None:
    """The WACZ in which the file at this path is; None if it is in none."""
    for parent in path.parents:
        if parent.suffix == ".wacz":
            return parent if is_wacz(parent) else None
    return None


def warcs_in(wacz: Path) -> list[Path]:
    """The paths of the WARCs in a WACZ. Raises DamagedRecord if there are none."""
    names = [name for name in _entries(wacz) if _WARC.fullmatch(name)]
    if not names:
        raise DamagedRecord(str(wacz), 0, "a ZIP file without archive/*.warc.gz is no WACZ")
    return [wacz / name for name in sorted(names)]


def index_lines(wacz: Path) -> Iterator[bytes]:
    """The lines of the indexes in a WACZ, without line feed. Raises DamagedRecord."""
    for name in sorted(_entries(wacz)):
        if _INDEX.fullmatch(name):
            with _open_entry(wacz, name) as file:
                yield from _lines(file, is_gzip=name.endswith(".gz"))


def read_small(wacz: Path, name: str, *, limit: int) -> bytes | None:
    """A small file of a package; None if there is none.

    Raises DamagedRecord for one of more than `limit` bytes.
    """
    entry = _entries(wacz).get(name)
    if entry is None:
        return None
    with _open_entry(wacz, name) as file, _zip_errors(wacz):
        data = file.read(limit + 1)
    if len(data) > limit:
        raise DamagedRecord(str(wacz), entry.header_offset, f"{name!r} has more than {limit} bytes")
    return data


def names_in(wacz: Path) -> list[str]:
    """The names of all files in a package."""
    return list(_entries(wacz))


@contextmanager
def open_in_wacz(path: Path, wacz: Path, *, in_order: bool = True) -> Iterator[StoredFile]:
    """Open the file in a WACZ at this path.

    Raises CaptureNotFound where the WACZ has none, DamagedRecord where it is no sound ZIP file.
    """
    name = path.relative_to(wacz).as_posix()
    entry = _entries(wacz).get(name)
    if entry is None:
        raise CaptureNotFound(f"{wacz}: holds no {name}")
    if ".." in name.split("/"):
        raise DamagedRecord(str(wacz), entry.header_offset, f"{name!r} leads out of the package")
    if entry.flag_bits & _ENCRYPTED:
        raise DamagedRecord(str(wacz), entry.header_offset, f"{name!r} is encrypted")
    if entry.compress_type != zipfile.ZIP_STORED:
        with _open_entry(wacz, name) as member:
            yield FileSlice(member, 0, entry.file_size)
        return
    start = _start(wacz, entry)
    with open_whole(wacz, in_order=in_order) as file:
        yield FileSlice(file, start, entry.file_size)


@contextmanager
def _open_entry(wacz: Path, name: str) -> Iterator[BinaryIO]:
    with _open_package(wacz) as package, _zip_errors(wacz):
        yield cast("BinaryIO", package.open(name))


@contextmanager
def _open_package(wacz: Path) -> Iterator[zipfile.ZipFile]:
    with ExitStack() as opened:
        file = opened.enter_context(open_whole(wacz, in_order=False))
        with _zip_errors(wacz):
            package = opened.enter_context(zipfile.ZipFile(cast("BinaryIO", _FileObject(file))))
        yield package


@contextmanager
def _zip_errors(wacz: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise DamagedRecord(str(wacz), 0, f"not a sound ZIP file: {error}") from error
    except OSError as error:
        raise storage_error(wacz, error) from error


def _entries(wacz: Path) -> dict[str, zipfile.ZipInfo]:
    """The entries of the package by name. Those of a remote package are read once."""
    if url := remote.url_of(wacz):
        return _remote_entries(url, wacz)
    with _open_package(wacz) as package:
        return {entry.filename: entry for entry in package.infolist()}


@lru_cache(64)
def _remote_entries(url: str, wacz: Path) -> dict[str, zipfile.ZipInfo]:  # noqa: ARG001 - the key
    with _open_package(wacz) as package:
        return {entry.filename: entry for entry in package.infolist()}


def _start(wacz: Path, entry: zipfile.ZipInfo) -> int:
    if url := remote.url_of(wacz):
        return _remote_start(url, wacz, entry.header_offset)
    return _behind_local_header(wacz, entry.header_offset)


@lru_cache(1024)
def _remote_start(url: str, wacz: Path, offset: int) -> int:  # noqa: ARG001 - the key
    return _behind_local_header(wacz, offset)


def _behind_local_header(wacz: Path, offset: int) -> int:
    """The offset of the bytes of an entry: behind its local header, whose length varies."""
    with open_whole(wacz, in_order=False) as file:
        file.seek(offset)
        header = file.read(_LOCAL_HEADER)
    name, extra = (int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    return offset + _LOCAL_HEADER + name + extra


def _lines(file: BinaryIO, *, is_gzip: bool) -> Iterator[bytes]:
    """The lines of an index. py-wacz compresses them in several gzip members."""
    text = cast("BinaryIO", gzip.GzipFile(fileobj=file)) if is_gzip else file
    for line in text:
        yield line.rstrip(b"\r\n")


class _FileObject(io.RawIOBase):
    """A StoredFile as the file object that zipfile reads."""

    def __init__(self, stored: StoredFile) -> None:
        self._stored, self._at = stored, 0

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._stored.size}[whence]
        if base + offset < 0:
            raise OSError("a place before the beginning")
        self._at = base + offset
        return self._at

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            size = max(self._stored.size - self._at, 0)
        self._stored.seek(self._at)
        data = self._stored.read(size)
        self._at += len(data)
        return data
