"""Keep the files of an archive in an object store: finished WARCs, records and the index.

A WARC that was uploaded and read back has a pointer beside it (`NAME.url`), which says that the object is
this archive's own. Once it is old enough the file on this disk goes, and whoever opens it reads the object by
ranges. Records and index are copies: the archive goes on with those on this disk.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.errors import StorageError
from newscrawl.storage import remote
from newscrawl.storage.durable import partial_file, storage_errors, sync
from newscrawl.storage.files import open_stored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.archive.layout import Layout

_COPY_BYTES = 1024 * 1024
#: What was uploaded of records and index, by SHA-256.
_UPLOADED = ".uploaded.json"


@dataclass(slots=True)
class Uploaded:
    """How many files were uploaded, of how many bytes, and how many were then deleted on this disk."""

    files: int = 0
    size: int = 0
    deleted: int = 0


def upload(layout: Layout, store: str, *, keep_seconds: float | None, now: float) -> Uploaded:
    """Upload what is not there yet. WARCs that are older than `keep_seconds` are deleted here; None is never.

    The caller has the archive alone. Raises UsageError where fsspec is not installed, StorageError where an
    object is not what was uploaded.
    """
    done = Uploaded()
    for path in layout.finished():
        if not path.is_file():
            continue
        if remote.pointer_of(path) is None:
            url = remote.joined(store, f"warc/{path.name}")
            _upload(path, url, done)
            remote.write_pointer(path, url, is_own=True)
        age = now - path.stat().st_mtime
        if keep_seconds is not None and age >= keep_seconds and remote.is_own(path):
            with storage_errors(path):
                path.unlink()
                sync(layout.warcs)
            done.deleted += 1
    _upload_copies(layout, store, done)
    return done


def _upload_copies(layout: Layout, store: str, done: Uploaded) -> None:
    place = layout.root / _UPLOADED
    known: dict[str, str] = json.loads(place.read_text("utf-8")) if place.is_file() else {}
    now: dict[str, str] = {}
    for path in _copies(layout):
        name = path.relative_to(layout.root).as_posix()
        now[name] = _digest(path)
        if known.get(name) != now[name]:
            _upload(path, remote.joined(store, name), done)
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
