"""How often do the articles of a source have words of others, and of whom? Counted in SQL from the pairs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, union

from newscrawl.lineage.labels import STATED
from newscrawl.store.lineage_tables import documents, reuse
from newscrawl.store.tables import articles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Select

#: Pairs that are read together.
BATCH_SIZE = 1000


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
    best = Counter((name, origin, label) for *_, name, origin, label in _best(connection, source))
    for (name, origin, label), number in best.items():
        if source in (None, name):
            counted.setdefault(name, _Tally()).add_copy(origin, label, number)
        if source in (None, origin):
            counted.setdefault(origin, _Tally()).copiers[name] += number
    return {name: counted[name].of(name) for name in sorted(counted)}


def _best(connection: Connection, source: str | None) -> Iterable[tuple[Any, ...]]:
    """Of each later article the pair with the earlier one that has most of it, or was seen first.

    Ends with the sources of both and the label. The database would sort all pairs for this, and take twice
    as long.
    """
    found: dict[str, tuple[Any, ...]] = {}
    with connection.execute(_pairs(source)) as rows:
        for some in rows.partitions():
            for later, share, *rest in some:
                pair = (-share, *rest)
                known = found.get(later)
                if known is None or pair < known:
                    found[later] = pair
    return found.values()


def _pairs(source: str | None) -> Select[Any]:
    """Pairs of different sources, all or those of later articles that are of a source or have words of it."""
    earlier, later = documents.alias("earlier"), documents.alias("later")
    pairs = (
        select(
            reuse.c.later, reuse.c.later_share, earlier.c.seen_at, earlier.c.article,
            later.c.source, earlier.c.source.label("origin"), reuse.c.label,
        )
        .join(earlier, earlier.c.article == reuse.c.earlier)
        .join(later, later.c.article == reuse.c.later)
        .where(reuse.c.label.in_(sorted(STATED)), earlier.c.source != later.c.source)
        .execution_options(yield_per=BATCH_SIZE)
    )  # fmt: skip
    if source is not None:
        own = select(articles.c.id).where(articles.c.source == source)
        behind = select(reuse.c.later).where(reuse.c.earlier.in_(own))
        pairs = pairs.where(reuse.c.later.in_(union(own, behind)))
    return pairs


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
