"""The records of an archive that stay because their captures cannot be read any more."""

from __future__ import annotations

import heapq
from dataclasses import replace
from typing import TYPE_CHECKING

from newscrawl.items import Article, Page
from newscrawl.replay.captured_page import CapturedPage
from newscrawl.urls import site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newscrawl.archive.layout import Layout
    from newscrawl.replay.captured_page import CapturePlace, Result
    from newscrawl.replay.existing_records import ExistingRecords


class RetainedRecords:
    """The records of captures that cannot be read any more, or not within the limits.

    `read` are the places of the captures that are read.
    """

    def __init__(
        self, layout: Layout, existing: ExistingRecords, read: Iterable[CapturePlace]
    ) -> None:
        self._layout, self._existing = layout, existing
        self._unread = sorted(set(existing.keys()).difference(read))
        #: The places of the captures whose records stay.
        self.places = set(self._unread)

    def merged_with(self, read: Iterator[Result]) -> Iterator[Result]:
        """The results that were read, the oldest first, with the retained records in their places."""
        lost = sorted(self._lost(), key=_age)
        yield from heapq.merge(self._within_limits(read), lost, key=_age)

    def _within_limits(self, read: Iterator[Result]) -> Iterator[Result]:
        """The results; the existing record where a page could not be read within the limits."""
        for captured, result in read:
            if isinstance(result, Article) or not result.over_limit:
                yield captured, result
            elif article := self._article(captured.place):
                self.places.add(captured.place)
                yield captured, article
            else:
                yield captured, result

    def _lost(self) -> Iterator[Result]:
        for place in self._unread:
            article = self._article(place)
            assert article is not None and article.capture is not None
            page = Page(article.url or "", article.capture)
            yield CapturedPage(self._layout.warcs / place[0], page), article

    def _article(self, place: CapturePlace) -> Article | None:
        record = self._existing.get(place)
        if record is None:
            return None
        article = Article.from_dict(record)
        return article if article.source else replace(article, source=site(article.url or ""))


def _age(result: Result) -> tuple[str, str, int]:
    return result[0].age
