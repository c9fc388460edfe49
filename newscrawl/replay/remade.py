"""The records of captured pages, made by workers, and their revisions."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from newscrawl.errors import ArchiveError, Missed
from newscrawl.processing.limits import LIMITS, Limits
from newscrawl.processing.pages import read_record_of
from newscrawl.processing.validate import leads, variant_of
from newscrawl.replay.kept import Elsewhere
from newscrawl.replay.so_far import SoFar
from newscrawl.store.fingerprint import fingerprint
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newscrawl.items import Article
    from newscrawl.processing.workers import Workers
    from newscrawl.replay.captured import Captured
    from newscrawl.replay.kept import Key

    Result = tuple[Captured, Article | Missed]

#: Pages that are handed to the workers ahead of the one being waited for.
_AHEAD = 64


class Remaking:
    """Gives each record its revision, or the reason why there is none. It depends on the captures alone.

    `read` are the pages with what they say, the oldest first; `answered` tells of a key whether its URL
    was answered for good. With `complete`, an article whose own URL never was is recorded from its variants,
    as for archives of others; without it is passed over, as a crawl does that has yet to fetch that URL.
    `elsewhere` is what is known from captures that are not among these. To be closed.
    """

    def __init__(
        self,
        read: Iterable[Result],
        *,
        answered: Callable[[str], bool],
        complete: bool,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._read, self._answered, self._complete = read, answered, complete
        self._elsewhere = elsewhere or Elsewhere()
        self._so_far = SoFar()

    def results(self) -> Iterator[Result]:
        """Each page with its record or the reason why it has none.

        In the order of the captures, but for AMP, print and other variants: they come last, when it is
        known which articles there are. An article that says the same as its last capture is missed
        as `unchanged`.
        """
        for captured, result in self._read:
            if isinstance(result, Missed):
                yield captured, result
            elif (original := variant_of(result)) is not None:
                self._so_far.put_off(captured, result, original)
            else:
                yield captured, self._revised(result)
        for captured, article, original in self._so_far.variants():
            mutual = self._so_far.named_by(key(original)) == key(article.url or "")
            if mutual and leads(article.url or "", original):
                yield captured, self._revised(article)
            elif mutual or self._has_its_own(original):
                yield captured, Missed("duplicate", target=original)
            else:
                yield captured, self._revised(article)

    def close(self) -> None:
        self._so_far.close()

    def _has_its_own(self, original: str) -> bool:
        if self._so_far.recorded(key(original)) or key(original) in self._elsewhere.recorded:
            return True
        if self._complete or self._answered(key(original)):
            return False
        return not self._elsewhere.answered(original)

    def _revised(self, article: Article) -> Article | Missed:
        self._so_far.record(key(article.url or ""))
        before = self._elsewhere.revision_before(article)
        revision, said = max(self._so_far.last(article.id), before)
        says = fingerprint(article)
        if says == said:
            return Missed("unchanged")
        self._so_far.revise(article.id, revision + 1, says)
        return replace(article, revision=revision + 1)


def read_pages(
    pages: Iterable[Captured], workers: Workers, limits: Limits = LIMITS
) -> Iterator[Result]:
    """Each page with what it says, in their order."""
    read = partial(read_record_of, limits=limits)
    running: deque[tuple[Captured, Any]] = deque()
    rest = iter(pages)
    while True:
        for captured in islice(rest, _AHEAD - len(running)):
            call = (read, str(captured.warc), captured.page, captured.original)
            running.append((captured, workers.submit(*call)))
        if not running:
            return
        captured, future = running.popleft()
        yield captured, outcome(workers, future)


def outcome(workers: Workers, future: Any) -> Article | Missed:
    """What a page says, once a worker has read it."""
    try:
        article: Article = workers.outcome(future)
    except Missed as missed:
        return missed
    except ArchiveError as error:
        return Missed("extraction-failed", str(error))
    return article


def place(captured: Captured) -> Key:
    """Where a page's capture lies."""
    return captured.page.capture.warc, captured.page.capture.offset
