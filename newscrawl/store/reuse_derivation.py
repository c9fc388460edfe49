"""Who has the words of one article? What is derived of it follows from it and the articles before it alone.

So it is the same in whatever order articles are stored: an article that comes late has those behind it that
it concerns derived again.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, or_, select, tuple_

from newscrawl.database.batches import batches
from newscrawl.lineage.dictionary import SourceDictionary, dictionary
from newscrawl.lineage.direction import program_side
from newscrawl.lineage.labels import judge
from newscrawl.lineage.shingles import MIN_SHARED, density, hashes
from newscrawl.lineage.substitutions import Substitution
from newscrawl.lineage.units import units
from newscrawl.store import shingle_index
from newscrawl.store.lineage_tables import documents, reuse
from newscrawl.store.shingle_index import Document, Shared
from newscrawl.store.tables import articles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import BindParameter, Connection

    from newscrawl.database.records import Records
    from newscrawl.lineage.boilerplate import AnalysedTexts
    from newscrawl.lineage.labels import Verdict
    from newscrawl.lineage.units import Units
    from newscrawl.processing.text_index import TextIndex

#: Earlier articles that one is compared with: those that share most, the earliest of these first.
MAX_COMPARED = 12
#: Hashes that any two articles of one language may share: "as well as", "the end of the".
MAX_BY_CHANCE = 8
#: Characters of earlier articles beyond which no further one is compared: half a second of CPU.
MAX_CHARACTERS = 400_000
BATCH_SIZE = 200
#: Revisions of an article that take part: the first one and the last ones.
MAX_REVISIONS = 5
#: Pairs with substitutions that make the dictionary of a source.
MAX_EVIDENCE = 300
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_REVISIONS = (
    select(
        articles.c.number,
        articles.c.id,
        articles.c.revision,
        articles.c.source,
        articles.c.captured_at,
    )
    .where(articles.c.id.in_(_IDS))
    .order_by(articles.c.id, articles.c.revision)
)
_KNOWN = select(documents.c.article).where(documents.c.article.in_(_IDS))
_REWORDING = select(reuse.c.reworded_source).where(reuse.c.reworded_source.is_not(None)).distinct()
_COLUMNS = tuple(column.name for column in reuse.c)


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of an article by revision; `seen_at` is its first capture."""

    article: str
    source: str
    seen_at: str
    bodies: Mapping[int, str]

    @property
    def key(self) -> tuple[str, str]:
        """By what articles are put in order."""
        return self.seen_at, self.article


