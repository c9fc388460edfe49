"""The records of captured pages, made by workers, with their revisions."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from newscrawl.errors import ArchiveError, Missed
from newscrawl.history import fingerprint
from newscrawl.reading.pages import read_record_of
from newscrawl.reading.validate import leads, variant_of
from newscrawl.replay.kept import Elsewhere
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from newscrawl.items import Article
    from newscrawl.reading.workers import Workers
    from newscrawl.replay.captured import Captured, Captures
    from newscrawl.replay.kept import Key

    Result = tuple[Captured, Article | Missed]

#: Pages that are handed to the workers ahead of the one being waited for.
_AHEAD = 64


class Remaking:
    """Makes each page's record again. The result depends on the captures alone.

    With `complete`, an article whose own URL was never answered is recorded from its variants, as for
    archives of others; without it is passed over, as a crawl does that has yet to fetch that URL.
    `elsewhere` is what is known from captures that are not among these; those at the places in `without`
    are passed over.
    """

    def __init__(
        self,
        captures: Captures,
        workers: Workers,
        *,
        complete: bool,
        elsewhere: Elsewhere | None = None,
        without: Collection[Key] = (),
    ) -> None:
        self._captures, self._workers, self._complete = captures, workers, complete
        self._elsewhere = elsewhere or Elsewhere()
        self._without = without
        self._last: dict[str, tuple[int, str]] = {}
        self._recorded = set(self._elsewhere.recorded)

    def results(self) -> Iterator[Result]:
        """Each page with its record or the reason why it has none.

        In the order of the captures, but for AMP, print and other variants: they come last, when it is
        known which articles there are. An article that says the same as its last capture is missed
        as `unchanged`.
        """
        variants: list[tuple[Captured, Article, str]] = []
        pages = (c for c in self._captures.pages if place(c) not in self._without)
        for captured, result in self._read(pages):
            if isinstance(result, Missed):
                yield captured, result
            elif (original := variant_of(result)) is not None:
                variants.append((captured, result, original))
            else:
                yield captured, self._revised(result)
        named = {key(article.url or ""): key(original) for _, article, original in variants}
        for captured, article, original in variants:
            mutual = named.get(key(original)) == key(article.url or "")
            if mutual and leads(article.url or "", original):
                yield captured, self._revised(article)
            elif mutual or self._has_its_own(original):
                yield captured, Missed("duplicate", original)
            else:
                yield captured, self._revised(article)

    def _has_its_own(self, original: str) -> bool:
        if key(original) in self._recorded:
            return True
        if self._complete or key(original) in self._captures.answered:
            return False
        return not self._elsewhere.answered(original)

    def _revised(self, article: Article) -> Article | Missed:
        self._recorded.add(key(article.url or ""))
        before = self._elsewhere.revision_before(article)
        revision, said = max(self._last.get(article.id, (0, "")), before)
        says = fingerprint(article)
        if says == said:
            return Missed("unchanged")
        self._last[article.id] = (revision + 1, says)
        return replace(article, revision=revision + 1)

    def _read(self, pages: Iterator[Captured]) -> Iterator[Result]:
        running: deque[tuple[Captured, Any]] = deque()
        while True:
            for captured in islice(pages, _AHEAD - len(running)):
                future = self._workers.submit(
                    read_record_of, str(captured.warc), captured.page, captured.original
                )
                running.append((captured, future))
            if not running:
                return
            captured, future = running.popleft()
            yield captured, self._outcome(future)

    def _outcome(self, future: Any) -> Article | Missed:
        try:
            article: Article = self._workers.outcome(future)
        except Missed as missed:
            return missed
        except ArchiveError as error:
            return Missed("extraction-failed", str(error))
        return article


def place(captured: Captured) -> Key:
    """Where a page's capture lies."""
    return captured.page.capture.warc, captured.page.capture.offset
