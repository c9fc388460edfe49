"""The records of an archive as they are made today, gathered to take the place of those it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.errors import NothingToDo
from newscrawl.generations import Successors
from newscrawl.items import Article
from newscrawl.reading.workers import is_limit
from newscrawl.replay.into import outcome
from newscrawl.replay.kept import KeptRecords
from newscrawl.replay.remade import place
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.archive.layout import Layout
    from newscrawl.errors import Missed
    from newscrawl.replay.captured import Captured

    Result = tuple[Captured, Article | Missed]


def gather(layout: Layout, results: Iterable[Result]) -> tuple[int, int]:
    """Gather and complete the successors of the archive's records; return how many, and how many are old.

    The record of a capture that cannot be read any more, or not within the limits, stays. Raises
    NothingToDo where all are as they were.
    """
    successors = Successors(layout)
    warcs = layout.finished()
    kept = KeptRecords(warcs)
    staying = set(kept.keys())
    same = 0
    for captured, result in results:
        if isinstance(result, Article):
            record = result.to_dict()
            successors.add(captured.warc.name, [record])
            same += record == kept.get(place(captured))
        elif is_limit(result.cause, result.detail):
            continue
        staying.discard(place(captured))
        if isinstance(result, Article) or result.cause != "not-html":
            successors.ended(key(captured.page.url), outcome(captured, result))
    for each in sorted(staying):
        old = kept.get(each)
        assert old is not None
        successors.add(each[0], [old])
    if same + len(staying) == successors.number == len(list(kept.keys())):
        successors.discard()
        raise NothingToDo(f"the records of {layout.root} are what this code makes of its captures")
    for warc in warcs:
        successors.add(warc.name, [])
    successors.complete()
    return successors.number, len(staying)
