"""Which sources are in force now? From a file that may change while a crawl goes on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from newscrawl.errors import SourceError
from newscrawl.sources import in_force, read_sources

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from newscrawl.sources import Source

logger = logging.getLogger(__name__)


class SourcesFile:
    """A sources file that is read again when it has changed. Raises SourceError if it is wrong at first.

    If it is wrong later, that is logged, and the sources stay as they were.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._version = _version(path)
        self._sources = read_sources(path)

    def in_force(self, day: date) -> tuple[Source, ...]:
        """The sources whose `valid_until` has not passed on this day."""
        if (version := _version(self._path)) != self._version:
            self._version = version
            try:
                self._sources = read_sources(self._path)
            except SourceError as error:
                logger.error("%s\nThe sources stay as they were.", error)
            else:
                logger.info("%s has changed, and is read again", self._path)
        return in_force(self._sources, day)


def _version(path: Path) -> tuple[int, int, int] | None:
    """What changes when the file does; None if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
