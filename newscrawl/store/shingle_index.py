"""Which articles share sampled shingles? The index of hashes, of boilerplate among them, and its thinning.

All functions are given the connection of a transaction that no other one of theirs runs beside.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update

from newscrawl.database.batches import batches
from newscrawl.database.inserting import insert_into
from newscrawl.lineage.shingles import DENSITIES, YOUNG
from newscrawl.lineage.stops import WINDOW_DAYS, Holder, stop_since
from newscrawl.store.lineage_tables import documents, shingles, stop_shingles

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import BindParameter, Connection

#: Hashes and numbers in one statement.
BATCH_SIZE = 500
#: Copies of one story that a hash is kept for: later ones are found through these.
MAX_COPIES = 64
HASH_BYTES = 6
_SECONDS_A_DAY = 86_400
#: Times of captures, as they are compared.
_STAMP = "%Y-%m-%dT%H:%M:%SZ"
_SOME: BindParameter[int] = bindparam("some", expanding=True)
_HOLDING = select(shingles.c.hash, shingles.c.document).where(shingles.c.hash.in_(_SOME))
_DOCUMENTS = select(documents).where(documents.c.number.in_(_SOME))
_DOCUMENT = select(documents).where(documents.c.article == bindparam("wanted"))
_ADDING = insert(documents).returning(documents.c.number)
_STOPS = select(stop_shingles).where(stop_shingles.c.hash.in_(_SOME))


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
        for hash_, number in connection.execute(_HOLDING, {"some": some}):
            by_hash[hash_].append(number)
    numbers = {number for each in by_hash.values() for number in each}
    found = {}
    for some in batches(sorted(numbers), BATCH_SIZE):
        for row in connection.execute(_DOCUMENTS, {"some": some}):
            found[row.number] = Document(*row)
    return Shared(by_hash, found, stops)


def put(
    connection: Connection, document: Document, wanted: Collection[int], shared: Shared
) -> tuple[Document, set[str]]:
    """Keep these hashes of a document, whose number is 0 if it is new, and note what became boilerplate.

    Returns the document as it is kept, and the ids of later articles to which that makes a difference.
    """
    kept = {each for each in wanted if not _is_known_well(document, each, shared)}
    before = unpacked(document.hashes)
    document = document._replace(hashes=packed(kept), density=YOUNG)
    document = _written(connection, document)
    if gone := before - kept:
        _delete(connection, document.number, gone)
    if new := kept - before:
        rows = [{"hash": each, "document": document.number} for each in sorted(new)]
        connection.execute(insert_into(connection, shingles).on_conflict_do_nothing(), rows)
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
        old = select(documents).where(documents.c.density == density, documents.c.seen_at < before)
        for row in connection.execute(old.order_by(documents.c.seen_at).limit(limit)).all():
            document = Document(*row)
            known = unpacked(document.hashes)
            kept = {each for each in known if each % thinner == 0}
            _delete(connection, document.number, known - kept)
            _written(connection, document._replace(hashes=packed(kept), density=thinner))
            number += 1
    return number


def _written(connection: Connection, document: Document) -> Document:
    row = document._asdict()
    number = row.pop("number")
    if number:
        connection.execute(update(documents).where(documents.c.number == number).values(row))
        return document
    made = connection.scalars(_ADDING, [row]).one()
    return document._replace(number=made)


def _delete(connection: Connection, number: int, hashes: Collection[int]) -> None:
    for some in batches(sorted(hashes), BATCH_SIZE):
        of_document = (shingles.c.document == number) & shingles.c.hash.in_(some)
        connection.execute(delete(shingles).where(of_document))


def _is_known_well(document: Document, hash_: int, shared: Shared) -> bool:
    """Whether enough earlier copies of the same story have this hash."""
    holders = shared.by_hash.get(hash_, ())
    if len(holders) < MAX_COPIES:
        return False
    found = (shared.documents[number] for number in holders)
    return sum(d.story == document.story and d.key < document.key for d in found) >= MAX_COPIES


def _stops(connection: Connection, hashes: Collection[int], key: tuple[str, str]) -> frozenset[int]:
    """The hashes that are boilerplate to a text; that they stood in it is noted once a day."""
    seen_at, today = key[0], day_of(key[0])
    stops, again, over = set[int](), list[int](), list[int]()
    for some in batches(sorted(hashes), BATCH_SIZE):
        for row in connection.execute(_STOPS, {"some": some}):
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
    times = {d.article: d.seen_at for d in shared.documents.values()}
    times[document.article] = document.seen_at
    for hash_ in kept:
        others = [shared.documents[n] for n in shared.by_hash.get(hash_, ())]
        holders = [
            Holder(d.day, d.article, d.source, d.story) for d in others if d.article != mine.article
        ]
        holders = sorted([*holders, mine])
        since = stop_since(holders)
        if since is not None:
            last = times[holders[-1].article]
            new.append(
                {
                    "hash": hash_,
                    "since": times[since.article],
                    "article": since.article,
                    "last": last,
                }
            )
            later |= {each.article for each in holders if each > since}
    if new:
        put_in = insert_into(connection, stop_shingles)
        values = {name: put_in.excluded[name] for name in ("since", "article")}
        connection.execute(put_in.on_conflict_do_update(index_elements=["hash"], set_=values), new)
    return later - {document.article}
