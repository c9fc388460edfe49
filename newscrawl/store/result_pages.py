"""Articles that match a query, page by page: by keyset, folded by article, with counts that are bounded.

A page begins behind a position, so that the hundredth costs what the first does. A record is left out if a
later revision of its article matches as well; a result says which revisions match.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Float, and_, cast, func, literal, or_, select

from newscrawl.database.engine import reading
from newscrawl.database.records import Records
from newscrawl.items import with_source
from newscrawl.query.tree import And, Time
from newscrawl.store import full_text, query_sql
from newscrawl.store.tables import articles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Engine, Select

    from newscrawl.query import Query
    from newscrawl.store.query_sql import Plan

#: By rank; by the stated time of publication; by when the record was added. The best or latest come first.
#: Without words there is no rank: results come by when they were added, of a span of time by publication.
Order = Literal["relevance", "published", "seen"]
#: Matches that facets are counted among, the latest ones.
MAX_FACETED = 2_000
#: Facets that are counted, and the values of each that are given.
FACETS = ("source", "language", "section", "author", "day")
MAX_VALUES = 12


@dataclass(frozen=True, slots=True)
class Position:
    """A place in an order: `key` is the rank or the seconds of publication there, `number` the record's."""

    key: float | None
    number: int


@dataclass(frozen=True, slots=True)
class Found:
    """A record that matches, its running number, and the numbers of all `matching` revisions.

    `snippet` is empty for a query without words. `latest` is the number of the article's last revision.
    """

    number: int
    record: dict[str, Any]
    snippet: str
    matching: tuple[int, ...]
    latest: int


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Some results in their order; `next` is where the following page begins, None at the end."""

    found: tuple[Found, ...]
    next: Position | None


class ResultPages:
    """Every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._reading = reading(engine)
        self._records = Records()

    @contextmanager
    def of(self, query: Query) -> Iterator[Results]:
        """What matches a query, within one transaction."""
        with self._reading.connect() as connection:
            yield Results(connection, self._records, query)

    def page(
        self,
        query: Query,
        *,
        order: Order,
        after: Position | None = None,
        limit: int,
        marks: tuple[str, str] = ("[", "]"),
    ) -> ResultPage:
        """The results behind `after`; `marks` stand around what was found in a snippet."""
        with self.of(query) as results:
            return results.page(order=order, after=after, limit=limit, marks=marks)

    def undated_count(
        self, query: Query, since: float | None, until: float | None, *, most: int
    ) -> int:
        """How many articles match that state no time of publication and were captured in these bounds.

        `most` + 1 if they are more.
        """
        when = query_sql.captured(since, until)
        with self._reading.connect() as connection:
            plan = query_sql.plan(connection, query)
            undated = articles.c.published_time.is_(None) & when
            plan = replace(plan, indexed=(*plan.indexed, undated))
            return _count(connection, full_text.narrowed(connection, plan), most)

    def titles(self, ids: Iterable[str]) -> dict[str, str | None]:
        """The titles of these articles in their last revisions, by id."""
        query = select(articles.c.id, articles.c.title).where(articles.c.id.in_(list(ids)))
        with self._reading.connect() as connection:
            rows = connection.execute(query.order_by(articles.c.revision))
            return {row.id: row.title for row in rows}

    def undated(
        self, since: str, until: str, *, after: int | None = None, limit: int
    ) -> list[dict[str, Any]]:
        """Records that state no time of publication, captured in these bounds, the latest first.

        `since` and `until` are as `captured_at` begins; `after` is a running number.
        """
        query = select(articles.c.number, articles.c.source).where(
            articles.c.published_time.is_(None),
            articles.c.captured_at >= since,
            articles.c.captured_at < until,
        )
        if after is not None:
            query = query.where(articles.c.number < after)
        with self._reading.connect() as connection:
            rows = connection.execute(query.order_by(articles.c.number.desc()).limit(limit)).all()
            texts = self._records.read(connection, [row.number for row in rows])
        return [
            with_source(json.loads(texts[row.number]), row.source)
            for row in rows
            if row.number in texts
        ]


