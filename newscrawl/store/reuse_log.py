"""The pairs of articles with common words, in SQL: derived as articles are stored, and read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, or_, select, text

from newscrawl.database.batches import batches
from newscrawl.database.engine import reading
from newscrawl.database.inserting import insert_new
from newscrawl.lineage.boilerplate import AnalysedTexts
from newscrawl.lineage.labels import LABELS_RULE
from newscrawl.lineage.substitutions import Substitution
from newscrawl.store import shingle_index
from newscrawl.store.lineage_tables import pending, reuse
from newscrawl.store.reuse_derivation import ReuseDerivation
from newscrawl.store.reuse_sources import reuse_by_source
from newscrawl.store.tables import articles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import BindParameter, Connection, Engine

    from newscrawl.database.records import Records
    from newscrawl.lineage.dictionary import SourceDictionary
    from newscrawl.processing.text_index import TextIndex
    from newscrawl.store.reuse_sources import SourceReuse

#: Articles of a backlog that are compared beside new ones, and articles of one transaction at most.
BACKLOG, MAX_TOGETHER = 20, 500
#: Documents that are thinned beside new ones.
THINNED = 20
BATCH_SIZE = 200
#: Any number that no other program locks: two crawlers do not compare articles at once.
_COMPARING = 0x6E65_7772
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_SEEN = (
    select(articles.c.id, func.min(articles.c.captured_at).label("seen_at"))
    .where(articles.c.id.in_(_IDS))
    .group_by(articles.c.id)
)
_WAITING = (
    select(pending.c.article)
    .order_by(pending.c.seen_at, pending.c.article)
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles that were compared, by their ids, in the order in which they were seen first.

    `earlier_share` is the share of the earlier one that the later one has, `later_share` the other way;
    `grams` the Jaccard index of runs of characters, `longest` the units of the longest of `runs`
    passages, `covered` how much of the shorter text is aligned word by word; None where no rule asks for
    it. `reworded` is the id of the article that has other words in the place of the other's;
    `substitutions` go from the earlier to the later one.
    """

    earlier: str
    later: str
    label: str
    reason: str
    earlier_share: float
    later_share: float
    grams: float | None
    longest: int
    runs: int
    covered: float | None
    earlier_revision: int
    later_revision: int
    substitutions: tuple[Substitution, ...]
    reworded: str | None
    reworded_source: str | None
    rule: str

    def other(self, article: str) -> str:
        """The id of the other one."""
        return self.later if article == self.earlier else self.earlier


