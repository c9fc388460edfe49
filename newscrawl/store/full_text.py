"""Full-text search in SQL: FTS5 on SQLite, tsvector on PostgreSQL, the same words find the same articles."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, text

from newscrawl.database import unspaced as fts5
from newscrawl.database.conversion import words
from newscrawl.store import folding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from newscrawl.database.records import Records

#: Characters of a body that PostgreSQL indexes; a tsvector holds a megabyte.
_LONGEST = 300_000
#: Matches that are ranked; of more, those that were added last. To rank one takes microseconds.
MAX_RANKED = 100_000
#: Characters of a text that are looked at for a snippet.
_CITED = 60_000
_COLUMNS = "rowid, title, authors, description, body"
_FTS5 = text(
    f"INSERT INTO articles_text ({_COLUMNS})"  # noqa: S608 -- names alone
    " VALUES (:number, :title, :authors, :description, :body)"
)
# An index that keeps no text is told what the article said that it is to forget.
_FORGETTING_FTS5 = text(
    f"INSERT INTO articles_text (articles_text, {_COLUMNS})"  # noqa: S608 -- names alone
    " VALUES ('delete', :number, :title, :authors, :description, :body)"
)
_FORGETTING = text("DELETE FROM articles_text WHERE number IN :numbers").bindparams(
    bindparam("numbers", expanding=True)
)
_BEYOND = text(
    "SELECT rowid FROM articles_text WHERE articles_text MATCH :query"
    " ORDER BY rowid DESC LIMIT 1 OFFSET :ranked"
)
_MATCHING = text(
    "SELECT rowid FROM articles_text WHERE articles_text MATCH :query AND rowid > :beyond"
    " ORDER BY rank LIMIT :limit"
)
_TSVECTOR = text(
    "INSERT INTO articles_text (number, words) VALUES (:number,"
    " setweight(to_tsvector('simple', :title), 'A') ||"
    " setweight(to_tsvector('simple', :aside), 'B') ||"
    " setweight(to_tsvector('simple', :body), 'D'))"
)


def index(connection: Connection, new: Iterable[tuple[int, dict[str, Any]]]) -> None:
    """Make records, each with its running number, ones that are found."""
    if connection.dialect.name == "sqlite":
        connection.execute(_FTS5, [{"number": n, **words(record)} for n, record in new])
    else:
        connection.execute(_TSVECTOR, [_tsvector_row(*each) for each in new])


def forget(connection: Connection, texts: dict[int, str]) -> None:
    """Have these records (JSON), by their running numbers, found no more."""
    if connection.dialect.name == "sqlite":
        rows = [{"number": n, **words(json.loads(record))} for n, record in texts.items()]
        connection.execute(_FORGETTING_FTS5, rows)
    else:
        connection.execute(_FORGETTING, {"numbers": list(texts)})


def search(
    connection: Connection, records: Records, asked: str, limit: int
) -> Iterator[tuple[dict[str, Any], str]]:
    """Records with snippets; a match in the title weighs most, then description and authors."""
    if connection.dialect.name == "sqlite":
        yield from _search_fts5(connection, records, asked, limit)
    else:
        yield from _search_tsvector(connection, records, asked, limit)


def _search_fts5(
    connection: Connection, records: Records, asked: str, limit: int
) -> Iterator[tuple[dict[str, Any], str]]:
    if not (query := fts5.query(asked)):
        return
    beyond = connection.scalar(_BEYOND, {"query": query, "ranked": MAX_RANKED}) or 0
    given = {"query": query, "limit": limit, "beyond": beyond}
    numbers = connection.scalars(_MATCHING, given).all()
    texts = records.read(connection, numbers)
    # FTS5's own snippet takes time that grows with the square of the places where a word stands.
    short = {n: json.loads(text) for n, text in texts.items() if len(text) <= _CITED}
    snippets = _snippets_fts5(query, short)
    # Other programs may have deleted articles; the index does not know it.
    for number in filter(texts.__contains__, numbers):
        if number in snippets:
            yield short[number], snippets[number]
        else:
            record = json.loads(texts[number])
            yield record, _snippet(record, folding.phrases(asked))


def _snippets_fts5(query: str, records: dict[int, dict[str, Any]]) -> dict[int, str]:
    """What FTS5 cites of these records: an index in memory has the text that the stored one has not."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as tables:
        tables.execute(
            "CREATE VIRTUAL TABLE cited USING fts5(title, authors, description, body,"
            " tokenize = 'unicode61 remove_diacritics 2')"
        )
        rows = [{"number": n, **words(record)} for n, record in records.items()]
        tables.executemany(
            "INSERT INTO cited (rowid, title, authors, description, body)"
            " VALUES (:number, :title, :authors, :description, :body)",
            rows,
        )
        found = tables.execute(
            "SELECT rowid, snippet(cited, -1, '[', ']', ' … ', 24) FROM cited WHERE cited MATCH ?",
            [query],
        )
        return {number: fts5.readable(snippet) for number, snippet in found}


def _tsvector_row(number: int, record: dict[str, Any]) -> dict[str, Any]:
    aside = " ".join([*record["authors"], record["description"] or ""])
    return {
        "number": number,
        "title": folding.folded(record["title"]),
        "aside": folding.folded(aside),
        "body": folding.folded((record["body"] or "")[:_LONGEST]),
    }


def _search_tsvector(
    connection: Connection, records: Records, asked: str, limit: int
) -> Iterator[tuple[dict[str, Any], str]]:
    phrases = folding.phrases(asked)
    if not phrases:
        return
    words = " && ".join(f"phraseto_tsquery('simple', :p{n})" for n in range(len(phrases)))
    query = text(
        f"WITH asked AS (SELECT {words} AS words)"  # noqa: S608 -- placeholders alone
        " SELECT t.number FROM asked, LATERAL (SELECT number, words FROM articles_text"
        " WHERE words @@ asked.words ORDER BY number DESC LIMIT :ranked) t"
        " ORDER BY ts_rank('{0.1, 0.1, 0.3, 1.0}', t.words, asked.words) DESC, t.number"
        " LIMIT :limit"
    )
    given = {f"p{n}": phrase for n, phrase in enumerate(phrases)}
    numbers = connection.scalars(query, {**given, "limit": limit, "ranked": MAX_RANKED}).all()
    texts = records.read(connection, numbers)
    for number in filter(texts.__contains__, numbers):
        record = json.loads(texts[number])
        yield record, _snippet(record, phrases)


def _snippet(record: dict[str, Any], phrases: list[str]) -> str:
    texts = [record["title"], record["description"], " ".join(record["authors"]), record["body"]]
    return folding.snippet([(each or "")[:_CITED] for each in texts], phrases)
