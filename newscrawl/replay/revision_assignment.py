"""Gives each record its revision, or the reason why there is none. It depends on the captures alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newscrawl.errors import Missed
from newscrawl.processing.record_rules import leads, variant_of
from newscrawl.replay.other_archives import OtherRecords
from newscrawl.replay.revision_state import RevisionState
from newscrawl.store.fingerprint import fingerprint
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newscrawl.items import Article
    from newscrawl.replay.captured_page import Result


class RevisionAssignment:
    """Assigns revisions to pages that were read. To be closed.

    `read` are the pages with their records or misses, the oldest first; `is_answered` tells of a key whether
    its URL was answered for good. With `complete`, an article whose own URL was never answered is recorded
    from its variants, as for archives of others; without it is passed over, as a crawl does that has yet to
    fetch that URL. `others` is what is known from captures that are not among these.
    """

    def __init__(
        self,
        read: Iterable[Result],
        *,
        is_answered: Callable[[str], bool],
        complete: bool,
        others: OtherRecords | None = None,
    ) -> None:
        self._read, self._is_answered, self._complete = read, is_answered, complete
        self._others = others or OtherRecords()
        self._state = RevisionState()

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
                self._state.defer(captured, result, original)
            else:
                yield captured, self._revised(result)
        for captured, article, original in self._state.deferred():
            is_mutual = self._state.original_of(key(original)) == key(article.url or "")
            if is_mutual and leads(article.url or "", original):
                yield captured, self._revised(article)
            elif is_mutual or self._has_its_own(original):
                yield captured, Missed("duplicate", target=original)
            else:
                yield captured, self._revised(article)

    def close(self) -> None:
        self._state.close()

    def _has_its_own(self, original: str) -> bool:
        """Whether the original has a record, or will have one."""
        if self._state.is_recorded(key(original)) or self._others.is_recorded(original):
            return True
        if self._complete or self._is_answered(key(original)):
            return False
        return not self._others.is_answered(original)

    def _revised(self, article: Article) -> Article | Missed:
        self._state.note_recorded(key(article.url or ""))
        earlier = self._others.revision_before(article)
        revision, last = max(self._state.last_revision(article.id), earlier)
        current = fingerprint(article)
        if current == last:
            return Missed("unchanged")
        self._state.note_revision(article.id, revision + 1, current)
        return replace(article, revision=revision + 1)
