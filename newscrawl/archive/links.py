"""Let an archive folder stand for files that are elsewhere: by links, pointers or copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.errors import UsageError
from newscrawl.storage import remote
from newscrawl.storage.durable import partial_file, storage_errors
from newscrawl.storage.files import open_stored

if TYPE_CHECKING:
    from pathlib import Path

_COPY_BYTES = 1 << 20


def link_file(warc: Path, place: Path, *, copies: bool = False) -> None:
    """Make `place` stand for the file: a link, a pointer to a URL or, of a file in a WACZ, a copy.

    With `copies` it is always a copy. Raises UsageError if another file is there.
    """
    mine, theirs = remote.url_of(place), remote.url_of(warc)
    if place.exists() or mine:
        if mine != theirs or (place.exists() and not _is_same(warc, place)):
            raise UsageError(f"{theirs or warc}: there is another {warc.name} in {place.parent}")
    elif copies:
        _copy_out(warc, place)
    elif warc.exists():
        place.symlink_to(warc.resolve())
    elif theirs:
        remote.write_pointer(place, theirs)
    else:
        _copy_out(warc, place)


def _is_same(warc: Path, place: Path) -> bool:
    if warc.exists():
        return place.samefile(warc)
    with open_stored(warc) as inside:  # a WACZ, whose files are copies
        return place.stat().st_size == inside.size


def _copy_out(warc: Path, place: Path) -> None:
    """Copy a file, out of a WACZ for instance. It gets its name once it is whole."""
    with (
        storage_errors(place),
        partial_file(place) as working,
        open_stored(warc) as stored,
        working.open("wb") as file,
    ):
        while data := stored.read(_COPY_BYTES):
            file.write(data)
