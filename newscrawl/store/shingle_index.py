"""Which articles share sampled shingles? The index of hashes, of boilerplate among them, and its thinning.

All functions are given the connection of a transaction that no other one of theirs runs beside.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update

from newscrawl.database.batches import batches
from newscrawl.database.inserting import insert_into
from newscrawl.lineage.shingles import DENSITIES, YOUNG
from newscrawl.lineage.stops import MAX_SOURCE_STORIES, WINDOW_DAYS, Holder, stop_since
from newscrawl.store.lineage_tables import documents, shingles, stop_shingles

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Connection, CursorResult

#: Hashes and numbers in one statement.
BATCH_SIZE = 500
#: Copies of one story that a hash is kept for: later ones are found through these.
MAX_COPIES = 64
HASH_BYTES = 6
_SECONDS_A_DAY = 86_400
#: Times of captures, as they are compared.
_STAMP = "%Y-%m-%dT%H:%M:%SZ"
# Of a hundred whole numbers SQLAlchemy's parameters cost more than the look-up: they stand in the statement.
_HOLDING = "SELECT hash, document FROM shingles WHERE hash IN ({})"
_DOCUMENTS = (
    "SELECT number, article, source, seen_at, density, story, hashes FROM lineage_documents"
    " WHERE number IN ({})"
)
_STOPS = "SELECT hash, since, article, last FROM stop_shingles WHERE hash IN ({})"
_KEEPING = "INSERT INTO shingles (hash, document) VALUES {} ON CONFLICT DO NOTHING"
_DOCUMENT = select(documents).where(documents.c.article == bindparam("wanted"))
_OLD = (
    select(documents)
    .where(documents.c.density == bindparam("density"), documents.c.seen_at < bindparam("before"))
    .order_by(documents.c.seen_at)
    .limit(bindparam("limit"))
)
_ADDING = insert(documents).returning(documents.c.number)


class Document(NamedTuple):
    """An article in the index; `hashes` are those that are kept of it."""

    number: int
    article: str
    source: str
    seen_at: str
    density: int
    story: int
    hashes: bytes

    @property
    def key(self) -> tuple[str, str]:
        """By what articles are put in order: when they were seen first."""
        return self.seen_at, self.article

    @property
    def day(self) -> float:
        """When it was seen first, in days since the epoch."""
        return day_of(self.seen_at)


@dataclass(frozen=True, slots=True)
class Shared:
    """Documents that hold hashes of a text, by hash and by number, and its hashes that are boilerplate."""

    by_hash: Mapping[int, list[int]]
    documents: Mapping[int, Document]
    stops: frozenset[int]


def day_of(seen_at: str) -> float:
    """A time in days since the epoch."""
    return datetime.fromisoformat(seen_at).timestamp() / _SECONDS_A_DAY


def packed(hashes: Iterable[int]) -> bytes:
    """Hashes as they are kept of a document."""
    return b"".join(each.to_bytes(HASH_BYTES, "big") for each in sorted(hashes))


def unpacked(data: bytes) -> set[int]:
    """The hashes that `packed` made `data` from."""
    places = range(0, len(data), HASH_BYTES)
    return {int.from_bytes(data[n : n + HASH_BYTES], "big") for n in places}


def document_of(connection: Connection, article: str) -> Document | None:
    """The document of the article with this id."""
    row = connection.execute(_DOCUMENT, {"wanted": article}).first()
    return Document(*row) if row else None


def look_up(connection: Connection, hashes: Collection[int], key: tuple[str, str]) -> Shared:
    """Who holds these hashes, for a text with this key; boilerplate is not looked up."""
    stops = _stops(connection, hashes, key)
    by_hash: dict[int, list[int]] = defaultdict(list)
    for some in batches(sorted(set(hashes) - stops), BATCH_SIZE):
        for row in _rows(connection, _HOLDING, some):
            by_hash[row.hash].append(row.document)
    numbers = {number for each in by_hash.values() for number in each}
    found = {}
    for some in batches(sorted(numbers), BATCH_SIZE):
        for row in _rows(connection, _DOCUMENTS, some):
            found[row.number] = Document._make(row)
    return Shared(by_hash, found, stops)


def put(
    connection: Connection, document: Document, wanted: Collection[int], shared: Shared
) -> tuple[Document, set[str]]:
    """Keep these hashes of a document, whose number is 0 if it is new, and note what became boilerplate.

    Returns the document as it is kept, and the ids of later articles to which that makes a difference.
    """
    copied = {hash_ for hash_, holding in shared.by_hash.items() if len(holding) >= MAX_COPIES}
    well = {hash_ for hash_ in copied if _is_known_well(document, hash_, shared)}
    kept = set(wanted) - well
    before = unpacked(document.hashes)
    document = document._replace(hashes=packed(kept), density=YOUNG)
    document = _written(connection, document)
    if gone := before - kept:
        _delete(connection, document.number, gone)
    for some in batches(sorted(kept - before), BATCH_SIZE):
        values = ",".join(f"({each},{document.number})" for each in some)
        connection.exec_driver_sql(_KEEPING.format(values))
    return document, _note_stops(connection, document, kept, shared)


def take_out(connection: Connection, document: Document) -> None:
    """Forget a document."""
    _delete(connection, document.number, unpacked(document.hashes))
    connection.execute(delete(documents).where(documents.c.number == document.number))


def thin(connection: Connection, now: str, limit: int) -> int:
    """Thin up to `limit` documents for each bound of age; return how many there were."""
    number = 0
    today = day_of(now)
    for (days, density), (_, thinner) in pairwise(DENSITIES):
        assert days is not None
        before = datetime.fromtimestamp((today - days) * _SECONDS_A_DAY, UTC).strftime(_STAMP)
        values = {"density": density, "before": before, "limit": limit}
        for row in connection.execute(_OLD, values).all():
            document = Document._make(row)
            known = unpacked(document.hashes)
            kept = {each for each in known if each % thinner == 0}
            _delete(connection, document.number, known - kept)
            _written(connection, document._replace(hashes=packed(kept), density=thinner))
            number += 1
    return number


def _rows(connection: Connection, query: str, some: Iterable[int]) -> CursorResult[Any]:
    return connection.exec_driver_sql(query.format(",".join(map(str, some))))


def _written(connection: Connection, document: Document) -> Document:
    row = document._asdict()
    number = row.pop("number")
    if number:
        connection.execute(update(documents).where(documents.c.number == number).values(row))
        return document
    made = connection.execute(_ADDING, row).scalar_one()
    return document._replace(number=made)


def _delete(connection: Connection, number: int, hashes: Collection[int]) -> None:
    for some in batches(sorted(hashes), BATCH_SIZE):
        of_document = (shingles.c.document == number) & shingles.c.hash.in_(some)
        connection.execute(delete(shingles).where(of_document))


def _is_known_well(document: Document, hash_: int, shared: Shared) -> bool:
    """Whether enough earlier copies of the same story have this hash."""
    found = (shared.documents[number] for number in shared.by_hash[hash_])
    return sum(d.story == document.story and d.key < document.key for d in found) >= MAX_COPIES


def _stops(connection: Connection, hashes: Collection[int], key: tuple[str, str]) -> frozenset[int]:
    """The hashes that are boilerplate to a text; that they stood in it is noted once a day."""
    seen_at, today = key[0], day_of(key[0])
    stops, again, over = set[int](), list[int](), list[int]()
    for some in batches(sorted(hashes), BATCH_SIZE):
        for row in _rows(connection, _STOPS, some):
            if today - day_of(row.last) > WINDOW_DAYS:
                over.append(row.hash)
            elif (row.since, row.article) < key:
                stops.add(row.hash)
                if row.last[:10] < seen_at[:10]:
                    again.append(row.hash)
    for some in batches(again, BATCH_SIZE):
        of_these = stop_shingles.c.hash.in_(some)
        connection.execute(update(stop_shingles).where(of_these).values(last=seen_at))
    for some in batches(over, BATCH_SIZE):
        connection.execute(delete(stop_shingles).where(stop_shingles.c.hash.in_(some)))
    return frozenset(stops)


def _note_stops(
    connection: Connection, document: Document, kept: Collection[int], shared: Shared
) -> set[str]:
    mine = Holder(document.day, document.article, document.source, document.story)
    new, later = list[dict[str, object]](), set[str]()
    for hash_ in kept:
        holding = shared.by_hash.get(hash_, ())
        if len(holding) < MAX_SOURCE_STORIES - 1:
            continue
        others = [shared.documents[n] for n in holding]
        holders = [
            Holder(d.day, d.article, d.source, d.story) for d in others if d.article != mine.article
        ]
        holders = sorted([*holders, mine])
        since = stop_since(holders)
        if since is not None:
            times = {d.article: d.seen_at for d in (*others, document)}
            new.append(
                {
                    "hash": hash_,
                    "since": times[since.article],
                    "article": since.article,
                    "last": times[holders[-1].article],
                }
            )
            later |= {each.article for each in holders if each > since}
    if new:
        put_in = insert_into(connection, stop_shingles)
        values = {name: put_in.excluded[name] for name in ("since", "article")}
        connection.execute(put_in.on_conflict_do_update(index_elements=["hash"], set_=values), new)
    return later - {document.article}
