"""Keep the files of an archive in an object store: finished WARCs, records and the index.

A WARC that was uploaded and read back has a pointer beside it (`NAME.url`), which says that the object is
this archive's own. Once it is old enough the file on this disk goes, and whoever opens it reads the object by
ranges. Records and index are copies: the archive goes on with those on this disk.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from newscrawl.errors import StorageError, UsageError
from newscrawl.printable import counted
from newscrawl.storage import remote
from newscrawl.storage.durable import partial_file, storage_errors, sync
from newscrawl.storage.files import open_stored
from newscrawl.text import durations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.archive.layout import Layout

_COPY_BYTES = 1024 * 1024
#: What was uploaded of records and index, by SHA-256.
_UPLOADED = ".uploaded.json"
_LOCK = ".upload.lock"


@dataclass(frozen=True, slots=True)
class StorePolicy:
    """Where files go, and when WARCs are deleted here: once they are `keep_seconds` old; None is never."""

    url: str
    keep_seconds: float | None

    @classmethod
    def named(cls, store: str, keep: str) -> StorePolicy:
        """The policy that a user names: `keep` is `keep`, `move`, or an age as `30d`. Raises UsageError."""
        if not remote.is_remote(store):
            raise UsageError(f"NEWSCRAWL_STORE {store!r}: name a URL, as s3://bucket/folder")
        seconds = 0.0 if keep == "move" else durations.seconds(keep)
        if seconds is None and keep != "keep":
            raise UsageError(f"NEWSCRAWL_STORE_KEEP {keep}: keep, move, or an age as 30d")
        remote.require(store)
        return cls(store, seconds)


@dataclass(slots=True)
class Uploaded:
    """How many files were uploaded, of how many bytes, and how many were then deleted on this disk."""

    files: int = 0
    size: int = 0
    deleted: int = 0

    def __str__(self) -> str:
        gone = f", {counted(self.deleted, 'WARC')} deleted here" if self.deleted else ""
        return f"{counted(self.files, 'file')} uploaded ({self.size:,} bytes){gone}"


def upload(layout: Layout, policy: StorePolicy, *, now: float) -> Uploaded:
    """Upload what is not there yet, and delete the WARCs here that are old enough.

    Nobody may rewrite files of the archive meanwhile; crawls may write to it. Waits for another upload.
    Raises UsageError where fsspec is not installed, StorageError where an object is not what was uploaded.
    """
    with _alone(layout):
        done = Uploaded()
        for path in layout.finished():
            if path.is_file():
                _upload_warc(layout, path, policy, now, done)
        _upload_copies(layout, policy.url, done)
        return done


def has_copies(layout: Layout) -> bool:
    """Whether records and index were ever uploaded."""
    return (layout.root / _UPLOADED).is_file()


def is_due(layout: Layout, policy: StorePolicy, *, now: float) -> bool:
    """Whether a WARC is to be uploaded, or deleted here."""
    for path in layout.finished():
        if path.is_file() and (remote.pointer_of(path) is None or _may_go(path, policy, now)):
            return True
    return False


def _upload_warc(
    layout: Layout, path: Path, policy: StorePolicy, now: float, done: Uploaded
) -> None:
    if remote.pointer_of(path) is None:
        url = remote.joined(policy.url, f"warc/{path.name}")
        _upload(path, url, done)
        remote.write_pointer(path, url, is_own=True)
    if _may_go(path, policy, now):
        with storage_errors(path):
            path.unlink()
            sync(layout.warcs)
        done.deleted += 1


def _may_go(path: Path, policy: StorePolicy, now: float) -> bool:
    if policy.keep_seconds is None or not remote.is_own(path):
        return False
    return now - path.stat().st_mtime >= policy.keep_seconds


@contextmanager
def _alone(layout: Layout) -> Iterator[None]:
    """One process uploads at a time."""
    place = layout.root / _LOCK
    with storage_errors(place), place.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _upload_copies(layout: Layout, store: str, done: Uploaded) -> None:
    place = layout.root / _UPLOADED
    known: dict[str, str] = json.loads(place.read_text("utf-8")) if place.is_file() else {}
    now: dict[str, str] = {}
    for path in _copies(layout):
        name = path.relative_to(layout.root).as_posix()
        # A crawl may be writing to the file: what it has by now is uploaded.
        with NamedTemporaryFile(prefix="newscrawl-") as snapshot:
            with storage_errors(path):
                shutil.copyfile(path, snapshot.name)
            copied = Path(snapshot.name)
            now[name] = _digest(copied)
            if known.get(name) != now[name]:
                _upload(copied, remote.joined(store, name), done)
    for name in sorted(known.keys() - now.keys()):
        remote.delete(remote.joined(store, name))
    if now != known:
        with storage_errors(place), partial_file(place) as working:
            working.write_text(json.dumps(now), "utf-8")


def _copies(layout: Layout) -> Iterator[Path]:
    if layout.index.is_file():
        yield layout.index
    yield from sorted(layout.records.rglob("*.jsonl"))


def _upload(path: Path, url: str, done: Uploaded) -> None:
    remote.put(path, url)
    expected = _digest(path)
    with remote.open_remote(url) as file:
        state = hashlib.sha256()
        while data := file.read(_COPY_BYTES):
            state.update(data)
    if state.hexdigest() != expected:
        raise StorageError(f"{url}: what was read back is not what was uploaded; {path} stays")
    done.files += 1
    done.size += path.stat().st_size


def _digest(path: Path) -> str:
    state = hashlib.sha256()
    with open_stored(path) as file:
        while data := file.read(_COPY_BYTES):
            state.update(data)
    return state.hexdigest()
