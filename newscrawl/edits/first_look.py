"""What the first look at an address shows: a new article, or one that had another address before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from newscrawl.edits.comparison import compare
from newscrawl.edits.observation import (
    ArticleState,
    Observed,
    change_of,
    first_state,
    seconds_between,
)
from newscrawl.edits.paragraphs import is_mostly_same
from newscrawl.edits.publisher_ids import follows_headline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.edits.look import Look
    from newscrawl.items import Article

#: An id that more articles have is none of an article.
MAX_OF_ONE_ID = 4
#: Seconds for which an article was known before another one with its id and its text is the same article at a
#: new address: of two that appear together neither has moved.
MIN_KNOWN = 300.0


@dataclass(frozen=True, slots=True)
class Former:
    """An article that may have been moved to another address.

    `rule` names what says so: a redirect from its address, or the publisher's id in both addresses.
    `first_seen_at` is the time of its first capture.
    """

    state: ArticleState
    rule: Literal["redirect", "id"]
    first_seen_at: str


def last_fitting(known: Sequence[Former], url: str) -> Former | None:
    """Of the articles with the id of this URL, the one whose address may have become this one.

    They come in the order of their first captures.
    """
    if len(known) > MAX_OF_ONE_ID:
        return None
    for former in reversed(known):
        if not former.state.has_new_address and follows_headline(
            former.state.article.url or "", url
        ):
            return former
    return None


def first_look(look: Look, article: Article, former: Former | None) -> Observed:
    """What the first look at an article shows; `former` is one that may have been moved to this address.

    It is the same article, if most of the text is the same; then what differs has changed with its address.
    """
    state = first_state(article)
    if former is None or not _is_same_article(former, look, article):
        return Observed(look.capture.warc, state, ())
    known = former.state
    base = replace(
        change_of(known, look, "address-changed", rule=f"{former.rule}-same-text/1"),
        article=article.id,
        from_article=known.article.id,
        to_revision=article.revision,
    )
    changes = [replace(base, field="url", before=known.article.url, after=article.url)]
    if known.is_removed:
        not_before = known.missing_at or base.not_before
        changes.append(replace(base, kind="returned", rule="returned/1", not_before=not_before))
    changes += compare(known.article, article, look=look, not_before=known.seen_at)
    moved = replace(known, moved_to=look.url, has_new_address=True)
    return Observed(look.capture.warc, state, tuple(changes), moved)


def _is_same_article(former: Former, look: Look, article: Article) -> bool:
    known = former.state
    if known.has_new_address:
        return False
    if former.rule == "id" and seconds_between(former.first_seen_at, look.captured_at) < MIN_KNOWN:
        return False
    return is_mostly_same(known.article.body or "", article.body or "")
