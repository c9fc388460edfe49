"""Full-text search in SQL: FTS5 on SQLite, tsvector on PostgreSQL, the same words find the same articles."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Integer,
    bindparam,
    column,
    false,
    func,
    literal_column,
    select,
    table,
    text,
)

from newscrawl.database.conversion import words
from newscrawl.database.reindexing import FTS5_COLUMNS, FTS5_VALUES, fts5_row
from newscrawl.database.stem_languages import add_languages
from newscrawl.store import query_sql, snippets
from newscrawl.store.tables import articles
from newscrawl.text import stems, unspaced
from newscrawl.text.folding import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Select, Subquery, TableClause

    from newscrawl.database.records import Records
    from newscrawl.query import Query
    from newscrawl.query.tree import Text
    from newscrawl.store.query_sql import Plan

#: Characters of a body that PostgreSQL indexes; a tsvector holds a megabyte.
_LONGEST = 300_000
#: Matches that are ranked; of more, those that were added last. To rank one takes microseconds.
MAX_RANKED = 100_000
#: The same where filters look at the row of each match, which takes longer.
MAX_FILTERED = 20_000
#: Articles that meet the other conditions of a query, for the words to be looked up among them alone.
MAX_NARROW = 10_000
#: Characters of a text that are looked at for a snippet.
_CITED = 60_000
_FTS5 = text(f"INSERT INTO articles_text ({FTS5_COLUMNS}) VALUES ({FTS5_VALUES})")  # noqa: S608
# An index that keeps no text is told what the article said that it is to forget.
_FORGETTING_FTS5 = text(
    f"INSERT INTO articles_text (articles_text, {FTS5_COLUMNS})"  # noqa: S608 -- names alone
    f" VALUES ('delete', {FTS5_VALUES})"
)
_FORGETTING = text("DELETE FROM articles_text WHERE number IN :numbers").bindparams(
    bindparam("numbers", expanding=True)
)
_BEYOND = text(
    "SELECT rowid FROM articles_text WHERE articles_text MATCH :query"
    " ORDER BY rowid DESC LIMIT 1 OFFSET :ranked"
)
_TSVECTOR = text(
    "INSERT INTO articles_text (number, words) VALUES (:number,"
    " setweight(to_tsvector('simple', :title), 'A') ||"
    " setweight(to_tsvector('simple', :aside), 'B') ||"
    " setweight(to_tsvector('simple', :body), 'D') ||"
    " array_to_tsvector(CAST(:stems AS text[])))"
)


def index(
    connection: Connection,
    new: Sequence[tuple[int, dict[str, Any]]],
    known_stems: Mapping[int, str] = MappingProxyType({}),
) -> None:
    """Make records, each with its running number, ones that are found.

    `known_stems` are those of `rare_stems_of`, by number, where a worker has made them.
    """
    if connection.dialect.name == "sqlite":
        connection.execute(_FTS5, [fts5_row(n, record, known_stems.get(n)) for n, record in new])
    else:
        connection.execute(_TSVECTOR, [_tsvector_row(*each) for each in new])
    add_languages(connection, (record for _, record in new))


def forget(connection: Connection, texts: dict[int, str]) -> None:
    """Have these records (JSON), by their running numbers, found no more."""
    if connection.dialect.name == "sqlite":
        rows = [fts5_row(number, json.loads(record)) for number, record in texts.items()]
        connection.execute(_FORGETTING_FTS5, rows)
    else:
        connection.execute(_FORGETTING, {"numbers": list(texts)})


def search(
    connection: Connection, records: Records, query: Query, limit: int
) -> Iterator[tuple[dict[str, Any], str]]:
    """Records with snippets; a match in the title weighs most, then description and authors.

    A query without words gives the records that were added last.
    """
    found = narrowed(connection, query_sql.plan(connection, query))
    for _, record, snippet in cited(connection, records, found, ranked(connection, found, limit)):
        yield record, snippet


def narrowed(connection: Connection, found: Plan) -> Plan:
    """The plan with the numbers of its matches, where few articles meet its conditions beside the words.

    To go through all matches of a frequent word is what a search costs: then it is done once, and no further
    than these articles lie.
    """
    if found.text is None or not found.indexed or connection.dialect.name != "sqlite":
        return found
    query = select(articles.c.number).where(*found.indexed).limit(MAX_NARROW + 1)
    few = sorted(connection.scalars(query))
    if len(few) > MAX_NARROW:
        return found
    index = _fts5_table()
    query = select(index.c.rowid).where(index.c.articles_text.op("MATCH")(found.text))
    numbers = connection.scalars(_among(query, few)).all() if few else ()
    return replace(found, indexed=(), numbers=tuple(numbers))


def ranked(connection: Connection, found: Plan, limit: int) -> Sequence[int]:
    """The numbers of the best matches of a plan, the best one first; without words those added last."""
    if found.text is None:
        return _latest(connection, found, limit)
    if connection.dialect.name == "sqlite":
        return _ranked_fts5(connection, found, limit)
    return _ranked_tsvector(connection, found, limit)


def cited(
    connection: Connection,
    records: Records,
    found: Plan,
    numbers: Sequence[int],
    *,
    marks: tuple[str, str] = ("[", "]"),
) -> Iterator[tuple[int, dict[str, Any], str]]:
    """The records of these numbers, each with a snippet in which `marks` stand around what was found."""
    texts = records.read(connection, numbers)
    # FTS5's own snippet takes time that grows with the square of the places where a word stands.
    short = {n: json.loads(text) for n, text in texts.items() if len(text) <= _CITED}
    is_fts5 = found.text is not None and connection.dialect.name == "sqlite"
    snippets_by_number = _snippets_fts5(found.text or "", short, marks) if is_fts5 else {}
    # Other programs may have deleted articles; the index does not know it.
    for number in filter(texts.__contains__, numbers):
        record = short.get(number) or json.loads(texts[number])
        shown = snippets_by_number.get(number) or _snippet(record, found.cited, marks)
        yield number, record, shown


def candidates(connection: Connection, found: Plan) -> Select[Any]:
    """Number and rank of the matches of a plan with words that were added last; not ordered by rank.

    On SQLite a lower rank is better, on PostgreSQL a higher one.
    """
    if connection.dialect.name == "sqlite":
        index = _fts5_table()
        matches = index.c.articles_text.op("MATCH")(found.text)
        query = _filtered(connection, index, found).where(matches)
        most = MAX_RANKED if _is_of_words_alone(found) else MAX_FILTERED
        return query.order_by(index.c.rowid.desc()).limit(most)
    last, rank = _last_of_tsvector(found)
    return select(last.c.number, rank.label("rank"))


def _latest(connection: Connection, found: Plan, limit: int) -> Sequence[int]:
    query = select(articles.c.number).where(*found.indexed, *found.where)
    return connection.scalars(query.order_by(articles.c.number.desc()).limit(limit)).all()


def _ranked_fts5(connection: Connection, found: Plan, limit: int) -> Sequence[int]:
    index = _fts5_table()
    matches = index.c.articles_text.op("MATCH")(found.text)
    if _is_of_words_alone(found):
        given = {"query": found.text, "ranked": MAX_RANKED}
        beyond = connection.scalar(_BEYOND, given) or 0
        query = select(index.c.rowid).where(matches, index.c.rowid > beyond)
        return connection.scalars(query.order_by(index.c.rank).limit(limit)).all()
    last = _filtered(connection, index, found).where(matches).order_by(index.c.rowid.desc())
    ranked = last.limit(MAX_FILTERED).subquery()
    query = select(ranked.c.number).order_by(ranked.c.rank).limit(limit)
    return connection.scalars(query).all()


def _fts5_table() -> TableClause:
    return table("articles_text", column("rowid", Integer), column("rank"), column("articles_text"))


def matching(
    connection: Connection, found: Plan, *columns: ColumnElement[Any]
) -> tuple[Select[Any], ColumnElement[int]]:
    """Columns of the articles that meet a plan, and the running number by which they should be ordered.

    In the order of that number, the last first, SQLite gives the first rows without looking at the others.
    """
    if found.text is None or found.numbers is not None or connection.dialect.name != "sqlite":
        conditions = query_sql.matching(connection, found)
        return select(*columns).where(*conditions), articles.c.number
    index = _fts5_table()
    joined = index.join(articles, articles.c.number == index.c.rowid)
    query = select(*columns).select_from(joined)
    query = query.where(index.c.articles_text.op("MATCH")(found.text))
    narrowed, others = _narrowed(connection, query, found)
    return narrowed.where(*others), index.c.rowid


def _filtered(connection: Connection, index: TableClause, found: Plan) -> Select[Any]:
    """Rows of the index with their rank, of articles that meet the conditions."""
    rows: Select[Any] = select(index.c.rowid.label("number"), index.c.rank)
    query, others = _narrowed(connection, rows, found)
    if not others:
        return query
    joined = index.join(articles, articles.c.number == index.c.rowid)
    return query.select_from(joined).where(*others)


def _narrowed(
    connection: Connection, query: Select[Any], found: Plan
) -> tuple[Select[Any], list[ColumnElement[bool]]]:
    """The query with conditions that an index of `articles` knows, and those that need a look at the rows.

    Where few articles meet such a condition, their numbers are taken from there at once, since a look at the
    row of each match takes longer. Where many do, enough matches are soon found.
    """
    others = list(found.where)
    if found.numbers is not None:
        return _among(query, found.numbers), others
    for condition in found.indexed:
        if _are_many(connection, condition):
            others.append(condition)
            continue
        # With a sign before it FTS5 is not asked anew for each of these numbers.
        number = literal_column("+articles_text.rowid", Integer)
        query = query.where(number.in_(select(articles.c.number).where(condition)))
    return query, others


def _among(query: Select[Any], numbers: Sequence[int]) -> Select[Any]:
    """The query of the text index, for records of these numbers, which ascend, alone."""
    if not numbers:
        return query.where(false())
    place: ColumnElement[int] = literal_column("articles_text.rowid", Integer)
    # With a sign before it FTS5 is not asked anew for each of these numbers.
    number: ColumnElement[int] = literal_column("+articles_text.rowid", Integer)
    return query.where(place >= numbers[0], place <= numbers[-1], query_sql.among(number, numbers))


def _is_of_words_alone(found: Plan) -> bool:
    return not found.where and not found.indexed and found.numbers is None


def _are_many(connection: Connection, condition: ColumnElement[bool]) -> bool:
    """Whether two articles of five meet a condition."""
    last = connection.scalar(select(func.max(articles.c.number))) or 0
    some = select(articles.c.number).where(condition).limit(last * 2 // 5 + 1).subquery()
    return (connection.scalar(select(func.count()).select_from(some)) or 0) > last * 2 // 5


def _ranked_tsvector(connection: Connection, found: Plan, limit: int) -> Sequence[int]:
    last, rank = _last_of_tsvector(found)
    ranked = select(last.c.number).order_by(rank.desc(), last.c.number).limit(limit)
    return connection.scalars(ranked).all()


def _last_of_tsvector(found: Plan) -> tuple[Subquery, ColumnElement[Any]]:
    """The matches that were added last, and their rank."""
    index = table("articles_text", column("number", Integer), column("words"))
    asked = func.to_tsquery(literal_column("'simple'"), found.text)
    query = select(index.c.number, index.c.words).where(index.c.words.op("@@")(asked))
    conditions = [*found.indexed, *found.where]
    if conditions:
        joined = index.join(articles, articles.c.number == index.c.number)
        query = query.select_from(joined).where(*conditions)
    query = query.order_by(index.c.number.desc())
    last = query.limit(MAX_FILTERED if conditions else MAX_RANKED).subquery()
    weights: ColumnElement[Any] = literal_column("CAST('{0.1, 0.1, 0.3, 1.0}' AS real[])")
    return last, func.ts_rank(weights, last.c.words, asked)


def _snippets_fts5(
    query: str, records: dict[int, dict[str, Any]], marks: tuple[str, str]
) -> dict[int, str]:
    """What FTS5 cites of these records: an index in memory has the text that the stored one has not."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as tables:
        tables.execute(
            # FTS5 cites the first of columns that are equally good.
            "CREATE VIRTUAL TABLE cited USING fts5(title, authors, description, body, language,"
            " tokenize = 'unicode61 remove_diacritics 2')"
        )
        rows = [
            {"number": n, **words(record), "language": stems.language_mark(record)}
            for n, record in records.items()
        ]
        tables.executemany(
            "INSERT INTO cited (rowid, title, authors, description, body, language)"
            " VALUES (:number, :title, :authors, :description, :body, :language)",
            rows,
        )
        found = tables.execute(
            "SELECT rowid, snippet(cited, -1, ?, ?, ' … ', 24) FROM cited WHERE cited MATCH ?",
            [*marks, query],
        )
        return {number: unspaced.readable(snippet) for number, snippet in found}


def _tsvector_row(number: int, record: dict[str, Any]) -> dict[str, Any]:
    aside = " ".join([*record["authors"], record["description"] or ""])
    return {
        "number": number,
        "title": folded(record["title"]),
        "aside": folded(aside),
        "body": folded((record["body"] or "")[:_LONGEST]),
        "stems": stems.stems_of(record),
    }


def _snippet(record: dict[str, Any], cited: Sequence[Text], marks: tuple[str, str]) -> str:
    texts = [record["title"], record["description"], " ".join(record["authors"]), record["body"]]
    shown = [(each or "")[:_CITED] for each in texts]
    return snippets.snippet(shown, cited, language=stems.code_of(record), marks=marks)
