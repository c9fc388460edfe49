"""How often do the articles of a source have words of others, and of whom? Counted in SQL from the pairs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select, union

from newscrawl.lineage.labels import STATED
from newscrawl.store.lineage_tables import documents, reuse
from newscrawl.store.tables import articles

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select


@dataclass(frozen=True, slots=True)
class SourceReuse:
    """What the articles of a source have in common with those of other sources.

    `copies` of its articles have words of an article of another source that was seen earlier: by label in
    `labels`, by that source in `origins`, the most frequent first. `copied` articles of other sources have
    words of its own that were seen earlier: by source in `copiers`. A copy counts once, for the earlier
    article that has most of it. Who was seen first need not be the original.
    """

    source: str
    copies: int
    labels: tuple[tuple[str, int], ...]
    origins: tuple[tuple[str, int], ...]
    copied: int
    copiers: tuple[tuple[str, int], ...]

    def to_dict(self) -> dict[str, Any]:
        """The counts, ready for JSON."""
        return {
            "copies": self.copies,
            "labels": dict(self.labels),
            "origins": dict(self.origins),
            "copied": self.copied,
            "copiers": dict(self.copiers),
        }


def reuse_by_source(connection: Connection, source: str | None = None) -> dict[str, SourceReuse]:
    """The counts of each source that shares words with others, or those of one alone."""
    counted = {source: _Tally()} if source is not None else dict[str, _Tally]()
    for name, origin, label, number in connection.execute(_counts(source)):
        if source in (None, name):
            counted.setdefault(name, _Tally()).add_copy(origin, label, number)
        if source in (None, origin):
            counted.setdefault(origin, _Tally()).copiers[name] += number
    return {name: counted[name].of(name) for name in sorted(counted)}


def _counts(source: str | None) -> Select[Any]:
    """Numbers of articles by their source, the source of the earlier text, and the label."""
    earlier, later = documents.alias("earlier"), documents.alias("later")
    order = (reuse.c.later_share.desc(), earlier.c.seen_at, earlier.c.article)
    rank = func.row_number().over(partition_by=reuse.c.later, order_by=order)
    pairs = (
        select(later.c.source, earlier.c.source.label("origin"), reuse.c.label, rank.label("rank"))
        .join(earlier, earlier.c.article == reuse.c.earlier)
        .join(later, later.c.article == reuse.c.later)
        .where(reuse.c.label.in_(sorted(STATED)), earlier.c.source != later.c.source)
    )
    if source is not None:
        own = select(articles.c.id).where(articles.c.source == source)
        behind = select(reuse.c.later).where(reuse.c.earlier.in_(own))
        pairs = pairs.where(reuse.c.later.in_(union(own, behind)))
    ranked = pairs.subquery()
    by = ranked.c.source, ranked.c.origin, ranked.c.label
    query = select(*by, func.count()).where(ranked.c.rank == 1).group_by(*by)
    if source is not None:
        query = query.where(or_(ranked.c.source == source, ranked.c.origin == source))
    return query


@dataclass(slots=True)
class _Tally:
    """What is counted of one source."""

    labels: Counter[str] = field(default_factory=Counter)
    origins: Counter[str] = field(default_factory=Counter)
    copiers: Counter[str] = field(default_factory=Counter)

    def add_copy(self, origin: str, label: str, number: int) -> None:
        self.labels[label] += number
        self.origins[origin] += number

    def of(self, name: str) -> SourceReuse:
        return SourceReuse(
            name,
            self.origins.total(),
            _ordered(self.labels),
            _ordered(self.origins),
            self.copiers.total(),
            _ordered(self.copiers),
        )


def _ordered(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0])))
