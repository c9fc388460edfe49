"""What a dead writer left: cut back to the last whole exchange, named, indexed, and the loss told."""

from __future__ import annotations

import fcntl
import os
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.archive import cdxj
from newscrawl.archive.layout import OPEN_SUFFIX
from newscrawl.archive.members import open_members
from newscrawl.archive.reader import read_next
from newscrawl.archive.record_file import publish
from newscrawl.errors import DamagedRecord, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.archive.layout import Layout
    from newscrawl.archive.records import WarcRecord

#: Bytes of a torn record that are looked at for its URL.
_LOOK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Recovered:
    """A file that was recovered: `kept` bytes of it are whole, `lost` were cut off, about these URLs.

    `kept` is 0 for a file that held no whole exchange and was removed.
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
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield _recover(layout, path, handle)
        except BlockingIOError:
            continue
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error
        finally:
            os.close(handle)


def _recover(layout: Layout, path: Path, handle: int) -> Recovered:
    size = os.fstat(handle).st_size
    records = _whole_records(path)
    kept, dangling = _whole_exchanges(records)
    urls = [record.uri for record in dangling if record.uri]
    torn_at = records[-1].offset + records[-1].length if records else 0
    urls += _torn_url(path, torn_at)
    name = path.name.removesuffix(OPEN_SUFFIX)
    end = kept[-1].offset + kept[-1].length if kept else 0
    if not any(record.type != "warcinfo" for record in kept):
        path.unlink()
        return Recovered(name, 0, size, tuple(dict.fromkeys(urls)))
    os.ftruncate(handle, end)
    os.fsync(handle)
    publish(path, path.with_name(name))
    cdxj.merge(layout.index, cdxj.lines_of(layout.warcs / name, kept))
    return Recovered(name, end, size - end, tuple(dict.fromkeys(urls)))


def _whole_records(path: Path) -> list[WarcRecord]:
    """The sound records from the start of the file up to the first damage."""
    records: list[WarcRecord] = []
    with open_members(path) as members:
        try:
            while members.begin():
                records.append(read_next(members))
        except DamagedRecord:
            pass  # expected: this is where the writer died; the caller measures what lies behind
    return records


def _whole_exchanges(records: list[WarcRecord]) -> tuple[list[WarcRecord], list[WarcRecord]]:
    """The records up to the first that refers to a record which is not there; and the rest."""
    ids = {record.id for record in records}
    for number, record in enumerate(records):
        if not ids.issuperset(record.all("WARC-Concurrent-To")):
            return records[:number], records[number:]
    return records, []


def _torn_url(path: Path, offset: int) -> list[str]:
    with path.open("rb") as file:
        file.seek(offset)
        data = file.read(_LOOK)
    try:
        head = zlib.decompressobj(31).decompress(data, _LOOK)
    except zlib.error:
        return []
    return [m[1].decode("utf-8", "replace") for m in re.finditer(rb"WARC-Target-URI: (\S+)", head)]
