"""Gives each record its revision, or the reason why there is none. It depends on the captures alone."""

from __future__ import annotations

import heapq
from dataclasses import replace
from typing import TYPE_CHECKING

from newscrawl.discovery import told_apart_by_query
from newscrawl.edits.first_look import first_look
from newscrawl.edits.look import Look, look_at
from newscrawl.edits.observation import observe
from newscrawl.edits.revision import fingerprint, revised
from newscrawl.errors import Missed
from newscrawl.items import article_id
from newscrawl.processing.record_rules import leads, variant_of
from newscrawl.replay.other_archives import OtherRecords
from newscrawl.replay.revision_state import RevisionState
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newscrawl.edits.observation import Observed
    from newscrawl.items import Article
    from newscrawl.replay.captured_page import CapturedPage, Result


class RevisionAssignment:
    """Assigns revisions to pages that were read. To be closed.

    `read` are the pages with their records or misses, the oldest first; `is_answered` tells of a key whether
    its URL was answered for good. With `complete`, an article whose own URL was never answered is recorded
    from its variants, as for archives of others; without it is passed over, as a crawl does that has yet to
    fetch that URL. `others` is what is known from captures that are not among these. `looks` are the other
    captures of the pages' URLs; what they and the pages show of known articles goes to `on_observed`.
    """

    def __init__(
        self,
        read: Iterable[Result],
        *,
        is_answered: Callable[[str], bool],
        complete: bool,
        others: OtherRecords | None = None,
        looks: Iterable[tuple[CapturedPage, Look]] = (),
        on_observed: Callable[[CapturedPage, Observed], None] | None = None,
    ) -> None:
        self._read: Iterable[tuple[CapturedPage, Article | Missed | Look]] = heapq.merge(
            read, looks, key=_age
        )
        self._is_answered, self._complete = is_answered, complete
        self._others = others or OtherRecords()
        self._state = RevisionState()
        self._on_observed = on_observed

    def results(self) -> Iterator[Result]:
        """Each page with its record or the reason why it has none.

        In the order of the captures, but for AMP, print and other variants: they come last, when it is
        known which articles there are. An article that says the same as its last capture is missed
        as `unchanged`.
        """
        for captured, result in self._read:
            if isinstance(result, Look):
                self._look(captured, result)
            elif isinstance(result, Missed):
                page = captured.page
                cause, target = result.cause, result.target
                self._look(captured, look_at(page.url, page.capture, cause=cause, target=target))
                yield captured, result
            elif (original := variant_of(result)) is not None:
                self._state.defer(captured, result, original)
            else:
                yield captured, self._revised(captured, result)
        for captured, article, original in self._state.deferred():
            is_mutual = self._state.original_of(key(original)) == key(article.url or "")
            if is_mutual and leads(article.url or "", original):
                yield captured, self._revised(captured, article)
            elif is_mutual or (
                self._has_its_own(original) and not self._has_other_text(original, article)
            ):
                yield captured, Missed("duplicate", target=original)
            else:
                yield captured, self._revised(captured, article)

    def close(self) -> None:
        self._state.close()

    def _has_its_own(self, original: str) -> bool:
        """Whether the original has a record, or will have one."""
        if self._state.is_recorded(key(original)) or self._others.is_recorded(original):
            return True
        if self._complete or self._is_answered(key(original)):
            return False
        return not self._others.is_answered(original)

    def _has_other_text(self, original: str, article: Article) -> bool:
        """Whether a variant with another query is another article: its original is known, and differs."""
        if not told_apart_by_query(article.url or "", original):
            return False
        original_id = article_id(key(original))
        state = self._state.state(original_id)
        mark = fingerprint(state.article) if state else self._others.last_fingerprint(original_id)
        return mark is not None and mark != fingerprint(article)

    def _revised(self, captured: CapturedPage, article: Article) -> Article | Missed:
        url_key = key(article.url or "")
        self._state.note_recorded(url_key)
        state = self._state.state(article.id)
        number, print_ = self._others.revision_before(article)
        if number > (state.record.revision if state else 0):
            # The last record is none of these files': only that it says the same or not is known.
            state, is_new = None, fingerprint(article) != print_
            article = replace(article, revision=number + is_new)
        else:
            article, is_new = revised(state, article)
        look = Look(captured.page.url, captured.page.capture, article)
        if state is not None:
            self._note(captured, observe(state, look))
        else:
            self._note(captured, first_look(look, article, self._state.former(captured.page.url)))
        return article if is_new else Missed("unchanged")

    def _look(self, captured: CapturedPage, look: Look) -> None:
        state = self._state.state(article_id(key(look.url)))
        if state is not None:
            self._note(captured, observe(state, look))

    def _note(self, captured: CapturedPage, observed: Observed) -> None:
        for state in observed.states:
            self._state.note_state(state)
        if self._on_observed is not None:
            self._on_observed(captured, observed)


def _age(read: tuple[CapturedPage, object]) -> tuple[str, str, int]:
    return read[0].age
