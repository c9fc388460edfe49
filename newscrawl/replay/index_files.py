"""Finds the index of an archive file: in its archive, beside it, in its WACZ, or at a URL."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from newscrawl.archive import sorted_file
from newscrawl.archive.layout import Layout
from newscrawl.errors import CaptureNotFound, DamagedRecord, StorageError, UsageError
from newscrawl.storage import remote
from newscrawl.storage.wacz_members import index_lines, wacz_around

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from newscrawl.warc.reader import OnDamage

#: A line, and in it the file's name; some indexes have the place in the WACZ before it.
_LINE = re.compile(rb'\S+ \d+ \{.*"filename": ?"((?:[^"]*/)?)([^"/]*)"')
#: How a line begins that describes the index itself.
_HEADER = (b"!", b" CDX")
_IS_CDXJ = re.compile(rb"!|\S+ \d+ \{")


def is_sorted(index: Path) -> bool:
    """Whether the lines of this file are those of a CDXJ, and sorted, so that they can be looked up.

    Raises UsageError if they are not those of a CDXJ.
    """
    status = index.stat()
    return _is_sorted(index, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1024)
def _is_sorted(index: Path, _changed_at: int, _size: int) -> bool:
    last = b""
    with index.open("rb") as file:
        for number, line in enumerate(file, start=1):
            text = line.rstrip(b"\r\n")
            if text.startswith(b" CDX") or (text and number == 1 and not _IS_CDXJ.match(text)):
                raise UsageError(f"{index}: not a CDXJ index, line {number} is {text[:60]!r}")
            if line < last:
                return False
            last = line
    return True


def sorted_copy(index: Path, folder: Path) -> Path:
    """A copy of a CDXJ with its lines sorted."""
    copy = folder / "named.cdxj"
    with index.open("rb") as file:
        sorted_file.merge(copy, (text for line in file if (text := line.rstrip(b"\r\n"))))
    return copy


class IndexFinder:
    """Finds indexes; those that are not files on the disk are copied to `folder`, once, if there is one."""

    def __init__(self, folder: Path | None, on_damage: OnDamage | None) -> None:
        self._folder, self._on_damage = folder, on_damage
        self._copies: dict[str, _IndexCopy | None] = {}

    def of(self, warc: Path) -> Path | None:
        """The index with the captures of this file; None if the file has to be read as a whole."""
        wacz, url = wacz_around(warc), remote.url_of(warc)
        if wacz or url:
            return self._copy_for(warc.name, wacz, url) if self._folder else None
        own, beside = Layout(warc.parent.parent).index, warc.with_name("index.cdxj")
        if own.is_file() and warc.parent.name == "warc":
            return own
        return beside if beside.is_file() and _is_usable(beside) else None

    def _copy_for(self, name: str, wacz: Path | None, url: str | None) -> Path | None:
        if wacz is not None:
            return self._copy(str(wacz), name, lambda: index_lines(wacz))
        found = (self._at_url(place, name) for place in _index_urls(url or ""))
        return next(filter(None, found), None)

    def _at_url(self, url: str, name: str) -> Path | None:
        assert self._folder is not None
        fetched = self._folder / f"{len(self._copies)}.fetched"

        def lines() -> Iterator[bytes]:
            # There need not be an index: where none can be fetched, the file is read as a whole.
            try:
                remote.fetch(url, fetched)
            except (CaptureNotFound, StorageError):
                return
            with fetched.open("rb") as file:
                for line in file:
                    yield line.rstrip(b"\r\n")

        try:
            return self._copy(url, name, lines)
        finally:
            fetched.unlink(missing_ok=True)

    def _copy(self, source: str, name: str, lines: Callable[[], Iterable[bytes]]) -> Path | None:
        if source not in self._copies:
            assert self._folder is not None
            place = self._folder / f"{len(self._copies)}.cdxj"
            try:
                self._copies[source] = _copied(lines(), place)
            except DamagedRecord as damage:
                if self._on_damage is None:
                    raise
                self._on_damage(damage)
                self._copies[source] = None
        copy = self._copies[source]
        return copy.path if copy is not None and name in copy.names else None


class _IndexCopy:
    """A sorted copy of an index, and the names of the files that its lines have."""

    def __init__(self, path: Path, names: set[str]) -> None:
        self.path, self.names = path, names


def _is_usable(index: Path) -> bool:
    """Whether an index that nobody has named can be used; else the files are read as a whole."""
    try:
        return is_sorted(index)
    except UsageError:
        return False


def _index_urls(url: str) -> Iterator[str]:
    """Where an index of the file at this URL may be."""
    if "?" in url:
        return  # a signature, which is good for this file alone
    folder = url.rpartition("/")[0]
    if folder.endswith("/warc"):
        yield f"{folder.removesuffix('/warc')}/index.cdxj"
    yield f"{folder}/index.cdxj"


def _copied(lines: Iterable[bytes], place: Path) -> _IndexCopy | None:
    """A copy of these lines; None if they are not those of a CDXJ."""
    names: set[str] = set()
    is_sorted, last = True, b""
    with place.open("wb") as file:
        for line in lines:
            if line.startswith(_HEADER) or not line:
                continue
            if (match := _LINE.match(line)) is None:
                return None
            names.add(match[2].decode("utf-8", "replace"))
            line = line[: match.start(1)] + line[match.start(2) :]
            is_sorted, last = is_sorted and last <= line, line
            file.write(line + b"\n")
    if not is_sorted:
        with place.open("rb") as file:
            unsorted = [line.rstrip(b"\n") for line in file]
        place.unlink()
        sorted_file.merge(place, unsorted)
    return _IndexCopy(place, names)
