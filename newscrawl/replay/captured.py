"""Which pages the captures in these files hold, in the order in which they were made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.archive.captures import captures_in
from newscrawl.archive.files import archive_files
from newscrawl.errors import UsageError
from newscrawl.items import Page
from newscrawl.urls import key

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


@dataclass(frozen=True, slots=True)
class Captures:
    """All that a set of files holds: pages, the oldest first, and the keys of all URLs that were answered.

    The order is that of the captures, not of the files: several crawls may have written at once, and an
    article's revisions follow one another in time.
    """

    pages: tuple[Captured, ...]
    answered: frozenset[str]


def captures_of(warcs: Iterable[Path], *, on_damage: Callable[[DamagedRecord], None]) -> Captures:
    """The whole answers with status 200, and what else was answered.

    Revisits are left out: they say what an earlier capture said.
    """
    pages: list[Captured] = []
    answered: set[str] = set()
    for warc in warcs:
        for each in captures_in(warc, on_damage=on_damage):
            answered.add(key(each.uri))
            if each.status == 200 and not each.is_revisit:
                pages.append(Captured(warc, Page(each.uri, each.capture)))
    return Captures(tuple(sorted(pages, key=_age)), frozenset(answered))


def _age(captured: Captured) -> tuple[str, str, int]:
    capture = captured.page.capture
    return capture.captured_at, capture.warc, capture.offset
