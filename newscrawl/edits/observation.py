"""What the next capture of an article shows, and the facts that follow from it. Pure functions.

A crawl and a replay call `observe` with the captures of one article in the order of their times, and so come
to the same facts. What our own network, a robots.txt, a wall or a failing server kept from us is no removal.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newscrawl.edits.change import Change
from newscrawl.edits.comparison import compare
from newscrawl.edits.look import HTTP_OK
from newscrawl.items import Article
from newscrawl.urls import site

if TYPE_CHECKING:
    from newscrawl.edits.change import ChangeKind
    from newscrawl.edits.look import Look

#: Seconds between the first and a later look that both miss a page, for it to count as removed: servers lose
#: pages for minutes.
MIN_MISSING = 3600.0


@dataclass(frozen=True, slots=True)
class ArticleState:
    """What is known of an article: its last text, and when that was seen last.

    `article` is what the last look at it showed, `record` its last revision, which may state other times.
    `digest` is the payload digest of the last answer with status 200; where that did not show the article,
    `is_other_page` is true. `missing_since` is the capture time of the first look that did not show it,
    `missing_at` that of the last one. With `has_new_address` it goes on as the article at `moved_to`.
    """

    article: Article
    record: Article
    seen_at: str
    digest: str
    is_other_page: bool = False
    missing_since: str | None = None
    missing_at: str | None = None
    is_removed: bool = False
    is_walled: bool = False
    moved_to: str | None = None
    has_new_address: bool = False

    @property
    def looked_at(self) -> str:
        """When the last look was that said something."""
        return max(self.seen_at, self.missing_at or "")

    def to_dict(self) -> dict[str, Any]:
        """The state, ready for JSON."""
        out = {each.name: getattr(self, each.name) for each in fields(self)}
        out["article"] = self.article.to_dict()
        out["record"] = self.record.to_dict() if self.record != self.article else None
        return out

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> ArticleState:
        """The state that `to_dict` made `state` from."""
        article = Article.from_dict(state["article"])
        record = Article.from_dict(state["record"]) if state["record"] else article
        return cls(**{**state, "article": article, "record": record})


@dataclass(frozen=True, slots=True)
class Observed:
    """What came of a look: the article's state behind it, and the changes that it shows.

    `warc` is the file that its capture lies in, `former` the state of the article that has been moved here.
    """

    warc: str
    state: ArticleState
    changes: tuple[Change, ...]
    former: ArticleState | None = None

    @property
    def states(self) -> tuple[ArticleState, ...]:
        """The states that the look has changed."""
        return (self.state,) if self.former is None else (self.former, self.state)


def first_state(article: Article) -> ArticleState:
    """The state of an article that was seen once."""
    assert article.capture is not None
    capture = article.capture
    return ArticleState(article, article, capture.captured_at, capture.payload_digest)


def observe(state: ArticleState, look: Look) -> Observed:
    """The state after a look, and the changes that the look shows.

    A look that is not later than the last one changes nothing: it is being read again.
    """
    new, changes = state, list[Change]()
    if look.captured_at > state.looked_at:
        new, changes = _observed(state, look)
    if state.has_new_address:
        # What changes is told of the article at the new address; that the old one is gone is no removal.
        new, changes = replace(new, moved_to=state.moved_to, has_new_address=True), []
    return Observed(look.capture.warc, new, tuple(changes))


def _observed(state: ArticleState, look: Look) -> tuple[ArticleState, list[Change]]:
    if look.absence == "wall":
        return _walled(state, look)
    if look.absence == "moved":
        return _moved(state, look)
    if look.absence is not None:
        return _missing(state, look, is_gone=look.absence == "gone")
    if look.is_same or look.capture.payload_digest == state.digest:
        # The same bytes say the same, also where they state times by how long ago they were.
        return _repeated(state, look)
    if look.article is not None:
        return _shown(state, look, look.article)
    return state, []


def _repeated(state: ArticleState, look: Look) -> tuple[ArticleState, list[Change]]:
    if state.is_other_page:
        return _missing(state, look, is_gone=False)
    return _shown(state, look, state.article)


def _shown(state: ArticleState, look: Look, article: Article) -> tuple[ArticleState, list[Change]]:
    changes = []
    if state.is_removed:
        back = change_of(state, look, "returned", rule="returned/1")
        not_before = state.missing_at or back.not_before
        changes.append(replace(back, not_before=not_before, to_revision=article.revision))
    changes += compare(state.article, article, look=look, not_before=state.seen_at)
    if state.article.is_accessible is not False and article.is_accessible is False:
        found = change_of(state, look, "walled", rule="is-accessible/1")
        changes.append(replace(found, field="is_accessible", to_revision=article.revision))
    digest = state.digest if look.is_same else look.capture.payload_digest
    is_revision = article.revision != state.record.revision
    record = article if is_revision else state.record
    return ArticleState(article, record, look.captured_at, digest), changes


def _walled(state: ArticleState, look: Look) -> tuple[ArticleState, list[Change]]:
    if state.is_walled:
        return state, []
    return replace(state, is_walled=True), [change_of(state, look, "walled", rule="wall/1")]


def _moved(state: ArticleState, look: Look) -> tuple[ArticleState, list[Change]]:
    if look.target is None or state.moved_to == look.target:
        return state, []
    found = change_of(state, look, "redirected", rule="redirect/1")
    found = replace(found, field="url", before=look.url, after=look.target)
    return replace(state, moved_to=look.target), [found]


def _missing(
    state: ArticleState, look: Look, *, is_gone: bool
) -> tuple[ArticleState, list[Change]]:
    since = state.missing_since or look.captured_at
    known = replace(state, missing_since=since, missing_at=look.captured_at)
    if look.capture.status == HTTP_OK:
        known = replace(known, digest=look.capture.payload_digest, is_other_page=True)
    if state.is_removed or not (is_gone or seconds_between(since, look.captured_at) >= MIN_MISSING):
        return known, []
    rule = "status-410/1" if is_gone else "missing-twice/1"
    # The page was not there when it was first missed, whatever confirmed that later.
    found = replace(change_of(state, look, "removed", rule=rule), not_after=since)
    return replace(known, is_removed=True), [found]


def change_of(state: ArticleState, look: Look, kind: ChangeKind, *, rule: str) -> Change:
    """A change of this kind that a look shows, between it and the last look at the article."""
    return Change(
        article=state.article.id,
        url=look.url,
        source=state.article.source or site(look.url),
        kind=kind,
        field=None,
        before=None,
        after=None,
        from_revision=state.article.revision,
        to_revision=state.article.revision,
        not_before=state.seen_at,
        not_after=look.captured_at,
        record_id=look.capture.record_id,
        rule=rule,
    )


def seconds_between(begin: str, end: str) -> float:
    """Seconds between two capture times."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()