class ReuseLog:
    """Every method is one transaction, but for those that are given the connection of one."""

    def __init__(self, engine: Engine, records: Records) -> None:
        self._engine, self._records = engine, records
        self._analysed = AnalysedTexts()
        self._reading = reading(engine)

    def settle_within(
        self,
        connection: Connection,
        new: Iterable[str],
        *,
        backlog: int = BACKLOG,
        made: Mapping[str, TextIndex] = MappingProxyType({}),
    ) -> None:
        """Derive the pairs of new articles, by id, and of some of those that are still to be compared.

        `made` is what workers made of texts.
        """
        if connection.dialect.name == "postgresql":
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:number)"), {"number": _COMPARING}
            )
        waiting = _waiting(connection, backlog)
        heap = [*waiting, *_keys(connection, set(new) - {article for _, article in waiting})]
        heapify(heap)
        known = {article for _, article in heap}
        derivation = ReuseDerivation(connection, self._records, self._analysed, made)
        derivation.prepare([article for _, article in sorted(heap)[:MAX_TOGETHER]])
        done = 0
        latest = max(heap)[0] if heap else ""
        most = max(MAX_TOGETHER, len(heap))
        while heap and done < most:
            key = heappop(heap)
            known.discard(key[1])
            concerned = derivation.derive(key[1]) - known
            for each in _keys(connection, concerned):
                if each > key:
                    heappush(heap, each)
                    known.add(each[1])
            done += 1
        _note_done(connection, waiting, heap)
        if latest:
            shingle_index.thin(connection, latest, THINNED)

    def settle_pending(self, *, most: int = MAX_TOGETHER) -> int:
        """Derive the pairs of up to `most` articles that are to be compared; return how many are left."""
        with self._engine.begin() as connection:
            self.settle_within(connection, (), backlog=most)
            return connection.scalar(select(func.count()).select_from(pending)) or 0

    def has_outdated(self) -> bool:
        """Whether there are pairs of other versions of the rules."""
        query = select(reuse.c.later).where(reuse.c.rule != LABELS_RULE).limit(1)
        with self._reading.connect() as connection:
            return connection.scalar(query) is not None

    def mark_outdated(self) -> None:
        """Note that the pairs of other versions of the rules are to be derived again."""
        query = select(reuse.c.later).where(reuse.c.rule != LABELS_RULE).distinct()
        with self._engine.begin() as connection:
            mark_within(connection, connection.scalars(query).all())

    def settle_all_within(self, connection: Connection) -> None:
        """Derive all pairs that are still to be derived."""
        while connection.scalar(select(pending.c.article).limit(1)) is not None:
            self.settle_within(connection, (), backlog=MAX_TOGETHER)

    def pending(self) -> int:
        """How many articles are still to be compared."""
        with self._reading.connect() as connection:
            return connection.scalar(select(func.count()).select_from(pending)) or 0

    def pairs_of(self, ids: Iterable[str]) -> list[Pair]:
        """The pairs of these articles, in the order of their ids."""
        found: dict[tuple[str, str], Pair] = {}
        with self._reading.connect() as connection:
            for some in batches(sorted(set(ids)), BATCH_SIZE):
                query = select(reuse).where(or_(reuse.c.earlier.in_(some), reuse.c.later.in_(some)))
                for row in connection.execute(query).mappings():
                    found[row["earlier"], row["later"]] = _pair(row)
        return [found[key] for key in sorted(found)]

    def pairs(self) -> Iterator[Pair]:
        """All pairs in the order of their ids; read while they are asked for."""
        query = select(reuse).order_by(reuse.c.earlier, reuse.c.later)
        query = query.execution_options(yield_per=BATCH_SIZE)
        with self._reading.connect() as connection, connection.execute(query) as rows:
            yield from map(_pair, rows.mappings())

    def counts(self) -> dict[str, int]:
        """How many pairs there are by label."""
        query = select(reuse.c.label, func.count()).group_by(reuse.c.label).order_by(reuse.c.label)
        with self._reading.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def by_source(self, source: str | None = None) -> dict[str, SourceReuse]:
        """How often sources have words of others, of each that does, or of one alone."""
        with self._reading.connect() as connection:
            return reuse_by_source(connection, source)

    def takes_part(self, article: str) -> bool:
        """Whether the article has a text that is long enough to be compared."""
        with self._reading.connect() as connection:
            return shingle_index.document_of(connection, article) is not None

    def dictionary(self, source: str) -> SourceDictionary:
        """What a source is known to replace by what."""
        with self._reading.connect() as connection:
            return ReuseDerivation(connection, self._records, self._analysed).dictionary(source)

    def rewording_sources(self) -> list[str]:
        """The sources of articles that have other words in the place of those of another text."""
        query = select(reuse.c.reworded_source).where(reuse.c.reworded_source.is_not(None))
        with self._reading.connect() as connection:
            return sorted(set(connection.scalars(query.distinct())))


def mark_within(connection: Connection, ids: Iterable[str], seen_at: str = "") -> None:
    """Note that these articles are to be compared again, in the transaction of the caller."""
    for some in batches(sorted(set(ids)), BATCH_SIZE):
        connection.execute(
            insert_new(connection, pending), [{"article": id_, "seen_at": seen_at} for id_ in some]
        )


def _waiting(connection: Connection, number: int) -> list[tuple[str, str]]:
    ids = list(connection.scalars(_WAITING, {"limit": number}))
    return _keys(connection, ids) if ids else []


def _keys(connection: Connection, ids: Iterable[str]) -> list[tuple[str, str]]:
    """The keys of articles, in their order; those that have no record come first."""
    wanted = list(ids)
    if not wanted:
        return []
    found = dict.fromkeys(wanted, "")
    for some in batches(wanted, BATCH_SIZE):
        found |= {row.id: row.seen_at for row in connection.execute(_SEEN, {"ids": some})}
    return sorted((seen_at, id_) for id_, seen_at in found.items())


def _note_done(
    connection: Connection, waiting: Sequence[tuple[str, str]], left: Sequence[tuple[str, str]]
) -> None:
    """Let those that were compared wait no more, and those that are left."""
    for some in batches((article for _, article in waiting), BATCH_SIZE):
        connection.execute(delete(pending).where(pending.c.article.in_(some)))
    rows = [{"article": article, "seen_at": seen_at} for seen_at, article in left]
    if rows:
        connection.execute(insert_new(connection, pending), rows)


def _pair(row: Any) -> Pair:
    stated = json.loads(row["substitutions"] or "[]")
    some = tuple(Substitution.from_dict(each) for each in stated)
    return Pair(**{**row, "substitutions": some})