class Results:
    """The records that match one query, within the transaction of a connection."""

    def __init__(self, connection: Connection, records: Records, query: Query) -> None:
        self._connection, self._records, self._query = connection, records, query
        self._plan = full_text.narrowed(connection, query_sql.plan(connection, query))

    def page(
        self, *, order: Order, after: Position | None, limit: int, marks: tuple[str, str]
    ) -> ResultPage:
        """The results behind `after`; `marks` stand around what was found in a snippet."""
        listing = _Listing(self._connection, self._plan, self._query, order)
        kept: list[tuple[Position, _Revisions]] = []
        behind, is_end = after, False
        # Some are folded under others, and to ask once more costs as much as the first time.
        number = limit + 1 + limit // 2
        while len(kept) <= limit and not is_end:
            some = listing.rows(behind, number)
            is_end = len(some) < number
            kept += listing.folded(some)
            behind = some[-1] if some else behind
        shown = {place.number: which for place, which in kept[:limit]}
        following = kept[limit - 1][0] if len(kept) > limit else None
        return ResultPage(tuple(self._found(shown, marks)), following)

    def count(self, *, most: int) -> int:
        """How many articles match; `most` + 1 if they are more."""
        return _count(self._connection, self._plan, most)

    def facets(self) -> dict[str, list[tuple[str, int]]]:
        """Of the latest matches, by facet its most frequent values with the number of articles of each."""
        columns = articles.c
        rows, number = full_text.matching(
            self._connection, self._plan, columns.id, columns.source, columns.language,
            columns.section, columns.authors, columns.published_at,
        )  # fmt: skip
        if self._plan.text is None and _is_dated(self._query):
            number = columns.published_time
        latest = self._connection.execute(rows.order_by(number.desc()).limit(MAX_FACETED))
        by_article = {row.id: row for row in reversed(latest.all())}
        counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
        for row in by_article.values():
            counts["source"][row.source] += 1
            counts["language"].update(filter(None, [row.language]))
            counts["section"].update(filter(None, [row.section]))
            counts["author"].update(set(json.loads(row.authors or "[]")))
            counts["day"].update(filter(None, [(row.published_at or "")[:10]]))
        return {name: _most_frequent(found, name) for name, found in counts.items()}

    def _found(self, shown: dict[int, _Revisions], marks: tuple[str, str]) -> Iterable[Found]:
        connection, numbers = self._connection, list(shown)
        query = select(articles.c.number, articles.c.source).where(articles.c.number.in_(numbers))
        sources = {row.number: row.source for row in connection.execute(query)}
        if self._plan.cited:
            cited = full_text.cited(connection, self._records, self._plan, numbers, marks=marks)
        else:
            texts = self._records.read(connection, numbers)
            cited = ((n, json.loads(texts[n]), "") for n in numbers if n in texts)
        return [
            Found(
                number,
                with_source(record, sources[number]),
                snippet,
                shown[number].matching,
                shown[number].latest,
            )
            for number, record, snippet in cited
        ]


@dataclass(frozen=True, slots=True)
class _Revisions:
    matching: tuple[int, ...]
    latest: int