class ReuseDerivation:
    """Derives the pairs of articles within one transaction, in which nobody else does.

    `analysed` outlives it: what one transaction compared, the next ones often compare as well. `made` is
    what workers made of texts.
    """

    def __init__(
        self,
        connection: Connection,
        records: Records,
        analysed: AnalysedTexts,
        made: Mapping[str, TextIndex] = MappingProxyType({}),
    ) -> None:
        self._connection, self._records, self._analysed = connection, records, analysed
        self._made = dict(made)
        self._texts: dict[str, Texts] = {}
        self._new: set[str] = set()
        self._rewording: set[str] | None = None

    def derive(self, article: str) -> set[str]:
        """Derive the pairs of which this article is the later one; return later articles that it concerns."""
        old = None if article in self._new else shingle_index.document_of(self._connection, article)
        self._new.discard(article)
        texts = self._texts_of([article]).get(article)
        bodies = list(texts.bodies.values()) if texts else []
        for body in bodies:
            if made := self._made.pop(body, None):
                self._analysed.add(body, made.placed, made.rarity)
        sampled = set[int]().union(*map(self._analysed.hashes_of, bodies))
        if texts is None or not sampled:
            return self._forget(old) if old else set()
        concerned = self._later_partners(article) if old else set()
        known = self.dictionary(texts.source, before=texts.key)
        if known.is_known:
            for body in bodies:
                sampled |= hashes(_turned_back(self._analysed.units_of(body), known))
        shared = shingle_index.look_up(self._connection, sampled, texts.key)
        concerned |= self._put(old, texts, sampled, shared)
        rarity = self._analysed.rarity_of(bodies[0])
        earlier, later = _candidates(texts, shared, rarity)
        concerned |= later
        pairs = list(self._pairs(texts, earlier, shared.stops))
        if self._replace(texts, pairs, is_new=old is None) and _is_evidence(pairs):
            concerned |= self._later_of_sources(pairs, texts.key)
        return concerned - {article}

    def prepare(self, ids: Sequence[str]) -> None:
        """Read together what is known of articles that are derived next."""
        self._texts_of(ids)
        self._new.update(ids)
        for some in batches(ids, BATCH_SIZE):
            known = self._connection.scalars(_KNOWN, {"ids": some})
            self._new.difference_update(known)

    def dictionary(self, source: str, *, before: tuple[str, str] | None = None) -> SourceDictionary:
        """What a source is known to replace, by its articles before a key, or by all."""
        if source not in self._rewording_sources():
            return SourceDictionary()
        query = select(reuse.c.reworded, reuse.c.later, reuse.c.substitutions).where(
            reuse.c.reworded_source == source
        )
        if before is not None:
            on = documents.c.article == reuse.c.later
            is_before = tuple_(documents.c.seen_at, documents.c.article) < tuple_(*before)
            query = query.join(documents, on).where(is_before)
        query = query.order_by(reuse.c.later, reuse.c.earlier).limit(MAX_EVIDENCE)
        evidence: dict[str, list[Substitution]] = {}
        for row in self._connection.execute(query):
            some = [Substitution.from_dict(each) for each in json.loads(row.substitutions or "[]")]
            turned = some if row.reworded == row.later else [each.turned() for each in some]
            evidence.setdefault(row.reworded, []).extend(turned)
        return dictionary(evidence) if evidence else SourceDictionary()

    def _rewording_sources(self) -> set[str]:
        if self._rewording is None:
            self._rewording = set(self._connection.scalars(_REWORDING))
        return self._rewording

    def _put(
        self, old: Document | None, texts: Texts, sampled: set[int], shared: Shared
    ) -> set[str]:
        story = min(sampled)
        place = (texts.article, texts.source, texts.seen_at)
        concerned = set[str]()
        if old is not None and old[1:4] != place:
            # Its place in the order, or its source, is another one.
            concerned = self._partners(texts.article)
            self._delete_pairs(texts.article)
        number, kept = (old.number, old.hashes) if old else (0, b"")
        document = Document(number, *place, 0, story, kept)
        _, later = shingle_index.put(self._connection, document, sampled - shared.stops, shared)
        return concerned | later

    def _forget(self, document: Document) -> set[str]:
        concerned = self._partners(document.article)
        shingle_index.take_out(self._connection, document)
        self._delete_pairs(document.article)
        return concerned

    def _pairs(
        self, texts: Texts, earlier: Sequence[str], stops: frozenset[int]
    ) -> Iterator[dict[str, Any]]:
        others = self._texts_of(earlier)
        characters, later = 0, self._without(texts, stops) if others else {}
        for id_ in earlier:
            if id_ in others and characters < MAX_CHARACTERS:
                other = others[id_]
                characters += sum(map(len, other.bodies.values()))
                m, n = _most_alike(units_of := self._without(other, stops), later)
                one_source = other.source == texts.source
                if verdict := judge(units_of[m], later[n], one_source=one_source):
                    yield _row(other, texts, (m, n), verdict)

    def _without(self, texts: Texts, stops: frozenset[int]) -> dict[int, Units]:
        """The revisions without boilerplate, in units."""
        return {n: self._analysed.units_of(body, stops) for n, body in texts.bodies.items()}

    def _texts_of(self, ids: Sequence[str]) -> dict[str, Texts]:
        missing = [id_ for id_ in ids if id_ not in self._texts]
        if missing:
            self._read(missing)
        return {id_: self._texts[id_] for id_ in ids if id_ in self._texts}

    def _read(self, ids: Sequence[str]) -> None:
        if len(self._texts) > 500:
            self._texts.clear()
        by_id: dict[str, list[Any]] = {}
        for row in self._connection.execute(_REVISIONS, {"ids": list(ids)}):
            by_id.setdefault(row.id, []).append(row)
        kept = {id_: [rows[0], *rows[1:][-MAX_REVISIONS:]] for id_, rows in by_id.items()}
        numbers = [row.number for rows in kept.values() for row in rows]
        records = self._records.read(self._connection, numbers)
        for id_, rows in kept.items():
            seen_at = min(row.captured_at for row in by_id[id_])
            bodies: dict[int, str] = {}
            for row in rows:
                if row.number in records:
                    bodies[row.revision] = json.loads(records[row.number]).get("body") or ""
            self._texts[id_] = Texts(id_, rows[0].source, seen_at, bodies)

    def _replace(self, texts: Texts, pairs: Sequence[dict[str, Any]], *, is_new: bool) -> bool:
        """Write the pairs of an article in the place of those that are there; return whether they differ."""
        if self._rewording is not None:
            self._rewording |= {p["reworded_source"] for p in pairs if p["reworded_source"]}
        if is_new and not pairs:
            return False
        query = select(reuse).where(reuse.c.later == texts.article).order_by(reuse.c.earlier)
        there = [dict(row) for row in self._connection.execute(query).mappings()]
        new = sorted(pairs, key=lambda pair: str(pair["earlier"]))
        if there == new:
            return False
        if there:
            self._connection.execute(delete(reuse).where(reuse.c.later == texts.article))
        if new:
            self._connection.execute(insert(reuse), new)
        return True

    def _later_partners(self, article: str) -> set[str]:
        return set(
            self._connection.scalars(select(reuse.c.later).where(reuse.c.earlier == article))
        )

    def _partners(self, article: str) -> set[str]:
        query = select(reuse.c.earlier).where(reuse.c.later == article)
        return self._later_partners(article) | set(self._connection.scalars(query))

    def _delete_pairs(self, article: str) -> None:
        of_article = or_(reuse.c.earlier == article, reuse.c.later == article)
        self._connection.execute(delete(reuse).where(of_article))

    def _later_of_sources(self, pairs: Sequence[dict[str, Any]], key: tuple[str, str]) -> set[str]:
        """Later articles of the sources whose dictionaries these pairs concern."""
        found = set[str]()
        for source in {pair["reworded_source"] for pair in pairs if pair["reworded_source"]}:
            if self.dictionary(source).is_known:
                is_later = tuple_(documents.c.seen_at, documents.c.article) > tuple_(*key)
                query = select(documents.c.article).where(documents.c.source == source, is_later)
                found |= set(self._connection.scalars(query))
        return found


