"""How URLs ended, with the revisions of their articles and what their captures show of known articles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newscrawl.edits.first_look import Former, first_look, last_fitting
from newscrawl.edits.look import Look, look_at
from newscrawl.edits.observation import Observed, observe
from newscrawl.edits.publisher_ids import publisher_id
from newscrawl.edits.revision import revised
from newscrawl.items import article_id
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.edits.observation import ArticleState
    from newscrawl.frontier import Outcome
    from newscrawl.items import Article
    from newscrawl.store.change_log import ChangeLog


@dataclass(frozen=True, slots=True)
class Result:
    """How one URL ended; `article` is its new record, if it has one.

    `source` is the source that the URL belongs to, and its article, too, unless that states one. `baseline`
    is what this extractor makes of the article's last capture, where another one made its record.
    """

    url: str
    source: str
    outcome: Outcome
    article: Article | None = None
    baseline: Article | None = None

    @property
    def article_id(self) -> str:
        """The id of the article that is, or would be, at the URL."""
        return self.article.id if self.article else article_id(key(self.url))


class Revising:
    """Takes results in the order of their commits. What is known of their articles is read once."""

    def __init__(self, log: ChangeLog, results: Sequence[Result]) -> None:
        self._states = log.states(each.article_id for each in results if each.outcome.capture)
        new = [r.url for r in results if r.article and r.article_id not in self._states]
        self._moved = log.moved_to(map(key, new))
        self._of_one_id = log.of_publisher_ids(id_ for url in new if (id_ := publisher_id(url)))
        #: What the looks showed that say something new.
        self.observed: list[Observed] = []

    def revise(self, result: Result) -> Result:
        """The result with the revision of its article.

        An article whose last revision says the same is left out; the outcome's detail is then `unchanged`.
        """
        state = self._states.get(result.article_id)
        if result.article is None:
            self._observe(state, result, None)
            return result
        if state is not None and result.baseline is not None:
            # Two readings are compared that one extractor made.
            seen = replace(result.baseline, revision=state.record.revision)
            state = replace(state, article=seen)
        article, is_new = revised(state, result.article)
        self._observe(state, result, article)
        if is_new:
            return replace(result, article=article)
        return replace(result, article=None, outcome=replace(result.outcome, detail="unchanged"))

    def observe(self, result: Result) -> None:
        """Observe a result whose article has its revision already."""
        self._observe(self._states.get(result.article_id), result, result.article)

    def _observe(self, state: ArticleState | None, result: Result, article: Article | None) -> None:
        former = self._former(result.url) if state is None and article is not None else None
        seen = observed(state, result, article, former)
        if seen is None:
            return
        for each in seen.states:
            self._states[each.article.id] = each
            if each.moved_to and not each.has_new_address:
                moved = Former(each, "redirect", each.seen_at)
                self._moved.setdefault(key(each.moved_to), moved)
        if state is None and (id_ := publisher_id(result.url)):
            self._of_one_id.setdefault(id_, []).append(Former(seen.state, "id", seen.state.seen_at))
        if seen.changes or (state is not None and seen.state != state):
            self.observed.append(seen)

    def _former(self, url: str) -> Former | None:
        """The article that may have been moved to this URL, as it is known by now."""
        if (moved := self._moved.get(key(url))) is not None:
            return self._as_known(moved)
        known = self._of_one_id.get(publisher_id(url) or "", ())
        return last_fitting([self._as_known(each) for each in known], url)

    def _as_known(self, former: Former) -> Former:
        state = self._states.get(former.state.article.id, former.state)
        return replace(former, state=state)


def observed(
    state: ArticleState | None, result: Result, article: Article | None, former: Former | None
) -> Observed | None:
    """What a result's capture shows of an article; None where there is no article, or no capture.

    `article` has its revision. `former` is an article that may have been moved to this address.
    """
    capture, outcome = result.outcome.capture, result.outcome
    if capture is None or (state is None and article is None):
        return None
    if article is None:
        look = look_at(result.url, capture, cause=outcome.cause, target=outcome.target)
    else:
        look = Look(result.url, capture, article)
    if state is not None:
        return observe(state, look)
    return first_look(look, article, former) if article is not None else None
