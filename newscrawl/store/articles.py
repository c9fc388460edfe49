"""Captures and articles in SQL: what is known, what is new, what was asked for."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, func, insert, select

from newscrawl.baselines import lacks
from newscrawl.database import removals
from newscrawl.database.batches import batches
from newscrawl.database.conversion import main_fields
from newscrawl.database.engine import name_of, reading
from newscrawl.database.filters import filter_fields
from newscrawl.database.inserting import insert_new
from newscrawl.database.records import Records
from newscrawl.edits.publisher_ids import publisher_id
from newscrawl.edits.revision import fingerprint
from newscrawl.items import Article, Capture, Page, article_id, with_source
from newscrawl.query import EVERYTHING
from newscrawl.store import full_text, moving, query_sql, statistics, superseding, tallies
from newscrawl.store.change_log import ChangeLog
from newscrawl.store.detachments import Detachments
from newscrawl.store.reuse_log import ReuseLog, mark_within
from newscrawl.store.runs import Runs
from newscrawl.store.tables import articles, captures, warcs
from newscrawl.store.text_indexes import TextIndexes
from newscrawl.urls import fetchable, key, site

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy import BindParameter, Column, Connection, Engine, Row, Select

    from newscrawl.processing.text_index import TextIndex
    from newscrawl.query import Query
    from newscrawl.store.statistics import Dimension, Group

# Written once: to put a statement together takes longer than to execute it.
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_KNOWN = select(captures.c.record_id).where(captures.c.record_id.in_(_IDS))
_REVISIONS = (
    select(articles.c.id, articles.c.revision, articles.c.fingerprint)
    .where(articles.c.id.in_(_IDS))
    .order_by(articles.c.revision)
)
_SOURCES = select(articles.c.id, articles.c.revision, articles.c.source).where(
    articles.c.id.in_(_IDS)
)
#: Records that are read together.
BATCH_SIZE = 200
#: The fields of records that the table of articles has as well.
COLUMN_FIELDS = (
    "id", "revision", "url", "source", "published_at", "captured_at", "title", "authors", "language",
    "publisher", "section", "kind",
)  # fmt: skip
_ADDING = insert(articles).returning(articles.c.number, sort_by_parameter_order=True)


@dataclass(frozen=True, slots=True)
class Hit:
    """One result of a search; `snippet` marks what was found with `[` and `]`."""

    record: dict[str, Any]
    snippet: str


class Store:
    """Every method is one transaction, except for those that are given the connection of one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._records = Records()
        self.change_log = ChangeLog(engine)
        self.detachments = Detachments(engine)
        self.reuse_log = ReuseLog(engine, self._records)
        self.runs = Runs(engine)
        #: What is indexed of articles that are to be added, where a worker has made it.
        self.text_indexes = TextIndexes()
        #: How messages call the database.
        self.database = name_of(engine)

    def close(self) -> None:
        """Close the connections; SQLite then tidies up beside its file. Whoever asks again opens others."""
        self._engine.dispose()

    def add_captures(self, new: Iterable[tuple[str, Capture]]) -> None:
        """Note where captures lie. What is known already stays."""
        if new := list(new):
            with self._engine.begin() as connection:
                self.add_captures_within(connection, new)

    @staticmethod
    def add_captures_within(connection: Connection, new: Iterable[tuple[str, Capture]]) -> None:
        """As `add_captures`, in the transaction of the caller."""
        by_id = {capture.record_id: (url, capture) for url, capture in new}
        known = _known_ids(connection, by_id)
        rows = [_capture_row(*by_id[i]) for i in by_id if i not in known]
        if rows:
            connection.execute(insert_new(connection, captures), rows)

    def article_ids(self, query: Query = EVERYTHING) -> set[str]:
        """The ids of the articles that match a query."""
        with self._reading.connect() as connection:
            conditions = query_sql.matching(connection, query_sql.plan(connection, query))
            return set(connection.scalars(select(articles.c.id).where(*conditions).distinct()))

    def removed(self, wanted: str) -> str | None:
        """The reason for which this URL was removed; None if it was not."""
        url = fetchable(wanted) or fetchable(f"https://{wanted}")
        if url is None:
            return None
        with self._reading.connect() as connection:
            return removals.removed(connection, [key(url)]).get(key(url))

    def tombstones(self, kind: str) -> Iterator[list[str]]:
        """The tombstones of this kind, as lists of their fields."""
        with self._reading.connect() as connection:
            for each in removals.all_tombstones(connection, kind):
                yield [getattr(each, name) for name in each.__slots__]

    def captures_in(self, warc: str) -> list[str]:
        """The record ids of the captures in this WARC."""
        with self._reading.connect() as connection:
            query = select(captures.c.record_id).where(captures.c.warc == warc)
            return list(connection.scalars(query))

    def known_among(self, record_ids: Iterable[str]) -> set[str]:
        """Those of the captures with these record ids that are known."""
        with self._reading.connect() as connection:
            return {
                each
                for some in batches(record_ids, BATCH_SIZE)
                for each in _known_ids(connection, some)
            }

    def article_captures(self) -> set[str]:
        """The record ids of the captures that have a record."""
        with self._reading.connect() as connection:
            return set(connection.scalars(select(articles.c.record_id)))

    def captures_of_keys(self, keys: Collection[str]) -> list[tuple[str, str]]:
        """Record id and WARC of the captures of URLs with these keys, in whatever spelling."""
        with self._reading.connect() as connection:
            return list(moving.captures_of_keys(connection, keys))

    def add_articles(self, new: Iterable[tuple[str, Article]]) -> None:
        """Add (source, article) pairs to the tables and the full-text index; known ones stay.

        The source is that of articles that state none, or only their site.
        Now and then a second transaction follows, which learns how records compress best.
        """
        with self._engine.begin() as connection:
            last, ids, made = self._add(connection, new)
            if ids:
                self.reuse_log.settle_within(connection, ids, made=made)
        self._learn(last)

    def supersede(self, captures: Iterable[str], new: Iterable[tuple[str, Article]]) -> None:
        """Put `new`, as of `add_articles`, in the place of the articles of these captures (record ids).

        An article that was there keeps its source.
        """
        with self._engine.begin() as connection:
            sources = superseding.take_out(connection, self._records, captures)
            for some in batches(new, superseding.TOGETHER):
                some = [(sources.get(a.id, source), a) for source, a in some]
                mark_within(connection, self._add(connection, some)[1])
            self.reuse_log.settle_all_within(connection)

    @contextmanager
    def rewriting(self) -> Iterator[tuple[Connection, Records]]:
        """One transaction for whoever rewrites what is known of many captures.

        On SQLite, what it deletes leaves no bytes behind in the file, nor in the log beside it.
        """
        is_sqlite = self._engine.dialect.name == "sqlite"
        with self._engine.begin() as connection:
            if is_sqlite:
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            yield connection, self._records
            self.reuse_log.settle_all_within(connection)
        if is_sqlite:
            with self._engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert raw is not None
                connection.rollback()
                raw.execute("PRAGMA secure_delete = OFF")
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def original(self, url: str, digest: str | None) -> Capture | None:
        """The first capture of this URL with this payload digest; for None, with the latest one's.

        The first has the bytes; later ones may be revisits of it.
        """
        answered = (captures.c.url == url, captures.c.status == 200)
        latest = select(captures.c.payload_digest).where(*answered)
        query = select(captures).where(*answered).order_by(captures.c.captured_at)
        with self._reading.connect() as connection:
            if digest is None:
                digest = connection.scalar(latest.order_by(captures.c.captured_at.desc()).limit(1))
            query = query.where(captures.c.payload_digest == digest)
            row = connection.execute(query.limit(1)).mappings().first()
        return Capture(**{k: v for k, v in row.items() if k != "url"}) if row else None

    def whole_at(self, url: str) -> float | None:
        """When this URL was last answered with 200, in seconds."""
        query = select(func.max(captures.c.captured_at))
        query = query.where(captures.c.url == url, captures.c.status == 200)
        with self._reading.connect() as connection:
            stated = connection.scalar(query)
        return datetime.fromisoformat(stated).timestamp() if stated else None

    def answered_at(self, urls: Iterable[str], *, most: int = 30) -> list[float]:
        """When one of these URLs (spellings of one) was last answered, in seconds; the latest last."""
        query = select(captures.c.captured_at).where(
            captures.c.url.in_(list(urls)), captures.c.status.in_((200, 304))
        )
        query = query.order_by(captures.c.captured_at.desc()).limit(most)
        with self._reading.connect() as connection:
            stated = connection.scalars(query).all()
        return sorted(datetime.fromisoformat(each).timestamp() for each in stated)

    def find(self, wanted: str, *, revision: int | None = None) -> dict[str, Any] | None:
        """The record with this id or URL: its latest revision, or the one asked for.

        An id may be in capitals, a URL in any spelling that leads to the same article.
        """
        query = select(articles.c.number, articles.c.source).where(
            articles.c.id.in_(ids_of(wanted))
        )
        if revision is not None:
            query = query.where(articles.c.revision == revision)
        with self._reading.connect() as connection:
            found = connection.execute(query.order_by(articles.c.revision.desc()).limit(1)).first()
            if found is None:
                return None
            text = self._records.read(connection, [found.number])[found.number]
        return _with_source(json.loads(text), found.source)

    def search(self, query: Query, *, limit: int = 20) -> list[Hit]:
        """The best matches first; a match in the title weighs most, then description and authors."""
        with self._reading.connect() as connection:
            found = list(full_text.search(connection, self._records, query, limit))
            ids = {"ids": [record["id"] for record, _ in found]}
            rows = connection.execute(_SOURCES, ids)
            sources = {(row.id, row.revision): row.source for row in rows}
        return [
            Hit(_with_source(record, sources[record["id"], record["revision"]]), snippet)
            for record, snippet in found
        ]

    def records(
        self, *, after: int = 0, query: Query = EVERYTHING
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """The records that match a query in the order in which they were added, each with its running number.

        They are read while they are asked for, as of the begin.
        """
        columns = [articles.c.number, articles.c.source]
        with self._matching(columns, query, after=after) as (connection, parts):
            for some in parts:
                yield from self._records_of(connection, some)

    def record_data(self, query: Query = EVERYTHING) -> Iterator[list[tuple[str, bytes]]]:
        """As `records`, some at a time: the source of each and its JSON, which may state another source."""
        columns = [articles.c.number, articles.c.source]
        with self._matching(columns, query) as (connection, parts):
            for some in parts:
                sources = dict(some)
                data = self._records.read_data(connection, list(sources))
                yield [(sources[n], data[n]) for n in sources if n in data]

    def column_values(
        self, names: Sequence[str], *, query: Query = EVERYTHING
    ) -> Iterator[list[Sequence[Any]]]:
        """As `columns`, the values of some records at a time."""
        at = names.index("authors") if "authors" in names else None
        with self._matching([articles.c[name] for name in names], query) as (_, parts):
            for some in parts:
                if at is None:
                    yield list(some)
                else:
                    yield [(*row[:at], json.loads(row[at] or "[]"), *row[at + 1 :]) for row in some]

    def columns(
        self, names: Sequence[str], *, query: Query = EVERYTHING
    ) -> Iterator[dict[str, Any]]:
        """These fields, of COLUMN_FIELDS, of the records that match a query, without reading the records."""
        for row in chain.from_iterable(self.column_values(names, query=query)):
            yield dict(zip(names, row, strict=True))

    def revisions(self, wanted: str) -> list[dict[str, Any]]:
        """All records of the article with this id or URL, the first revision first."""
        query = select(articles.c.number, articles.c.source).where(
            articles.c.id.in_(ids_of(wanted))
        )
        with self._reading.connect() as connection:
            sources = _sources(connection, query.order_by(articles.c.revision))
            texts = self._records.read(connection, list(sources))
        return [_with_source(json.loads(texts[n]), sources[n]) for n in sources if n in texts]

    def captures(
        self, *, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Page]:
        """The captures from `since` up to and without `until`, in the order of their times."""
        query = select(captures).order_by(captures.c.captured_at, captures.c.record_id)
        if since:
            query = query.where(captures.c.captured_at >= _as_captured(since))
        if until:
            query = query.where(captures.c.captured_at < _as_captured(until))
        query = query.execution_options(yield_per=BATCH_SIZE)
        with self._reading.connect() as connection, connection.execute(query) as rows:
            for row in rows.mappings():
                fields = dict(row)
                yield Page(fields.pop("url"), Capture(**fields))

    def captures_of(self, urls: Iterable[str]) -> list[Page]:
        """All captures of these URLs, the oldest first."""
        query = select(captures).where(captures.c.url.in_(list(urls)))
        query = query.order_by(captures.c.captured_at, captures.c.record_id)
        with self._reading.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        return [Page(row.pop("url"), Capture(**row)) for row in rows]

    def latest_pages(self, most: int) -> Iterator[tuple[str, Page]]:
        """The captures of the latest records, the latest first, each with the source of its record."""
        latest = select(articles.c.number, articles.c.source, articles.c.url, articles.c.record_id)
        recent = latest.order_by(articles.c.number.desc()).limit(most).subquery()
        here = captures.c.record_id == recent.c.record_id
        query = select(recent.c.source, recent.c.url.label("page"), captures)
        query = query.join(captures, here).order_by(recent.c.number.desc())
        with self._reading.connect() as connection:
            for row in connection.execute(query).mappings():
                fields = dict(row)
                source, url = fields.pop("source"), fields.pop("page")
                del fields["url"]
                yield source, Page(url, Capture(**fields))

    @contextmanager
    def _matching(
        self, columns: Sequence[Column[Any]], query: Query, *, after: int = 0
    ) -> Iterator[tuple[Connection, Iterator[Sequence[Row[*tuple[Any, ...]]]]]]:
        """Columns of the articles that match, in the order in which they were added, some at a time."""
        wanted = select(*columns).where(articles.c.number > after)
        wanted = wanted.order_by(articles.c.number).execution_options(yield_per=BATCH_SIZE)
        with self._reading.connect() as connection:
            plan = query_sql.plan(connection, query)
            wanted = wanted.where(*query_sql.matching(connection, plan))
            with connection.execute(wanted) as rows:
                yield connection, rows.partitions()

    def _records_of(
        self, connection: Connection, rows: Iterable[Any]
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        sources = {row.number: row.source for row in rows}
        data = self._records.read_data(connection, list(sources))
        # Other programs may have deleted records.
        for number in filter(data.__contains__, sources):
            yield number, _with_source(msgspec.json.decode(data[number]), sources[number])

    def unknown_sources(self, query: Query) -> list[str]:
        """The sources that a query names and that have no article here."""
        with self._reading.connect() as connection:
            return query_sql.unknown_sources(connection, query)

    def group_counts(self, by: Sequence[Dimension], query: Query) -> list[Group]:
        """How many articles match a query, by source, day, language, author or section."""
        with self._reading.connect() as connection:
            return statistics.group_counts(connection, by, query)

    def counts(self, source: str | None = None) -> dict[str, dict[str, Any]]:
        """Per source, or of one: articles, records, and the time of the last capture that became one."""
        with self._reading.connect() as connection:
            return tallies.counts(connection, source)

    def totals(self) -> tuple[int, int]:
        """How many articles there are, and how many sources have any."""
        with self._reading.connect() as connection:
            return tallies.totals_of_sources(connection)

    def last_captured(self) -> dict[str, float]:
        """When the latest article of each source was captured, in seconds since the epoch."""
        with self._reading.connect() as connection:
            return tallies.last_captured(connection)

    def backlog(self, *, since: float) -> dict[str, int]:
        """Per source: the articles captured since then that were old by then."""
        with self._reading.connect() as connection:
            return tallies.backlog(connection, since=since)

    def capture_count(self) -> int:
        with self._reading.connect() as connection:
            return tallies.capture_count(connection)

    def last_number(self) -> int:
        """The running number of the record that was added last; 0 if there is none."""
        with self._reading.connect() as connection:
            return connection.scalar(select(func.max(articles.c.number))) or 0

    def warcs(self) -> set[str]:
        """The WARCs that captures lie in."""
        with self._reading.connect() as connection:
            return set(connection.scalars(select(captures.c.warc).distinct()))

    def settled_warcs(self) -> set[str]:
        """The WARCs of which every capture has been dealt with."""
        with self._reading.connect() as connection:
            return set(connection.scalars(select(warcs.c.name)))

    def mark_settled(self, names: Iterable[str]) -> None:
        """Note that every capture in these WARCs has been dealt with."""
        with self._engine.begin() as connection:
            rows = [{"name": name} for name in sorted(set(names))]
            if rows:
                connection.execute(insert_new(connection, warcs), rows)

    def known_captures(self, warc: str) -> set[int]:
        """The offsets of the captures in this WARC that have been dealt with."""
        with self._reading.connect() as connection:
            return set(connection.scalars(select(captures.c.offset).where(captures.c.warc == warc)))

    def add_articles_within(
        self, connection: Connection, new: Iterable[tuple[str, Article]]
    ) -> None:
        """As `add_articles`, in the transaction of the caller; they are still to be compared."""
        mark_within(connection, self._add(connection, new)[1])

    def _add(
        self, connection: Connection, new: Iterable[tuple[str, Article]]
    ) -> tuple[int, set[str], dict[str, TextIndex]]:
        """Add those that are not there.

        Returns the last running number, 0 if there is none, their ids, and what workers made of their bodies.
        """
        by_key: dict[tuple[str, int], tuple[str, Article]] = {}
        for source, article in new:
            by_key.setdefault((article.id, article.revision), (source, article))
        if not by_key:
            return 0, set(), {}
        known = _recorded(connection, {id_ for id_, _ in by_key})
        added = [pair for key_, pair in by_key.items() if key_ not in known]
        if not added:
            return 0, set(), {}
        records = [article.to_dict() for _, article in added]
        rows = [_row(*pair, record) for pair, record in zip(added, records, strict=True)]
        numbers: Sequence[int] = connection.scalars(_ADDING, rows).all()
        found = list(zip(numbers, records, strict=True))
        texts = [(number, msgspec.json.encode(record)) for number, record in found]
        self._records.write(connection, texts)
        made = {number: self.text_indexes.take(record) for number, record in found}
        full_text.index(connection, found, {n: each.stems for n, each in made.items() if each})
        bodies = {r["body"]: each for n, r in found if r["body"] and (each := made[n])}
        return max(numbers), {article.id for _, article in added}, bodies

    def _learn(self, last: int) -> None:
        if self._records.is_to_learn(last):
            self._records.learn(self._engine, last)


def ids_of(wanted: str) -> list[str]:
    """The ids of an article that is asked for by its id in any letters, or its URL in any spelling."""
    url = fetchable(wanted) or fetchable(f"https://{wanted}")
    return [wanted.lower(), *([article_id(key(url))] if url else ())]


def _sources(connection: Connection, query: Select[int, str]) -> dict[int, str]:
    """The sources by running number, in the order of the query."""
    return {row.number: row.source for row in connection.execute(query)}


def _with_source(record: dict[str, Any], source: str) -> dict[str, Any]:
    """The record with the source that the tables have for it; those of older versions state none."""
    return record if record.get("source") == source else with_source(record, source)


def _as_captured(moment: datetime) -> str:
    """A time as `captured_at` begins."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _known_ids(connection: Connection, ids: Iterable[str]) -> set[str]:
    return set(connection.scalars(_KNOWN, {"ids": list(ids)}))


def _capture_row(url: str, capture: Capture) -> dict[str, Any]:
    return {"url": url, **capture.to_dict()}


def _recorded(connection: Connection, ids: Iterable[str]) -> set[tuple[str, int]]:
    """The revisions that there are of these articles."""
    return {(row.id, row.revision) for row in connection.execute(_REVISIONS, {"ids": list(ids)})}


def _filed_under(article: Article, known: str) -> str:
    """The article's own source, unless that says no more than its URL; then the one that is known of it."""
    stated = article.source
    return known if stated is None or stated == site(article.url or "") else stated


def _row(source: str, article: Article, record: dict[str, Any]) -> dict[str, Any]:
    assert article.capture is not None
    return {
        "id": article.id, "revision": article.revision, "url": article.url,
        "source": _filed_under(article, source),
        "fingerprint": fingerprint(article), "published_at": article.published_at,
        "captured_at": article.capture.captured_at, "record_id": article.capture.record_id,
        "lacks": lacks(article), **main_fields(record), **filter_fields(record),
        "publisher_id": publisher_id(article.url or ""),
    }  # fmt: skip
