"""Which changes of articles are wanted, as conditions in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_

from newscrawl.edits.change import TEXT_KINDS
from newscrawl.store.tables import changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes are wanted. An empty one takes all but noise.

    `since` and `until` bound when a change happened at the latest (`not_after`, ISO 8601 in UTC, `until`
    exclusive); `words` is the least number of words that came, went or moved.
    """

    since: str | None = None
    until: str | None = None
    sources: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    silent: bool = False
    noise: bool = False
    words: int = 0

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """The conditions on the columns of `changes`."""
        row = changes.c
        if self.since:
            yield row.not_after >= self.since
        if self.until:
            yield row.not_after < self.until
        if self.sources:
            yield row.source.in_(sorted(self.sources))
        if self.kinds:
            yield row.kind.in_(sorted(self.kinds))
        if self.articles:
            some = sorted(self.articles)
            yield or_(row.article.in_(some), row.from_article.in_(some))
        if self.silent:
            yield row.statement.in_(("modified-equal", "modified-absent"))
            yield row.kind.in_(sorted(TEXT_KINDS))
        if not self.noise:
            yield row.noise.is_(None)
        if self.words:
            yield row.words_in + row.words_out + row.words_moved >= self.words


ALL_CHANGES = ChangeFilter(noise=True)