class _Listing:
    """The rows that match a query, in an order."""

    def __init__(self, connection: Connection, plan: Plan, query: Query, order: Order) -> None:
        self._connection = connection
        self.plan = plan
        if order == "relevance" and self.plan.text is None:
            # Nothing has a rank. A span of time has an index, whose order costs nothing.
            order = "published" if _is_dated(query) else "seen"
        self._order = order

    def rows(self, after: Position | None, limit: int) -> list[Position]:
        """The places of the rows behind `after`."""
        if self._order == "relevance":
            some = _ranked(self._connection, self.plan).subquery()
            query = select(some.c.number, some.c.key)
            return self._by_key(query, some.c.number, some.c.key, after, limit)
        if self._order == "seen":
            return self._last(*self._matching(articles.c.number), after, limit)
        return self._published(after, limit)

    def folded(self, places: Sequence[Position]) -> list[tuple[Position, _Revisions]]:
        """Those of these places that no later revision of their article stands for."""
        numbers = [place.number for place in places]
        columns = (articles.c.number, articles.c.id, articles.c.revision)
        of_rows = select(*columns).where(articles.c.number.in_(numbers))
        ids = {row.number: row.id for row in self._connection.execute(of_rows)}
        revisions: dict[str, dict[int, int]] = {}
        siblings = select(*columns).where(articles.c.id.in_(set(ids.values())))
        for row in self._connection.execute(siblings):
            revisions.setdefault(row.id, {})[row.revision] = row.number
        others = {n for found in revisions.values() for n in found.values()} - set(numbers)
        matching = set(numbers) | self._matching_among(others)
        kept = []
        for place in places:
            found = revisions.get(ids.get(place.number, ""), {})
            which = [n for n in sorted(found) if found[n] in matching]
            if which and found[which[-1]] == place.number:
                kept.append((place, _Revisions(tuple(which), max(found))))
        return kept

    def _matching(self, *columns: Any) -> tuple[Select[Any], ColumnElement[int]]:
        return full_text.matching(self._connection, self.plan, *columns)

    def _matching_among(self, numbers: set[int]) -> set[int]:
        if not numbers:
            return set()
        query, _ = self._matching(articles.c.number)
        return set(self._connection.scalars(query.where(articles.c.number.in_(numbers))))

    def _published(self, after: Position | None, limit: int) -> list[Position]:
        """Those that state a time, then those that state none: together no index has their order."""
        query, last = self._matching(articles.c.number, articles.c.published_time.label("key"))
        number: ColumnElement[int] = articles.c.number
        key: ColumnElement[Any] = articles.c.published_time
        if self.plan.text is not None:
            # Of words the latest matches are put in order: the others would have to be looked at, too.
            some = query.order_by(last.desc()).limit(full_text.MAX_FILTERED).subquery()
            query, last = select(some.c.number, some.c.key), some.c.number
            number, key = some.c.number, some.c.key
        found: list[Position] = []
        if after is None or after.key is not None:
            dated = query.where(key.is_not(None))
            found = self._by_key(dated, number, key, after, limit, descends=True)
        if len(found) < limit:
            behind = after if after is not None and after.key is None else None
            found += self._last(query.where(key.is_(None)), last, behind, limit - len(found))
        return found

    def _last(
        self, query: Select[Any], number: ColumnElement[int], after: Position | None, limit: int
    ) -> list[Position]:
        """The rows behind `after` in the order of their numbers, the last first."""
        if after is not None:
            query = query.where(number < after.number)
        rows = self._connection.scalars(query.order_by(number.desc()).limit(limit))
        return [Position(None, found) for found in rows]

    def _by_key(
        self,
        query: Select[Any],
        number: ColumnElement[int],
        key: ColumnElement[Any],
        after: Position | None,
        limit: int,
        *,
        descends: bool = False,
    ) -> list[Position]:
        """The rows behind `after` in the order of their keys; of equal ones the last first."""
        if after is not None:
            if after.key is None:
                return []
            behind = key < after.key if descends else key > after.key
            query = query.where(or_(behind, and_(key == after.key, number < after.number)))
            # Said once more for the planner: an index begins here.
            query = query.where(key <= after.key if descends else key >= after.key)
        query = query.order_by(key.desc() if descends else key, number.desc()).limit(limit)
        return [Position(row.key, row.number) for row in self._connection.execute(query)]


def _count(connection: Connection, plan: Plan, most: int) -> int:
    """How many articles meet a plan; `most` + 1 if they are more."""
    # As an expression: by the index of ids SQLite would look at all articles to spare a small sort.
    some, _ = full_text.matching(connection, plan, func.coalesce(articles.c.id, ""))
    limited = some.distinct().limit(most + 1).subquery()
    return connection.scalar(select(func.count()).select_from(limited)) or 0


def _is_dated(query: Query) -> bool:
    """Whether all results are of a span of time, by publication."""
    root = query.root
    parts = root.nodes if isinstance(root, And) else (root,)
    return any(isinstance(each, Time) and each.what == "published" for each in parts)


def _ranked(connection: Connection, plan: Plan) -> Select[Any]:
    """Number and rank of the latest matches; the lower the rank, the better."""
    some = full_text.candidates(connection, plan).subquery()
    sign = 1 if connection.dialect.name == "sqlite" else -1
    return select(some.c.number, (cast(some.c.rank, Float(53)) * literal(sign)).label("key"))


def _most_frequent(found: Counter[str], name: str) -> list[tuple[str, int]]:
    some = found.most_common(MAX_VALUES)
    return sorted(some, reverse=True) if name == "day" else some
