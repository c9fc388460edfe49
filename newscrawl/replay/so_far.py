"""What have the pages of a replay said so far? On a disk, so that memory does not grow with them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.items import Article, Page
from newscrawl.replay.captured import Captured
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterator


class SoFar:
    """The last revision of each article, the URLs that have records, and variants that wait."""

    def __init__(self) -> None:
        self._table = sqlite3.connect("", isolation_level=None)
        self._table.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
            "CREATE TABLE last (id TEXT PRIMARY KEY, revision, fingerprint) WITHOUT ROWID;"
            "CREATE TABLE recorded (key TEXT PRIMARY KEY) WITHOUT ROWID;"
            "CREATE TABLE variant (number INTEGER PRIMARY KEY, warc, url, place, record, original);"
            "CREATE TABLE named (key TEXT PRIMARY KEY, original) WITHOUT ROWID;"
            "BEGIN"
        )

    def last(self, article_id: str) -> tuple[int, str]:
        """The number of the last revision and its fingerprint; 0 and nothing for a new article."""
        found = self._table.execute(
            "SELECT revision, fingerprint FROM last WHERE id = ?", (article_id,)
        ).fetchone()
        return (found[0], found[1]) if found else (0, "")

    def revise(self, article_id: str, revision: int, says: str) -> None:
        """Note the last revision of an article."""
        row = (article_id, revision, says)
        self._table.execute("INSERT OR REPLACE INTO last VALUES (?, ?, ?)", row)

    def record(self, url_key: str) -> None:
        """Note that the URL with this key has a record."""
        self._table.execute("INSERT OR IGNORE INTO recorded VALUES (?)", (url_key,))

    def recorded(self, url_key: str) -> bool:
        """Whether the URL with this key has a record."""
        found = self._table.execute("SELECT 1 FROM recorded WHERE key = ?", (url_key,))
        return found.fetchone() is not None

    def put_off(self, captured: Captured, article: Article, original: str) -> None:
        """Keep a variant until it is known which articles there are."""
        where = (str(captured.warc), captured.page.url, json.dumps(captured.original))
        row = (*where, json.dumps(article.to_dict()), original)
        self._table.execute("INSERT INTO variant VALUES (NULL, ?, ?, ?, ?, ?)", row)
        self._table.execute(
            "INSERT OR REPLACE INTO named VALUES (?, ?)", (key(article.url or ""), key(original))
        )

    def variants(self) -> Iterator[tuple[Captured, Article, str]]:
        """The variants with the URLs of their originals, in the order in which they came."""
        rows = self._table.execute("SELECT warc, url, place, record, original FROM variant")
        for warc, url, place, record, original in rows:
            article = Article.from_dict(json.loads(record))
            assert article.capture is not None
            where = tuple(found) if (found := json.loads(place)) else None
            yield Captured(Path(warc), Page(url, article.capture), where), article, original

    def named_by(self, url_key: str) -> str | None:
        """The key of the original that the variant with this key names."""
        found = self._table.execute("SELECT original FROM named WHERE key = ?", (url_key,))
        row = found.fetchone()
        return row[0] if row else None

    def close(self) -> None:
        self._table.close()
