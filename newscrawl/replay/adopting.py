"""The records of an archive as they are made today, gathered to take the place of those it has."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from newscrawl.collection.generations import PendingGeneration
from newscrawl.collection.loading import outcome
from newscrawl.errors import NothingToDo
from newscrawl.items import Article, Page
from newscrawl.replay.captured import Captured, age
from newscrawl.replay.remade import place
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newscrawl.archive.layout import Layout
    from newscrawl.errors import Missed
    from newscrawl.replay.kept import KeptRecords, Key

    Result = tuple[Captured, Article | Missed]


class Standing:
    """The records of captures that cannot be read any more, or not within the limits: they stay.

    `read` are the places of the captures that are read.
    """

    def __init__(self, layout: Layout, kept: KeptRecords, read: Iterable[Key]) -> None:
        self._layout, self._kept = layout, kept
        self._unread = sorted(set(kept.keys()).difference(read))
        #: The places of those that stay.
        self.places = set(self._unread)

    def among(self, read: Iterator[Result]) -> Iterator[Result]:
        """What was read, the oldest first, with the records that stay in their places."""
        lost = sorted(self._lost(), key=_age)
        yield from heapq.merge(self._stay(read), lost, key=_age)

    def _stay(self, read: Iterator[Result]) -> Iterator[Result]:
        for captured, result in read:
            if isinstance(result, Article) or not result.over_limit:
                yield captured, result
            elif article := self._article(place(captured)):
                self.places.add(place(captured))
                yield captured, article
            else:
                yield captured, result

    def _lost(self) -> Iterator[Result]:
        for each in self._unread:
            article = self._article(each)
            assert article is not None and article.capture is not None
            page = Page(article.url or "", article.capture)
            yield Captured(self._layout.warcs / each[0], page), article

    def _article(self, where: Key) -> Article | None:
        record = self._kept.get(where)
        return Article.from_dict(record) if record else None


def gather(
    layout: Layout, kept: KeptRecords, results: Iterable[Result], standing: Standing
) -> tuple[int, int]:
    """Gather and complete the successors of the archive's records; return how many, and how many stay.

    Raises NothingToDo where all are as they were, StorageError.
    """
    successors = PendingGeneration(layout)
    same = stay = 0
    for captured, result in results:
        if isinstance(result, Article):
            record = result.to_dict()
            successors.add(captured.warc.name, [record])
            same += record == kept.get(place(captured))
            stay += place(captured) in standing.places
        elif result.over_limit:
            continue
        if isinstance(result, Article) or result.cause != "not-html":
            successors.ended(key(captured.page.url), outcome(captured.page, result))
    if same == successors.number == len(list(kept.keys())):
        successors.discard()
        raise NothingToDo(f"the records of {layout.root} are what this code makes of its captures")
    for warc in layout.finished():
        successors.add(warc.name, [])
    successors.complete()
    return successors.number, stay


def _age(result: Result) -> tuple[str, str, int]:
    return age(result[0])
