"""Which archive files does a path stand for, and how is each opened, wherever it is?"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newscrawl.archive.layout import Layout
from newscrawl.archive.stored import Stored, open_whole
from newscrawl.archive.zipped import is_wacz, open_in_wacz, wacz_around, warcs_in
from newscrawl.errors import DamagedRecord, NotAnArchive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Stored", "archive_files", "is_wacz", "open_stored", "warcs_in"]

# What ends in .zst is not read, but that is said.
_ARCHIVE_NAME = re.compile(r"\.(w?arc(\.gz|\.zst)?|wacz)$")


@contextmanager
def open_stored(path: Path, *, in_order: bool = True) -> Iterator[Stored]:
    """Open the file; `in_order` if it is read from its beginning to its end.

    Raises CaptureNotFound where none is, StorageError where it may not be.
    """
    wacz = wacz_around(path)
    opening = (
        open_whole(path, in_order=in_order)
        if wacz is None
        else open_in_wacz(path, wacz, in_order=in_order)
    )
    with opening as stored:
        yield stored


def archive_files(path: Path) -> list[Path]:
    """The archive files that `path` stands for: itself, those in a folder, or those in a WACZ.

    Files still being written are left out, a WACZ that cannot be opened stands for itself. Raises
    NotAnArchive for a folder without any.
    """
    if is_wacz(path):
        return _inside(path)
    if not path.is_dir():
        return [path]
    if (path / "warc").is_dir():
        return Layout(path).finished()
    found = sorted(p for p in path.rglob("*") if _ARCHIVE_NAME.search(p.name) and p.is_file())
    if not found:
        raise NotAnArchive(f"{path}: no WARC, ARC or WACZ file in this folder")
    return [file for each in found for file in archive_files(each)]


def _inside(wacz: Path) -> list[Path]:
    try:
        return warcs_in(wacz)
    except DamagedRecord:
        return [wacz]  # whoever reads it is told what is wrong with it
