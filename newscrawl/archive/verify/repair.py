"""Write a sound copy of a damaged archive file. The file itself is not changed."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from newscrawl.archive.verify.faults import Fault
from newscrawl.storage.durable import partial_file, storage_errors
from newscrawl.storage.files import open_stored
from newscrawl.warc.arc import VERSION
from newscrawl.warc.boundaries import GZIP_MAGIC
from newscrawl.warc.compression import gzip_compressor
from newscrawl.warc.digests import digest_matches
from newscrawl.warc.reader import iter_records

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from newscrawl.errors import DamagedRecord
    from newscrawl.warc.record import WarcRecord

_COPY_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Repaired:
    """The copy, the number of its records, and what was left out."""

    path: Path
    records: int
    left_out: tuple[Fault, ...]


def repair(path: Path, into: Path) -> Repaired:
    """Write a copy of the file with all its sound records to the folder `into`.

    Gzip members that hold one sound record are copied byte for byte; other records get a member each. A
    record that does not have its block digest is left out. A copy is there whole or not at all. Nothing is
    overwritten: raises StorageError if it is there already.
    """
    left_out: list[Fault] = []

    def on_damage(damage: DamagedRecord) -> None:
        left_out.append(Fault(damage.path, damage.offset, damage.cause))

    name = path.name.removesuffix(".open")
    copy = into / (name if name.endswith(".gz") else name.removesuffix(".zst") + ".gz")
    count = 0
    with storage_errors(copy):
        into.mkdir(parents=True, exist_ok=True)
        if copy.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(copy))
        with partial_file(copy) as working, working.open("wb") as out:
            for record in iter_records(path, on_damage=on_damage):
                stated = record.get("WARC-Block-Digest")
                if stated and digest_matches(stated, record.blocks()) is False:
                    cause = "the block does not have its WARC-Block-Digest"
                    left_out.append(Fault(str(path), record.offset, cause))
                    continue
                _copy(record, out)
                count += 1
    return Repaired(copy, count, tuple(left_out))


def _copy(record: WarcRecord, out: BinaryIO) -> None:
    if record.is_member and _copy_member(record, out):
        return
    compressor = gzip_compressor()
    end = b"\n" if record.version == VERSION else b"\r\n\r\n"
    for data in chain([record.head], record.blocks(), [end]):
        out.write(compressor.compress(data))
    out.write(compressor.flush())


def _copy_member(record: WarcRecord, out: BinaryIO) -> bool:
    """Copy the member of the record; False if it is not one of gzip."""
    with open_stored(record.path) as stored:
        stored.seek(record.offset)
        left = record.length
        while left and (data := stored.read(min(left, _COPY_BYTES))):
            if left == record.length and not GZIP_MAGIC.match(data):
                return False
            out.write(data)
            left -= len(data)
    return True
