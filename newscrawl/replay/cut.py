"""How are files cut into units? By what an index chooses; long ones where records are known to begin."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawl.errors import CaptureNotFound, DamagedRecord, StorageError
from newscrawl.replay.indexed import by_index, chosen_entries
from newscrawl.replay.selection import Selection
from newscrawl.replay.unit import Unit, stamp
from newscrawl.storage import remote
from newscrawl.storage.files import open_stored
from newscrawl.warc.members import open_members
from newscrawl.warc.reader import iter_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newscrawl.errors import NewscrawlError
    from newscrawl.warc.reader import OnDamage

#: Captures of a unit that are chosen through an index.
_PLACES = 1000


@dataclass(frozen=True, slots=True)
class Cut:
    """Units that are ready, and long files that have to be read through to be cut: `starts` does that.

    `indexes` are those that chose among captures, each with its files by name; `stamps` say what a file
    was; `errors` are those of files that cannot be had.
    """

    units: list[Unit] = field(default_factory=list)
    uncut: list[Unit] = field(default_factory=list)
    indexes: dict[Path, dict[str, Path]] = field(default_factory=dict)
    errors: list[NewscrawlError] = field(default_factory=list)
    stamps: dict[Path, str] = field(default_factory=dict)


def cut(
    warcs: Iterable[Path],
    chosen: Selection,
    index: Path | None,
    *,
    on_damage: OnDamage,
    long: int,
    folder: Path | None = None,
) -> Cut:
    """Cut these files, those of more than `long` bytes into pieces of about so many.

    Indexes that are not files on the disk are copied to `folder`, if it is given, for a narrow choice.
    What cannot be had, or not out of its WACZ, is left out.
    """
    out = Cut()
    for warc in warcs:
        with _passing_over(out, on_damage):
            out.stamps[warc] = stamp(warc)
    copies = folder if chosen.is_narrow else None
    indexed, rest = by_index(out.stamps, index, folder=copies, on_damage=on_damage)
    for path, files in indexed.items():
        if chosen.is_narrow:
            out.units.extend(_chosen(path, files, chosen, out.stamps, on_damage))
            out.indexes[path] = files
        else:
            out.units.extend(_pieces_by_index(path, files, long, out, on_damage))
    for warc in rest:
        whole = Unit(warc, out.stamps[warc])
        with _passing_over(out, on_damage):
            # Elsewhere, reading twice costs more than waiting for one that reads it all.
            is_long = not remote.url_of(warc) and _size(warc) > long
            (out.uncut if is_long else out.units).append(whole)
    return out


@contextmanager
def _passing_over(out: Cut, on_damage: OnDamage) -> Iterator[None]:
    """Note that a file cannot be had, and go on with the others."""
    try:
        yield
    except DamagedRecord as damage:
        on_damage(damage)
    except (CaptureNotFound, StorageError) as error:
        out.errors.append(error)


def pieces(whole: Unit, starts: list[int]) -> Iterator[Unit]:
    """The file in pieces, each but the first from one of these places on."""
    begins = [0, *starts]
    for begin, end in zip(begins, [*starts, None], strict=True):
        yield Unit(whole.warc, whole.stamp, begin, end)


def starts(warc: Path, *, long: int) -> list[int]:
    """Where a file can be cut into pieces of about `long` bytes: at answers, found by reading it through.

    Nowhere, if gzip members hold several records.
    """
    found: list[int] = []
    compressed = _is_compressed(warc)
    for record in iter_records(warc, on_damage=_pass_over):
        if compressed and not record.is_member:
            return []
        stretch = found[-1] // long if found else 0
        if record.offset // long > stretch and record.is_capture:
            found.append(record.offset)
    return found


def _is_compressed(warc: Path) -> bool:
    try:
        with open_members(warc) as members:
            return members.is_compressed
    except DamagedRecord:
        return True


def _pass_over(_: DamagedRecord) -> None:
    """Whoever reads the piece it is in is told of it."""


def _chosen(
    index: Path,
    files: dict[str, Path],
    chosen: Selection,
    stamps: dict[Path, str],
    on_damage: OnDamage,
) -> Iterator[Unit]:
    places: dict[str, list[tuple[int, int]]] = {}
    for entry in chosen_entries(index, files, chosen, on_damage=on_damage):
        places.setdefault(entry.filename, []).append((entry.offset, entry.length))
    for name, warc in files.items():
        of_file = sorted(set(places.get(name, ())))
        for first in range(0, len(of_file), _PLACES):
            some = tuple(of_file[first : first + _PLACES])
            yield Unit(warc, stamps[warc], places=some)


def _pieces_by_index(
    index: Path, files: dict[str, Path], long: int, out: Cut, on_damage: OnDamage
) -> Iterator[Unit]:
    sizes: dict[str, int] = {}
    for name, warc in files.items():
        with _passing_over(out, on_damage):
            sizes[name] = _size(warc)
    found = _indexed_starts(index, {n: files[n] for n, size in sizes.items() if size > long}, long)
    for name in sizes:
        warc = files[name]
        yield from pieces(Unit(warc, out.stamps[warc]), found.get(name, []))


def _indexed_starts(index: Path, files: dict[str, Path], long: int) -> dict[str, list[int]]:
    """Of each of these long files, the first answer in each stretch of `long` bytes."""
    first: dict[tuple[str, int], int] = {}
    if not files:
        return {}
    for entry in chosen_entries(index, files, Selection(), on_damage=_pass_over):
        stretch = entry.filename, entry.offset // long
        first[stretch] = min(first.get(stretch, entry.offset), entry.offset)
    out: dict[str, list[int]] = {}
    for (name, number), offset in sorted(first.items()):
        if number and _begins(files[name], offset):
            out.setdefault(name, []).append(offset)
    return out


def _size(warc: Path) -> int:
    with open_stored(warc) as stored:
        return stored.size


def _begins(warc: Path, offset: int) -> bool:
    """Whether a record begins there, as the index says."""
    try:
        with open_members(warc) as members:
            members.seek_record(offset)
            return members.record_offset == members.reached
    except (CaptureNotFound, DamagedRecord, StorageError):
        return False
