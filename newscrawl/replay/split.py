"""Splits files into shards: by what an index chooses; long ones where records are known to begin."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawl.errors import CaptureNotFound, DamagedRecord, StorageError
from newscrawl.replay.index_selection import by_index, chosen_entries
from newscrawl.replay.selection import Selection
from newscrawl.replay.shard import Shard, stamp
from newscrawl.storage import remote
from newscrawl.storage.files import open_stored
from newscrawl.warc.members import is_compressed, open_members
from newscrawl.warc.reader import iter_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from newscrawl.errors import NewscrawlError
    from newscrawl.warc.reader import OnDamage

#: Captures of a shard that are chosen through an index.
MAX_PLACES = 1000


@dataclass(frozen=True, slots=True)
class Split:
    """Shards that are ready, and long files (`unsplit`) that `starts` has to read through first.

    `indexes` are those that chose among captures, each with its files by name; `stamps` tell a file's
    content from any other; `errors` are those of files that cannot be read.
    """

    shards: list[Shard] = field(default_factory=list)
    unsplit: list[Shard] = field(default_factory=list)
    indexes: dict[Path, dict[str, Path]] = field(default_factory=dict)
    errors: list[NewscrawlError] = field(default_factory=list)
    stamps: dict[Path, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Splitter:
    """How files are split: those of more than `shard_bytes` bytes into pieces of about that size.

    `index` is used for all files, if it is given. Indexes that are not files on the disk are copied to
    `folder`, if it is given, when only some captures are chosen.
    """

    selection: Selection
    shard_bytes: int
    on_damage: OnDamage
    index: Path | None = None
    folder: Path | None = None

    def split(self, warcs: Iterable[Path], ends: Mapping[Path, int] | None = None) -> Split:
        """Split these files; of those in `ends` only so many bytes are read. Files that cannot be read are
        left out, with their damage or error."""
        out, ends = Split(), ends or {}
        for warc in warcs:
            with self._collecting_errors(out):
                out.stamps[warc] = stamp(warc, end=ends.get(warc))
        # An index has not all captures of a file that is being written.
        finished = [warc for warc in out.stamps if warc not in ends]
        is_narrow = self.selection.is_narrow
        copies = self.folder if is_narrow else None
        indexed, rest = by_index(finished, self.index, folder=copies, on_damage=self.on_damage)
        for path, files in indexed.items():
            if is_narrow:
                out.shards.extend(self._chosen(path, files, out.stamps))
                out.indexes[path] = files
            else:
                out.shards.extend(self._pieces_by_index(path, files, out))
        for warc in (*rest, *(each for each in ends if each in out.stamps)):
            whole = Shard(warc, out.stamps[warc], end=ends.get(warc))
            with self._collecting_errors(out):
                # A file at a URL would be fetched twice, which takes longer than reading it in one piece.
                is_long = not remote.url_of(warc) and _size(warc) > self.shard_bytes
                (out.unsplit if is_long else out.shards).append(whole)
        return out

    @contextmanager
    def _collecting_errors(self, out: Split) -> Iterator[None]:
        """Note that a file cannot be read, and go on with the others."""
        try:
            yield
        except DamagedRecord as damage:
            self.on_damage(damage)
        except (CaptureNotFound, StorageError) as error:
            out.errors.append(error)

    def _chosen(
        self, index: Path, files: dict[str, Path], stamps: dict[Path, str]
    ) -> Iterator[Shard]:
        places: dict[str, list[tuple[int, int]]] = {}
        for entry in chosen_entries(index, files, self.selection, on_damage=self.on_damage):
            places.setdefault(entry.filename, []).append((entry.offset, entry.length))
        for name, warc in files.items():
            of_file = sorted(set(places.get(name, ())))
            for first in range(0, len(of_file), MAX_PLACES):
                some = tuple(of_file[first : first + MAX_PLACES])
                yield Shard(warc, stamps[warc], places=some)

    def _pieces_by_index(self, index: Path, files: dict[str, Path], out: Split) -> Iterator[Shard]:
        sizes: dict[str, int] = {}
        for name, warc in files.items():
            with self._collecting_errors(out):
                sizes[name] = _size(warc)
        long = {name: files[name] for name, size in sizes.items() if size > self.shard_bytes}
        found = _indexed_starts(index, long, self.shard_bytes)
        for name in sizes:
            warc = files[name]
            yield from pieces(Shard(warc, out.stamps[warc]), found.get(name, []))


def pieces(whole: Shard, starts: list[int]) -> Iterator[Shard]:
    """The file in pieces, each but the first from one of these offsets on."""
    starts = [start for start in starts if whole.end is None or start < whole.end]
    for start, end in zip([0, *starts], [*starts, whole.end], strict=True):
        yield Shard(whole.warc, whole.stamp, start, end)


def starts(warc: Path, *, shard_bytes: int) -> list[int]:
    """Where a file can be split into pieces of about this size: at answers, found by reading it through.

    Nowhere, if gzip members hold several records.
    """
    found: list[int] = []
    compressed = is_compressed(warc)
    for record in iter_records(warc, on_damage=_ignore):
        if compressed and not record.is_member:
            return []
        stretch = found[-1] // shard_bytes if found else 0
        if record.offset // shard_bytes > stretch and (record.is_capture or record.holds_page):
            found.append(record.offset)
    return found


def _ignore(_: DamagedRecord) -> None:
    """The shard that holds the damage names it."""


def _indexed_starts(index: Path, files: dict[str, Path], shard_bytes: int) -> dict[str, list[int]]:
    """Of each of these files, the first answer in each stretch of `shard_bytes` bytes."""
    first: dict[tuple[str, int], int] = {}
    if not files:
        return {}
    for entry in chosen_entries(index, files, Selection(), on_damage=_ignore):
        stretch = entry.filename, entry.offset // shard_bytes
        first[stretch] = min(first.get(stretch, entry.offset), entry.offset)
    out: dict[str, list[int]] = {}
    for (name, number), offset in sorted(first.items()):
        if number and _has_record_at(files[name], offset):
            out.setdefault(name, []).append(offset)
    return out


def _size(warc: Path) -> int:
    with open_stored(warc) as stored:
        return stored.size


def _has_record_at(warc: Path, offset: int) -> bool:
    """Whether a record begins there, as the index says."""
    try:
        with open_members(warc) as members:
            members.seek_record(offset)
            return members.record_offset == members.reached
    except (CaptureNotFound, DamagedRecord, StorageError):
        return False
