"""Write the new files of a rewriting: WARCs, the records beside them, and those of past generations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newscrawl.archive.rewriting import Heading, write_warc
from newscrawl.collection import record_files
from newscrawl.collection.rewriting import moved_record
from newscrawl.collection.rewriting_plan import Plan
from newscrawl.database.batches import batches
from newscrawl.errors import StorageError
from newscrawl.storage.disk_space import free_bytes
from newscrawl.storage.file_names import local_size, successor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from newscrawl.archive.layout import Layout
    from newscrawl.archive.rewriting import Part, Rewritten
    from newscrawl.archive.tombstones import Tombstone
    from newscrawl.collection.rewriting import Rewriting

#: Records that are held at a time.
BATCH_SIZE = 200
#: Bytes that are left free beside what a rewriting needs.
_SPARE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Signature:
    """Who writes new files, and when: `writer_id` is a part of their names, `info` of their warcinfo."""

    now: datetime
    writer_id: str
    new_id: Callable[[], str]
    info: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Replacement:
    """New files in the place of old ones. `is_kept` says of a record whether it stays.

    With `keeps_gone` the records of captures that go stay in files of their old names.
    """

    layout: Layout
    rewriting: Rewriting
    signature: Signature
    is_kept: Callable[[dict[str, Any]], bool] = lambda _: True
    keeps_gone: bool = False
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    old_records: list[str] = field(default_factory=list)

    def write(
        self,
        parts: Sequence[Part],
        *,
        tombstones: Sequence[Tombstone] = (),
        replaces: bool = True,
    ) -> Rewritten:
        """Write one new file out of these parts; return what is in it.

        Without `replaces` the old files are of another archive, and stay. Raises ArchiveError, StorageError.
        """
        first = parts[0].path.name if parts else "removed"
        sign = self.signature
        name = successor(first, now=sign.now, writer_id=sign.writer_id, serial=len(self.new))
        self._require_room(part.path for part in parts)
        made_of = ", ".join(part.path.name for part in parts)
        info = [*sign.info, *([("description", f"rewritten from {made_of}")] if parts else [])]
        heading = Heading(sign.now, sign.new_id, info, tombstones)
        written = write_warc(self.rewriting.warc(name), parts, heading)
        self.rewriting.add_warc(written)
        self.new.append(name)
        places = {i: (name, *place) for i, place in written.places.items()}
        for part in parts if replaces else ():
            self._take_records(part.path.name, name, places)
        return written

    def drop(self, warc: str) -> None:
        """Let a file go that has no successor."""
        self._take_records(warc, None, {})

    def clean(self, name: str) -> None:
        """Take records out of a file, relative to `records/`, whose WARC is not here."""
        path = self.layout.records / name
        for some in batches(record_files.read(path), BATCH_SIZE):
            self.rewriting.add_records(name, [each for each in some if self.is_kept(each)])
        self.old_records.append(name)

    def plan(self, command: str, database: str, **more: Any) -> Plan:
        """The plan of what was written."""
        return Plan(
            command,
            database,
            old=tuple(self.old),
            old_records=tuple(self.old_records),
            now=self.signature.now.timestamp(),
            **more,
        )

    def _take_records(
        self, old: str, new: str | None, places: dict[str, tuple[str, int, int]]
    ) -> None:
        self.old.append(old)
        for name in record_file_names(self.layout, old):
            folder = name.rpartition("/")[0]
            beside = self.layout.records_beside(new or old).name
            to = f"{folder}/{beside}" if folder else beside
            for some in batches(record_files.read(self.layout.records / name), BATCH_SIZE):
                kept = [record for record in some if self.is_kept(record)]
                moved = [(record, moved_record(record, places)) for record in kept]
                self.rewriting.add_records(to, [at for _, at in moved if at is not None])
                if self.keeps_gone:
                    gone = [record for record, at in moved if at is None]
                    self.rewriting.add_records(name, gone)
            self.old_records.append(name)

    def _require_room(self, paths: Iterable[Path]) -> None:
        needed = sum(map(local_size, paths)) + _SPARE_BYTES
        if free_bytes(self.layout.root) < needed:
            raise StorageError(
                f"{self.layout.root}: {needed:,} bytes are needed on the disk to rewrite files"
            )


def record_file_names(layout: Layout, warc: str) -> Iterator[str]:
    """The files of records beside a WARC, in force and of past generations, relative to `records/`."""
    name = layout.records_beside(warc).name
    for path in (layout.records / name, *sorted(layout.records.glob(f"generation-*/{name}"))):
        if path.is_file():
            yield path.relative_to(layout.records).as_posix()
