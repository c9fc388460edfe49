"""What a dead writer left: cut back to the last whole exchange, indexed, named, and the loss told."""

from __future__ import annotations

import fcntl
import os
import re
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawl.archive import cdxj
from newscrawl.archive.layout import OPEN_SUFFIX
from newscrawl.archive.reader import iter_records
from newscrawl.archive.record_file import is_same_file, publish, storage_error
from newscrawl.errors import NotHttp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.archive.layout import Layout
    from newscrawl.archive.records import WarcRecord
    from newscrawl.errors import DamagedRecord

#: Put behind the name of an unfinished file that is no WARC: it is kept for people to look at.
SET_ASIDE_SUFFIX = ".unreadable"

#: Bytes of a torn record that are looked at for its URL.
_LOOK = 64 * 1024
#: Index lines that are held before they are merged.
_INDEX_LINES = 10_000
#: Records that one exchange may have; a longer chain of references is none of ours.
_LONGEST_EXCHANGE = 64
_URI = re.compile(rb"^WARC-Target-URI: (\S+)\r$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Recovered:
    """A file that was recovered: `kept` bytes of it are whole, `lost` were cut off, about these URLs.

    `kept` is 0 for a file that held no whole exchange and was removed, or, where it was no WARC at
    all, set aside.
    """

    name: str
    kept: int
    lost: int
    lost_urls: tuple[str, ...]


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
    if not _begins_as_warc(path):
        publish(path, path.with_name(path.name + SET_ASIDE_SUFFIX))
        return Recovered(name, 0, size, ())
    # What the index and the records will point at must not be lost to a second crash.
    os.fsync(handle)
    scan = _Scan(layout, layout.warcs / name)
    lost_urls = tuple(dict.fromkeys(scan.read(path)))
    if not scan.captures:
        path.unlink()
        return Recovered(name, 0, size, lost_urls)
    os.ftruncate(handle, scan.end)
    os.fsync(handle)
    publish(path, path.with_name(name))
    return Recovered(name, scan.end, size - scan.end, lost_urls)


@dataclass(slots=True)
class _Scan:
    """Reads a file up to the end of its last whole exchange, which goes into the index on the way.

    An exchange is whole when every record that its records refer to is there. One exchange is held
    at a time, so that memory does not grow with the file.
    """

    layout: Layout
    final: Path
    end: int = 0
    captures: bool = False
    _exchange: list[WarcRecord] = field(default_factory=list)
    _awaited: set[str] = field(default_factory=set)
    _recent: dict[str, None] = field(default_factory=dict)
    _lines: list[str] = field(default_factory=list)

    def read(self, path: Path) -> Iterator[str]:
        """Read the file; yields the URLs of what is not whole, or lies behind what is not."""
        damage: list[DamagedRecord] = []
        sound = True
        for record in iter_records(path, on_damage=damage.append):
            sound = sound and not damage and record.is_member
            if sound and len(self._exchange) < _LONGEST_EXCHANGE:
                self._add(record)
            else:
                yield from _uri_of(record)
        for record in self._exchange:
            yield from _uri_of(record)
        for each in damage:
            yield from _torn_urls(path, each.offset)
        self._merge()

    def _add(self, record: WarcRecord) -> None:
        self._exchange.append(record)
        self._recent[record.id] = None
        if len(self._recent) > _LONGEST_EXCHANGE:
            del self._recent[next(iter(self._recent))]
        self._awaited.update(record.all("WARC-Concurrent-To"))
        self._awaited.difference_update(self._recent)
        if not self._awaited:
            self._close_exchange(record.offset + record.length)

    def _close_exchange(self, end: int) -> None:
        self.end = end
        self.captures |= any(record.type != "warcinfo" for record in self._exchange)
        with suppress(NotHttp):  # kept, but as no page of the web; `verify` names it
            self._lines += cdxj.lines_of(self.final, self._exchange)
        self._exchange.clear()
        if len(self._lines) >= _INDEX_LINES:
            self._merge()

    def _merge(self) -> None:
        cdxj.merge(self.layout.index, self._lines, sync=True)
        self._lines.clear()


def _begins_as_warc(path: Path) -> bool:
    """Whether these are the first bytes of a compressed WARC, however few they are."""
    begin = _unfolded(path, 0)
    return begin is not None and (begin.startswith(b"WARC/") or b"WARC/".startswith(begin[:5]))


def _torn_urls(path: Path, offset: int) -> list[str]:
    begin = _unfolded(path, offset) or b""
    head = begin.partition(b"\r\n\r\n")[0] + b"\r\n"
    return [uri.decode("utf-8", "replace") for uri in _URI.findall(head)]


def _unfolded(path: Path, offset: int) -> bytes | None:
    """What the first bytes at `offset` unfold to; None if they are not gzip."""
    with path.open("rb") as file:
        file.seek(offset)
        data = file.read(_LOOK)
    try:
        return zlib.decompressobj(31).decompress(data, _LOOK)
    except zlib.error:
        return None


def _uri_of(record: WarcRecord) -> list[str]:
    return [record.uri] if record.uri else []
