"""Which pages the captures in these files hold, in the order in which they were made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.archive.captures import captures_in
from newscrawl.archive.files import archive_files
from newscrawl.errors import UsageError
from newscrawl.items import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from newscrawl.errors import DamagedRecord


@dataclass(frozen=True, slots=True)
class Captured:
    """A captured page and the file it lies in."""

    warc: Path
    page: Page


def warcs_of(paths: Iterable[Path]) -> list[Path]:
    """The archive files that these paths stand for. Raises UsageError for one that is not there."""
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
        files += archive_files(path)
    return list(dict.fromkeys(files))


def captured_in(
    warcs: Iterable[Path], *, on_damage: Callable[[DamagedRecord], None]
) -> list[Captured]:
    """Every whole answer with status 200, the oldest first.

    The order is that of the captures, not of the files: several crawls may have written at once, and
    an article's revisions follow one another in time. Revisits say what an earlier capture said.
    """
    found = [
        Captured(warc, Page(each.uri, each.capture))
        for warc in warcs
        for each in captures_in(warc, on_damage=on_damage)
        if each.status == 200 and not each.is_revisit
    ]
    return sorted(found, key=_age)


def _age(captured: Captured) -> tuple[str, str, int]:
    capture = captured.page.capture
    return capture.captured_at, capture.warc, capture.offset
