"""WARCs that a crawl is writing, or left unfinished: they are read up to their last whole record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.errors import UsageError
from newscrawl.storage.durable import partial_file, storage_errors
from newscrawl.storage.files import open_stored
from newscrawl.warc.reader import iter_records

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.errors import DamagedRecord
    from newscrawl.storage.files import StoredFile

#: Bytes that are copied or compared at a time.
_BLOCK_BYTES = 1 << 20


def end_of_records(warc: Path) -> int:
    """Where the last whole record of the file ends; 0 if it has none. Damage before is no end."""
    end = 0
    for record in iter_records(warc, on_damage=_ignore):
        if record.is_member:
            end = record.offset + record.length
    return end


def copy_beginning(warc: Path, end: int, place: Path) -> None:
    """Copy the first `end` bytes to `place`, over an earlier copy of fewer of them.

    Raises UsageError if another file is there, StorageError.
    """
    with storage_errors(place), open_stored(warc) as stored:
        if place.exists() and not _is_beginning(place, stored):
            raise UsageError(f"{warc}: there is another {warc.name} in {place.parent}")
        stored.seek(0)
        with partial_file(place) as working, working.open("wb") as file:
            while (left := end - file.tell()) and (data := stored.read(min(left, _BLOCK_BYTES))):
                file.write(data)


def _is_beginning(place: Path, stored: StoredFile) -> bool:
    with place.open("rb") as file:
        while data := file.read(_BLOCK_BYTES):
            if stored.read(len(data)) != data:
                return False
    return not place.is_symlink()


def _ignore(_: DamagedRecord) -> None:
    """The shard that holds it names it; behind the last whole record there is what a crawl is writing."""
