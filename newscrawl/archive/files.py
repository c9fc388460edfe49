"""The archive files for which a path stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawl.archive.layout import Layout
from newscrawl.errors import DamagedRecord, NotAnArchive
from newscrawl.storage.wacz_members import is_wacz, warcs_in

if TYPE_CHECKING:
    from pathlib import Path

_ARCHIVE_NAME = re.compile(r"\.(w?arc(\.gz|\.zst)?|wacz)$")


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
