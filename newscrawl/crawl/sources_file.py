"""Which sources are in force now? From a file that may change while a crawl goes on."""

from __future__ import annotations

import logging
from difflib import get_close_matches
from typing import TYPE_CHECKING

from newscrawl.crawl.request_options import load
from newscrawl.errors import SourceError, UsageError
from newscrawl.sources import in_force, read_sources

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date
    from pathlib import Path

    from newscrawl.crawl.request_options import SourceRequests
    from newscrawl.sources import Source

logger = logging.getLogger(__name__)


class SourcesFile:
    """A sources file that is read again when it has changed; of `names`, if any, only these sources.

    Raises SourceError if it is wrong at first, UsageError for a name that it has not. If it is wrong later,
    that is logged, and the sources stay as they were.
    """

    def __init__(self, path: Path, names: Collection[str] = ()) -> None:
        self.path, self._names = path, frozenset(names)
        self._version = _version(path)
        self._sources = read_sources(path)
        named_sources(self._sources, names, file=path)
        self.requests = self._load(self._sources)

    def sources(self) -> tuple[Source, ...]:
        """All sources of the file as it is now, whatever is chosen of it."""
        if (version := _version(self.path)) != self._version:
            self._version = version
            try:
                sources = read_sources(self.path)
                named_sources(sources, self._names, file=self.path)
                requests = self._load(sources)
            except UsageError as error:
                logger.error("%s\nThe sources stay as they were.", error)
            else:
                self._sources, self.requests = sources, requests
                logger.info("%s has changed, and is read again", self.path)
        return self._sources

    def in_force(self, day: date) -> tuple[Source, ...]:
        """The chosen sources that are enabled and whose `valid_until` has not passed on this day."""
        return tuple(s for s in in_force(self.sources(), day) if self.has_chosen(s))

    def _load(self, sources: Sequence[Source]) -> tuple[SourceRequests, ...]:
        """What requests to the sources carry that are enabled."""
        enabled = [source for source in sources if source.enabled]
        try:
            return load([s for s in enabled if self.has_chosen(s)], self.path.parent)
        except SourceError as error:
            raise SourceError([f"{self.path}: {line}" for line in error.lines]) from error

    def has_chosen(self, source: Source) -> bool:
        """Whether the source is one of `names`, if there are any."""
        return not self._names or source.name in self._names


def named_sources(
    sources: Sequence[Source], names: Collection[str], *, file: Path
) -> tuple[Source, ...]:
    """The sources of these names, all of them if there is none. Raises UsageError for an unknown name."""
    unknown = sorted(set(names) - {source.name for source in sources})
    if unknown:
        near = get_close_matches(unknown[0], [source.name for source in sources], n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise UsageError(f"--source {unknown[0]!r}: {file} has no such source{hint}")
    return tuple(source for source in sources if not names or source.name in names)


def _version(path: Path) -> tuple[int, int, int] | None:
    """What changes when the file does; None if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
