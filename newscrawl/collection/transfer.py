"""Copy an archive to another folder, also while a crawl writes to it; or move it there.

Tables name captures, so the database is copied first, then the index, then the records and then the WARCs:
what is copied later has all that is named by what was copied before. A WARC that is still being written is
copied under its unfinished name, and recovered by the next crawl there. Tables, index and records get their
names once all WARCs are on the disk, so that a backup that is broken off is still the one before.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.archive import archive_lock
from newscrawl.archive.layout import Layout
from newscrawl.errors import ArchiveError, UsageError
from newscrawl.storage import remote
from newscrawl.storage.durable import partial_file, storage_errors, sync
from newscrawl.storage.file_names import OPEN_SUFFIX, POINTER_SUFFIX
from newscrawl.storage.files import open_stored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COPY_BYTES = 1024 * 1024
#: Where tables, index and records wait until all WARCs are there.
_INCOMING = ".incoming"


@dataclass(frozen=True, slots=True)
class Copied:
    """How many WARCs were copied, of how many bytes, and how many were there already or are gone now."""

    warcs: int
    size: int
    kept: int
    deleted: int


def copy(source: Layout, target: Layout) -> Copied:
    """Copy to a new or empty folder. Raises UsageError for another, StorageError."""
    if target.root.exists() and (not target.root.is_dir() or any(target.root.iterdir())):
        raise UsageError(f"{target.root} is there already: name a new folder")
    working = Layout(target.root.with_name(f".{target.root.name}.partial"))
    copied = back_up(source, working)
    with storage_errors(target.root):
        if target.root.is_dir():
            target.root.rmdir()
        working.root.rename(target.root)
        sync(target.root.parent)
    return copied


def back_up(source: Layout, target: Layout) -> Copied:
    """Bring a copy up to date, or make it: WARCs that are there stay, what the archive has no more goes.

    Raises NotAnArchive for a folder of something else, ArchiveError where a copy is not what was copied,
    StorageError.
    """
    if source.root.resolve() == target.root.resolve():
        raise UsageError(f"{target.root} is the archive itself")
    target.create()
    incoming = target.root / _INCOMING
    lock = archive_lock.share(source)
    try:
        with storage_errors(target.root):
            shutil.rmtree(incoming, ignore_errors=True)
            incoming.mkdir()
            _snapshot(source, incoming)
            copied = _copy_warcs(source, target)
            _place(incoming, target)
            deleted = _delete_others(source, target)
            shutil.rmtree(incoming)
    finally:
        os.close(lock)
    return Copied(copied.warcs, copied.size, copied.kept, deleted)


def move(source: Layout, target: Layout) -> None:
    """Move to a new or empty folder. The caller has the archive alone. Raises UsageError, StorageError."""
    if target.root.exists() and (not target.root.is_dir() or any(target.root.iterdir())):
        raise UsageError(f"{target.root} is there already: name a new folder")
    links = [path for path in source.warcs.iterdir() if path.is_symlink()]
    with storage_errors(target.root):
        target.root.parent.mkdir(parents=True, exist_ok=True)
        is_near = source.root.stat().st_dev == target.root.parent.stat().st_dev
        if is_near and not links:
            if target.root.is_dir():
                target.root.rmdir()
            source.root.rename(target.root)
            sync(target.root.parent)
            return
    copy(source, target)
    with storage_errors(source.root):
        shutil.rmtree(source.root)


def _snapshot(source: Layout, incoming: Path) -> None:
    if source.database.is_file():
        copy_database(source.database, incoming / "news.db")
    if source.index.is_file():
        shutil.copyfile(source.index, incoming / "index.cdxj")
    for path in sorted([*source.records.rglob("*.jsonl"), *source.changes.glob("*.jsonl")]):
        to = incoming / path.relative_to(source.root)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to)
        _cut_last_line(to)
    for path in incoming.rglob("*"):
        sync(path)


def _cut_last_line(path: Path) -> None:
    """Cut off what was being written to a file of lines when it was copied."""
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        while end:
            begin = max(0, end - _COPY_BYTES)
            file.seek(begin)
            at = file.read(end - begin).rfind(b"\n")
            if at >= 0:
                file.truncate(begin + at + 1)
                return
            end = begin
        file.truncate(0)


def copy_database(database: Path, to: Path) -> None:
    """By SQLite's own backup, which others may write beside."""
    try:
        with (
            closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=120)) as old,
            closing(sqlite3.connect(to)) as new,
        ):
            old.backup(new)
    except sqlite3.Error as error:
        raise ArchiveError(f"{database}: {error}") from error


def _copy_warcs(source: Layout, target: Layout) -> Copied:
    warcs = size = kept = 0
    for path in _files(source):
        place = target.warcs / path.name
        if path.name.endswith(POINTER_SUFFIX):
            # The object goes with this archive, and not with a copy of it.
            warc = path.with_name(path.name.removesuffix(POINTER_SUFFIX))
            remote.write_pointer(target.warcs / warc.name, remote.pointer_of(warc) or "")
            continue
        is_open = path.name.endswith(OPEN_SUFFIX)
        if not is_open and place.is_file() and place.stat().st_size == path.stat().st_size:
            kept += 1
            continue
        size += _copy_file(path, place)
        warcs += 1
    sync(target.warcs)
    return Copied(warcs, size, kept, 0)


def _files(source: Layout) -> Iterator[Path]:
    """The files in `warc/`, unfinished ones first: one that is finished meanwhile is then found as well."""
    names = [path for path in source.warcs.iterdir() if not path.name.startswith(".")]
    unfinished = [path for path in names if path.name.endswith(OPEN_SUFFIX)]
    yield from sorted(unfinished)
    yield from sorted(path for path in names if path not in unfinished)
    for path in unfinished:
        finished = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
        if finished.exists():
            yield finished


def _copy_file(path: Path, place: Path) -> int:
    """Copy what a path stands for, and read it back; return its size."""
    read = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
    state, size = hashlib.sha256(), 0
    with partial_file(place) as working, open_stored(read) as stored:
        with working.open("wb") as file:
            while data := stored.read(_COPY_BYTES):
                state.update(data)
                size += len(data)
                file.write(data)
        sync(working)
        with working.open("rb") as file:
            if hashlib.file_digest(file, "sha256").digest() != state.digest():
                raise ArchiveError(f"{place}: what was read back is not what was written")
    return size


def _place(incoming: Path, target: Layout) -> None:
    for path in sorted(incoming.rglob("*.jsonl")):
        to = target.root / path.relative_to(incoming)
        to.parent.mkdir(parents=True, exist_ok=True)
        path.replace(to)
    for name in ("index.cdxj", "news.db"):
        if (incoming / name).is_file():
            for suffix in ("-wal", "-shm") if name == "news.db" else ():
                target.root.joinpath(name + suffix).unlink(missing_ok=True)
            (incoming / name).replace(target.root / name)
    sync(target.records)
    sync(target.root)


def _delete_others(source: Layout, target: Layout) -> int:
    """Delete files that the archive has no more; return how many."""
    number = 0
    folders = ("warcs", "records", "changes")
    for folder, other in ((getattr(target, name), getattr(source, name)) for name in folders):
        for path in sorted(folder.rglob("*")):
            finished = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
            is_there = (other / path.relative_to(folder)).exists() or (
                path != finished and not finished.exists()  # it was finished just now
            )
            if path.is_file() and not path.name.startswith(".") and not is_there:
                path.unlink()
                number += 1
    return number
