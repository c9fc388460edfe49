"""Full-text search in SQL: FTS5 on SQLite, tsvector on PostgreSQL, the same words find the same articles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, text

from newscrawl.store import folding
from newscrawl.store import text as fts5

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import BindParameter, Connection

    from newscrawl.items import Article

#: Characters of a body that PostgreSQL indexes; a tsvector holds a megabyte.
_LONGEST = 300_000
#: Characters of a text that are looked at for a snippet.
_CITED = 60_000
_FTS5 = text(
    "INSERT INTO articles_text (rowid, title, authors, description, body)"
    " VALUES (:number, :title, :authors, :description, :body)"
)
_NUMBERS: BindParameter[int] = bindparam("numbers", expanding=True)
_FORGETTING = {
    "sqlite": text("DELETE FROM articles_text WHERE rowid IN :numbers").bindparams(_NUMBERS),
    "postgresql": text("DELETE FROM articles_text WHERE number IN :numbers").bindparams(_NUMBERS),
}
_TSVECTOR = text(
    "INSERT INTO articles_text (number, words) VALUES (:number,"
    " setweight(to_tsvector('simple', :title), 'A') ||"
    " setweight(to_tsvector('simple', :aside), 'B') ||"
    " setweight(to_tsvector('simple', :body), 'D'))"
)


def index(connection: Connection, new: Iterable[tuple[int, Article]]) -> None:
    """Make articles, each with its running number, ones that are found."""
    if connection.dialect.name == "sqlite":
        connection.execute(_FTS5, [_fts5_row(*each) for each in new])
    else:
        connection.execute(_TSVECTOR, [_tsvector_row(*each) for each in new])


def forget(connection: Connection, numbers: Sequence[int]) -> None:
    """Have the articles with these running numbers found no more."""
    connection.execute(_FORGETTING[connection.dialect.name], {"numbers": numbers})


def search(connection: Connection, words: str, limit: int) -> Iterator[tuple[str, str]]:
    """Records (as JSON) with snippets; a match in the title weighs most, then description and authors."""
    if connection.dialect.name == "sqlite":
        yield from _search_fts5(connection, words, limit)
    else:
        yield from _search_tsvector(connection, words, limit)


def _fts5_row(number: int, article: Article) -> dict[str, Any]:
    columns = {
        "title": article.title, "authors": ", ".join(article.authors),
        "description": article.description, "body": article.body,
    }  # fmt: skip
    return {"number": number, **{name: fts5.indexed(value) for name, value in columns.items()}}


def _search_fts5(connection: Connection, words: str, limit: int) -> Iterator[tuple[str, str]]:
    # FTS5's own snippet takes time that grows with the square of the places where a word stands.
    query = text(
        "SELECT a.record, CASE WHEN length(a.record) <= :cited"
        " THEN snippet(articles_text, -1, '[', ']', ' … ', 24) END AS snippet"
        " FROM articles_text t JOIN articles a ON a.number = t.rowid"
        " WHERE articles_text MATCH :query"
        " ORDER BY bm25(articles_text, 8, 3, 3, 1) LIMIT :limit"
    )
    if asked := fts5.query(words):
        for row in connection.execute(query, {"query": asked, "limit": limit, "cited": _CITED}):
            if row.snippet is not None:
                yield row.record, fts5.readable(row.snippet)
            else:
                yield row.record, _snippet(row.record, folding.phrases(words))


def _tsvector_row(number: int, article: Article) -> dict[str, Any]:
    aside = " ".join([*article.authors, article.description or ""])
    return {
        "number": number,
        "title": folding.folded(article.title),
        "aside": folding.folded(aside),
        "body": folding.folded((article.body or "")[:_LONGEST]),
    }


def _search_tsvector(connection: Connection, words: str, limit: int) -> Iterator[tuple[str, str]]:
    phrases = folding.phrases(words)
    if not phrases:
        return
    asked = " && ".join(f"phraseto_tsquery('simple', :p{n})" for n in range(len(phrases)))
    query = text(
        f"WITH asked AS (SELECT {asked} AS words)"  # noqa: S608 -- placeholders alone
        " SELECT a.record FROM articles_text t JOIN articles a ON a.number = t.number, asked"
        " WHERE t.words @@ asked.words"
        " ORDER BY ts_rank('{0.1, 0.1, 0.3, 1.0}', t.words, asked.words) DESC, a.number"
        " LIMIT :limit"
    )
    given = {f"p{n}": phrase for n, phrase in enumerate(phrases)}
    for row in connection.execute(query, {**given, "limit": limit}):
        yield row.record, _snippet(row.record, phrases)


def _snippet(stored: str, phrases: list[str]) -> str:
    record = json.loads(stored)
    texts = [record["title"], record["description"], " ".join(record["authors"]), record["body"]]
    return folding.snippet([(each or "")[:_CITED] for each in texts], phrases)