def _turned_back(text: Units, known: SourceDictionary) -> Units:
    """A text of a source with what it is known to replace turned back."""
    return units(" ".join(known.turned_back(text.words)))


def _candidates(texts: Texts, shared: Shared, rarity: int) -> tuple[list[str], set[str]]:
    """The earlier articles to compare with, and the later ones that are to be compared with this one."""
    mine = shingle_index.day_of(texts.seen_at)
    moduli = {n: density(abs(mine - d.day)) * rarity for n, d in shared.documents.items()}
    number: Counter[int] = Counter()
    for hash_, holders in shared.by_hash.items():
        for each in holders:
            number[each] += hash_ % moduli[each] == 0
    found = [
        (-count, *shared.documents[n].key) for n, count in number.items() if count >= MIN_SHARED
    ]
    earlier = sorted(each for each in found if each[1:] < texts.key)
    later = {article for _, seen_at, article in found if (seen_at, article) > texts.key}
    return [article for _, _, article in _compared(earlier)], later


def _compared(earlier: Sequence[tuple[int, str, str]]) -> Sequence[tuple[int, str, str]]:
    """Those of the articles to compare with: (-hashes shared, time, id) each, the most alike first.

    Where more articles share a few hashes than are compared, these are turns of the language.
    """
    if len(earlier) <= MAX_COMPARED or (left_out := -earlier[MAX_COMPARED][0]) > MAX_BY_CHANCE:
        return earlier[:MAX_COMPARED]
    return [each for each in earlier[:MAX_COMPARED] if -each[0] > left_out]


def _most_alike(a: Mapping[int, Units], b: Mapping[int, Units]) -> tuple[int, int]:
    """Those revisions of two articles that share most shingles."""
    pairs = [(m, n) for m in a for n in b]
    if len(pairs) == 1:
        return pairs[0]
    return max(pairs, key=lambda each: len(a[each[0]].shingles & b[each[1]].shingles))


def _row(a: Texts, b: Texts, revisions: tuple[int, int], verdict: Verdict) -> dict[str, Any]:
    shared, reworded = verdict.overlap, None
    substitutions = verdict.rewording.substitutions if verdict.rewording else ()
    if verdict.label == "reworded" and substitutions:
        reworded = a if program_side(verdict) == "a" else b
    values = (
        a.article,
        b.article,
        verdict.label,
        verdict.reason,
        round(shared.a_in_b, 4),
        round(shared.b_in_a, 4),
        round(shared.grams, 4) if shared.grams is not None else None,
        shared.longest,
        len(shared.runs),
        round(verdict.rewording.covered, 4) if verdict.rewording else None,
        *revisions,
        _json(substitutions) if verdict.label != "unrelated" and substitutions else None,
        reworded.article if reworded else None,
        reworded.source if reworded else None,
        verdict.rule,
    )
    return dict(zip(_COLUMNS, values, strict=True))


def _is_evidence(pairs: Sequence[dict[str, Any]]) -> bool:
    return any(pair["reworded_source"] for pair in pairs)


def _json(substitutions: Sequence[Substitution]) -> str:
    return json.dumps([each.to_dict() for each in substitutions], ensure_ascii=False)
