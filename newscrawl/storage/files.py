"""Open an archive file, wherever it is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from newscrawl.storage.stored_file import FileSlice, StoredFile, open_local, open_whole
from newscrawl.storage.wacz_members import is_wacz, open_in_wacz, wacz_around, warcs_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["StoredFile", "is_wacz", "open_stored", "warcs_in"]


@contextmanager
def open_stored(path: Path, *, in_order: bool = True) -> Iterator[StoredFile]:
    """Open the file; `in_order` if it is read from its beginning to its end.

    Nearly every file is a plain one on this disk; only if there is none, it is looked for in a WACZ and
    elsewhere. Raises CaptureNotFound where there is none, StorageError where it may not be opened.
    """
    if file := open_local(path):
        with file:
            yield FileSlice(file, 0, file.seek(0, 2))
        return
    wacz = wacz_around(path)
    elsewhere = (
        open_whole(path, in_order=in_order)
        if wacz is None
        else open_in_wacz(path, wacz, in_order=in_order)
    )
    with elsewhere as stored:
        yield stored
