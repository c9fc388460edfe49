"""The records of captured pages, made by workers, with their revisions."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from newscrawl.errors import ArchiveError, Missed
from newscrawl.history import fingerprint
from newscrawl.reading.pages import read_record_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newscrawl.items import Article
    from newscrawl.reading.workers import Workers
    from newscrawl.replay.captured import Captured

#: Pages that are handed to the workers ahead of the one being waited for.
_AHEAD = 64


def remade(
    pages: Iterable[Captured], workers: Workers
) -> Iterator[tuple[Captured, Article | Missed]]:
    """Each page with its record or the reason why it has none, in the order given.

    The result depends on nothing but the pages, whatever the number of workers. An article that says
    the same as its last capture is missed as `unchanged`.
    """
    last: dict[str, tuple[int, str]] = {}
    for captured, result in _read(iter(pages), workers):
        if isinstance(result, Missed):
            yield captured, result
            continue
        revision, said = last.get(result.id, (0, ""))
        says = fingerprint(result)
        if says == said:
            yield captured, Missed("unchanged")
            continue
        last[result.id] = (revision + 1, says)
        yield captured, replace(result, revision=revision + 1)


def _read(
    pages: Iterator[Captured], workers: Workers
) -> Iterator[tuple[Captured, Article | Missed]]:
    running: deque[tuple[Captured, Any]] = deque()
    while True:
        for captured in islice(pages, _AHEAD - len(running)):
            running.append(
                (captured, workers.submit(read_record_of, str(captured.warc), captured.page))
            )
        if not running:
            return
        captured, future = running.popleft()
        try:
            yield captured, workers.outcome(future)
        except Missed as missed:
            yield captured, missed
        except ArchiveError as error:
            yield captured, Missed("extraction-failed", str(error))
