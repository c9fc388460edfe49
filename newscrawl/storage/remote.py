"""Read archive files at URLs: https://, s3:// and others that fsspec knows.

`NAME.url` is a pointer: a file with the URL at which NAME is. Whoever opens NAME reads from there, by ranges.
"""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from newscrawl.errors import CaptureNotFound, StorageError, UsageError
from newscrawl.storage.durable import partial_file, sync
from newscrawl.storage.file_names import POINTER_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: Bytes that are requested ahead while a file is read from its beginning to its end, and while single
#: records are read.
_SEQUENTIAL_READ_BYTES, _LOOKUP_READ_BYTES = 8 * 1024 * 1024, 4 * 1024
#: The second line of a pointer to an object of this archive's own.
_OWN = "own\n"
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def is_remote(name: str) -> bool:
    return _REMOTE.match(name) is not None


def pointer_path(path: Path) -> Path:
    """The pointer to `path`."""
    return path.with_name(path.name + POINTER_SUFFIX)


def write_pointer(path: Path, url: str, *, is_own: bool = False) -> None:
    """Make `path` stand for the file at this URL, once it is not on this disk.

    An object `is_own` if it goes when the archive has it no more.
    """
    with partial_file(pointer_path(path)) as working:
        working.write_text(f"{url}\n{_OWN if is_own else ''}", "utf-8")
        sync(working)


def pointer_of(path: Path) -> str | None:
    """The URL that the pointer beside `path` names; None without one."""
    place = pointer_path(path)
    return place.read_text("utf-8").partition("\n")[0].strip() if place.is_file() else None


def is_own(path: Path) -> bool:
    """Whether `path` has a pointer to an object of this archive's own."""
    place = pointer_path(path)
    return place.is_file() and place.read_text("utf-8").endswith(_OWN)


def url_of(path: Path) -> str | None:
    """The URL at which `path` is; None if it is on this disk or nowhere."""
    return None if path.exists() else pointer_of(path)


def joined(store: str, name: str) -> str:
    """The URL of a file in a store."""
    return f"{store.rstrip('/')}/{name}"


def require(url: str) -> None:
    """Raise UsageError if a package is missing that this URL needs."""
    _file_system(url)


def put(path: Path, url: str) -> None:
    """Copy a file to this URL. Raises StorageError."""
    system, to = _file_system(url)
    with _remote_errors(url):
        try:
            system.put_file(str(path), to)
        except FileNotFoundError:
            # Only stores with folders want them made; on S3 it would be asked whether the bucket may be made.
            system.makedirs(system._parent(to), exist_ok=True)
            system.put_file(str(path), to)


def delete(url: str) -> None:
    """Delete the object at this URL, if it is there. Raises StorageError."""
    system, path = _file_system(url)
    with _remote_errors(url):
        if system.exists(path):
            system.rm_file(path)


@contextmanager
def open_remote(url: str, *, in_order: bool = True) -> Iterator[Any]:
    """The file at this URL, of known size; `in_order` if it is read from its beginning to its end.

    Raises UsageError if a package that it needs is not installed, CaptureNotFound and StorageError.
    """
    system, path = _file_system(url)
    with _remote_errors(url):
        file = _open(system, path, ahead=_SEQUENTIAL_READ_BYTES if in_order else _LOOKUP_READ_BYTES)
    with ExitStack() as opened:
        opened.enter_context(file)
        if not file.seekable() or file.size is None:
            raise StorageError(
                f"{url}: the server gives no ranges; fetch the file and read it from disk"
            )
        yield _RemoteFile(
            file,
            url,
            lambda: opened.enter_context(_open(system, path, ahead=_SEQUENTIAL_READ_BYTES)),
        )


def _open(system: Any, path: str, *, ahead: int) -> Any:
    return system.open(path, "rb", block_size=ahead, cache_type="readahead")


def expand(url: str) -> list[str]:
    """The URLs that match a URL with `*`, `?` or `[`; over HTTP, which lists nothing, the URL itself."""
    if url.lower().startswith(("http:", "https:")) or not re.search(r"[*?\[]", url):
        return [url]
    system, path = _file_system(url)
    with _remote_errors(url):
        return [system.unstrip_protocol(found) for found in sorted(system.glob(path))]


def fetch(url: str, to: Path) -> None:
    """Copy the file at this URL. Raises CaptureNotFound where none is, StorageError."""
    system, path = _file_system(url)
    with _remote_errors(url):
        system.get_file(path, str(to))


def read_bytes(url: str) -> bytes:
    """All of a small file."""
    system, path = _file_system(url)
    with _remote_errors(url):
        data: bytes = system.cat_file(path)
    return data


class _RemoteFile:
    """A file whose errors name its URL.

    If a server gives no ranges although it did not say so, `in_order` opens the file again, and only as much
    of its beginning as is held can be read.
    """

    def __init__(self, file: Any, url: str, in_order: Callable[[], Any]) -> None:
        self._file, self._url, self._in_order = file, url, in_order
        self._is_from_the_beginning = False
        self.size: int = file.size

    def read(self, size: int, /) -> bytes:
        with _remote_errors(self._url):
            at = self._file.tell()
            try:
                data: bytes = self._file.read(size)
            except ValueError:  # what fsspec raises for more than was asked for
                if self._is_from_the_beginning:
                    raise
                self._is_from_the_beginning = True
                self._file = self._in_order()
                self._file.read(1)
                self._file.seek(at)
                data = self._file.read(size)
        return data

    def seek(self, offset: int, /) -> object:
        return self._file.seek(offset)


def _file_system(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs

        found: tuple[Any, str] = url_to_fs(url)
    except (ImportError, ValueError) as error:
        reason = str(error) if isinstance(error, ValueError) else f"{error.name} is not installed"
        raise UsageError(f"{url}: {reason} (pip install 'newscrawl[remote]')") from error
    return found


@contextmanager
def _remote_errors(url: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        if isinstance(
            cause := error.__cause__, OSError
        ):  # fsspec says so of a server that is not there
            raise StorageError(f"{url}: {cause}") from error
        raise CaptureNotFound(f"{url}: no such file") from error
    except Exception as error:  # every fsspec implementation raises what its library raises
        raise StorageError(f"{url}: {type(error).__name__}: {error}".rstrip(": ")) from error
