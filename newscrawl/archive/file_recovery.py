"""Finish the files of writers that died: cut back to the last whole exchange, indexed and renamed."""

from __future__ import annotations

import fcntl
import os
import re
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawl.archive import cdxj_file
from newscrawl.archive.warc_file import is_same_file, publish
from newscrawl.errors import NotHttp
from newscrawl.storage.durable import storage_error
from newscrawl.storage.file_names import OPEN_SUFFIX
from newscrawl.warc import cdxj
from newscrawl.warc.reader import iter_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.archive.layout import Layout
    from newscrawl.errors import DamagedRecord
    from newscrawl.warc.record import WarcRecord

#: The suffix of an unfinished file that is no WARC. It is kept, so that somebody can look at it.
SET_ASIDE_SUFFIX = ".unreadable"

#: Bytes of a torn record in which its URL is looked for.
_MAX_TORN_HEAD_BYTES = 64 * 1024
#: Index lines that are held before they are merged.
_INDEX_BATCH_SIZE = 10_000
#: Records that one exchange may have. Our writer makes no longer chain of references.
_MAX_EXCHANGE_RECORDS = 64
_URI = re.compile(rb"^WARC-Target-URI: (\S+)\r$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Recovered:
    """A file that was recovered: `kept` bytes stay, `lost` bytes are in no sound record, about these URLs.

    `kept` is 0 for a file without a whole exchange, which was removed, or, if it was no WARC at all, renamed
    to `aside`. `damaged` of the lost bytes stay in the file, because sound exchanges are behind them, and
    records point at those. The other lost bytes were cut off.
    """

    name: str
    kept: int
    lost: int
    lost_urls: tuple[str, ...]
    damaged: int = 0
    aside: str = ""

    def __str__(self) -> str:
        if self.aside:
            return f"{self.name}: no WARC, kept as it is in {self.aside}"
        said = f"{self.lost} bytes lost" if self.lost else "nothing lost"
        if self.lost_urls:
            said += f" ({', '.join(self.lost_urls)}: to be fetched again)"
        if self.damaged:
            said += f"; {self.damaged} damaged bytes are left in it before sound captures"
        return f"recovered {self.name}: {said}"


def recover(layout: Layout) -> Iterator[Recovered]:
    """Recover every unfinished WARC whose writer is dead. A live writer's file is left alone."""
    for path in layout.unfinished():
        try:
            handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            continue  # its writer has finished it, or another process has recovered it, just now
        except OSError as error:
            raise storage_error(path, error) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if is_same_file(path, handle):
                yield _recover(layout, path, handle)
        except BlockingIOError:
            continue
        except OSError as error:
            raise storage_error(path, error) from error
        finally:
            os.close(handle)


def _recover(layout: Layout, path: Path, handle: int) -> Recovered:
    size = os.fstat(handle).st_size
    name = path.name.removesuffix(OPEN_SUFFIX)
    # A second crash must not lose the bytes at which index and records will point.
    os.fsync(handle)
    scan = _Scan(layout, layout.warcs / name)
    lost_urls = tuple(dict.fromkeys(scan.read(path)))
    if not scan.captures and not _begins_as_warc(path):
        aside = path.with_name(path.name + SET_ASIDE_SUFFIX)
        publish(path, aside)
        return Recovered(name, 0, size, (), aside=aside.name)
    if not scan.captures:
        path.unlink()
        return Recovered(name, 0, size, lost_urls)
    if size > scan.end:
        os.ftruncate(handle, scan.end)
        os.fsync(handle)
    publish(path, path.with_name(name))
    return Recovered(name, scan.end, size - scan.sound, lost_urls, scan.end - scan.sound)


@dataclass(slots=True)
class _Scan:
    """Reads a file up to the end of its last whole exchange, and merges its captures into the index.

    An exchange is whole if every record to which its records refer is there. Damage before the last whole
    exchange stays in its place, with the sound records around it. One exchange is held at a time, so that
    memory does not grow with the file.
    """

    layout: Layout
    final: Path
    end: int = 0
    #: Bytes before `end` that are sound records.
    sound: int = 0
    captures: bool = False
    _exchange: list[WarcRecord] = field(default_factory=list)
    _awaited: set[str] = field(default_factory=set)
    _recent: dict[str, None] = field(default_factory=dict)
    _lines: list[str] = field(default_factory=list)
    #: Sound records of broken exchanges, which stay if a whole one comes behind them.
    _stray_bytes: int = 0
    _stray_lines: list[str] = field(default_factory=list)
    _stray_urls: dict[str, None] = field(default_factory=dict)

    def read(self, path: Path) -> Iterator[str]:
        """Read the file; yields the URLs of exchanges that are not whole."""
        damage: list[DamagedRecord] = []
        told, broken = 0, False
        for record in iter_records(path, on_damage=damage.append):
            if len(damage) > told or not record.is_member:
                told, broken = len(damage), True
                yield from self._give_up()
            if not record.is_member:
                yield from _uri_of(record)
                continue
            if len(self._exchange) == _MAX_EXCHANGE_RECORDS or (
                broken and self._is_of_another(record)
            ):
                broken = True
                yield from self._give_up()
            self._add(record)
        yield from self._give_up()
        yield from self._stray_urls
        for each in damage:
            yield from _torn_urls(path, each.offset)
        self._merge()

    def _add(self, record: WarcRecord) -> None:
        self._exchange.append(record)
        self._recent[record.id] = None
        if len(self._recent) > _MAX_EXCHANGE_RECORDS:
            del self._recent[next(iter(self._recent))]
        if record.type != "resource":  # nothing refers back to it, and what it refers to may be far
            self._awaited.update(record.all("WARC-Concurrent-To"))
        self._awaited.difference_update(self._recent)
        if not self._awaited:
            self._close_exchange(record.offset + record.length)

    def _is_of_another(self, record: WarcRecord) -> bool:
        """Whether the record is of another exchange than the one whose other records are awaited."""
        if not self._awaited or record.id in self._awaited:
            return False
        return {each.id for each in self._exchange}.isdisjoint(record.all("WARC-Concurrent-To"))

    def _give_up(self) -> Iterator[str]:
        """Give up an exchange that is not whole. Yields its URLs unless its response is there."""
        urls = [uri for record in self._exchange for uri in _uri_of(record)]
        if any(record.is_capture for record in self._exchange):
            self._stray_urls.update(dict.fromkeys(urls))
        else:
            yield from urls
        self._stray_bytes += sum(record.length for record in self._exchange)
        self._stray_lines += self._index_lines()
        self._exchange.clear()
        self._awaited.clear()

    def _close_exchange(self, end: int) -> None:
        self.end = end
        self.sound += self._stray_bytes + sum(record.length for record in self._exchange)
        self.captures |= any(record.type != "warcinfo" for record in self._exchange)
        self._lines += [*self._stray_lines, *self._index_lines()]
        self._exchange.clear()
        self._stray_bytes = 0
        self._stray_lines.clear()
        self._stray_urls.clear()
        if len(self._lines) >= _INDEX_BATCH_SIZE:
            self._merge()

    def _index_lines(self) -> list[str]:
        with suppress(NotHttp):  # kept, but as no page of the web; `verify` names it
            return cdxj.index_lines_of(self.final, self._exchange)
        return []

    def _merge(self) -> None:
        cdxj_file.merge(self.layout.index, self._lines, sync=True)
        self._lines.clear()


def _begins_as_warc(path: Path) -> bool:
    """Whether these are the first bytes of a compressed WARC, however few they are."""
    begin = _decompress_begin(path, 0)
    return begin is not None and (begin.startswith(b"WARC/") or b"WARC/".startswith(begin[:5]))


def _torn_urls(path: Path, offset: int) -> list[str]:
    begin = _decompress_begin(path, offset) or b""
    head = begin.partition(b"\r\n\r\n")[0] + b"\r\n"
    return [uri.decode("utf-8", "replace") for uri in _URI.findall(head)]


def _decompress_begin(path: Path, offset: int) -> bytes | None:
    """The first bytes at `offset`, decompressed; None if they are not gzip."""
    with path.open("rb") as file:
        file.seek(offset)
        data = file.read(_MAX_TORN_HEAD_BYTES)
    try:
        return zlib.decompressobj(31).decompress(data, _MAX_TORN_HEAD_BYTES)
    except zlib.error:
        return None


def _uri_of(record: WarcRecord) -> list[str]:
    return [record.uri] if record.uri else []
