"""Which rules for sites are in force now? From files that may change while a crawl goes on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from newscrawl.errors import UsageError
from newscrawl.rules import NO_RULES, Ruleset, read_rules

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)

#: Name, inode, time and size of each file.
_Version = tuple[tuple[str, int, int, int], ...]


class RulesFile:
    """A file or folder of rules that is read again when it has changed.

    A rule with a mistake is left out, and that is logged. Raises UsageError if the file is not there at
    first; if it is not later, that is logged, and the rules stay as they were.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._version: _Version | None = None
        self._rules = NO_RULES
        if path is not None:
            self._version = _version_of(path)
            self._read(path)

    def in_force(self) -> Ruleset:
        """The rules as the files have them now."""
        path = self._path
        if path is not None and (version := _version_of(path)) != self._version:
            self._version = version
            try:
                self._read(path)
            except UsageError as error:
                logger.error("%s\nThe rules stay as they were.", error)
            else:
                logger.info("%s has changed, and is read again", path)
        return self._rules

    def _read(self, path: Path) -> None:
        read = read_rules(path)
        for line in read.skipped:
            logger.warning("%s", line)
        self._rules = read.rules


def _version_of(path: Path) -> _Version | None:
    """What changes when one of the files does; None if there is none."""
    try:
        files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
        stats = [(file.name, file.stat()) for file in files]
    except OSError:
        return None
    return tuple((name, s.st_ino, s.st_mtime_ns, s.st_size) for name, s in stats)
