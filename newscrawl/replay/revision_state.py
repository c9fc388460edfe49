"""What is known while revisions are given out: on the disk, so that memory does not grow with the pages."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.edits.first_look import MAX_OF_ONE_ID, Former, last_fitting
from newscrawl.edits.observation import ArticleState
from newscrawl.edits.publisher_ids import publisher_id
from newscrawl.items import Article, Page
from newscrawl.replay.captured_page import CapturedPage
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterator


class RevisionState:
    """The state of each article, the URLs that have records, and variants that wait. To be closed."""

    def __init__(self) -> None:
        self._table = sqlite3.connect("", isolation_level=None)
        self._table.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
            "CREATE TABLE state (id TEXT PRIMARY KEY, state, moved_to, publisher_id, first_seen_at)"
            " WITHOUT ROWID;"
            "CREATE TABLE recorded (key TEXT PRIMARY KEY) WITHOUT ROWID;"
            "CREATE TABLE variant (number INTEGER PRIMARY KEY, warc, url, place, record, original);"
            "CREATE TABLE named (key TEXT PRIMARY KEY, original) WITHOUT ROWID;"
            "CREATE INDEX moved ON state (moved_to) WHERE moved_to IS NOT NULL;"
            "CREATE INDEX identified ON state (publisher_id) WHERE publisher_id IS NOT NULL;"
            "BEGIN"
        )

    def state(self, article_id: str) -> ArticleState | None:
        """What is known of an article; None for a new one."""
        query = "SELECT state FROM state WHERE id = ?"
        return _state(self._table.execute(query, (article_id,)).fetchone())

    def former(self, url: str) -> Former | None:
        """What is known of an article that may have been moved to this URL."""
        query = "SELECT state, first_seen_at FROM state WHERE moved_to = ? ORDER BY id DESC LIMIT 1"
        if row := self._table.execute(query, (key(url),)).fetchone():
            return Former(_loaded(row[0]), "redirect", row[1])
        if (id_ := publisher_id(url)) is None:
            return None
        query = (
            "SELECT state, first_seen_at FROM state WHERE publisher_id = ?"
            " ORDER BY first_seen_at, id LIMIT ?"
        )
        rows = self._table.execute(query, (id_, MAX_OF_ONE_ID + 1)).fetchall()
        known = [Former(_loaded(state), "id", first_seen_at) for state, first_seen_at in rows]
        return last_fitting(known, url)

    def note_state(self, state: ArticleState) -> None:
        """Note what is known of an article."""
        moved_to = key(state.moved_to) if state.moved_to else None
        url, seen_at = state.article.url or "", state.seen_at
        row = (state.article.id, json.dumps(state.to_dict()), moved_to, publisher_id(url), seen_at)
        self._table.execute(
            "INSERT INTO state VALUES (?, ?, ?, ?, ?) ON CONFLICT (id)"
            " DO UPDATE SET state = excluded.state, moved_to = excluded.moved_to",
            row,
        )

    def note_recorded(self, url_key: str) -> None:
        """Note that the URL with this key has a record."""
        self._table.execute("INSERT OR IGNORE INTO recorded VALUES (?)", (url_key,))

    def is_recorded(self, url_key: str) -> bool:
        """Whether the URL with this key has a record."""
        found = self._table.execute("SELECT 1 FROM recorded WHERE key = ?", (url_key,))
        return found.fetchone() is not None

    def defer(self, captured: CapturedPage, article: Article, original: str) -> None:
        """Keep a variant of the article at `original` until it is known which articles there are."""
        place = (str(captured.warc), captured.page.url, json.dumps(captured.original))
        row = (*place, json.dumps(article.to_dict()), original)
        self._table.execute("INSERT INTO variant VALUES (NULL, ?, ?, ?, ?, ?)", row)
        self._table.execute(
            "INSERT OR REPLACE INTO named VALUES (?, ?)", (key(article.url or ""), key(original))
        )

    def deferred(self) -> Iterator[tuple[CapturedPage, Article, str]]:
        """The variants with the URLs of their originals, in the order in which they were deferred."""
        rows = self._table.execute("SELECT warc, url, place, record, original FROM variant")
        for warc, url, place, record, original in rows:
            article = Article.from_dict(json.loads(record))
            assert article.capture is not None
            bytes_at = tuple(found) if (found := json.loads(place)) else None
            page = Page(url, article.capture)
            captured = CapturedPage(Path(warc), page, bytes_at, article.source)
            yield captured, article, original

    def original_of(self, url_key: str) -> str | None:
        """The key of the original that the variant with this key names."""
        found = self._table.execute("SELECT original FROM named WHERE key = ?", (url_key,))
        row = found.fetchone()
        return row[0] if row else None

    def close(self) -> None:
        self._table.close()


def _state(row: tuple[str] | None) -> ArticleState | None:
    return _loaded(row[0]) if row else None


def _loaded(state: str) -> ArticleState:
    return ArticleState.from_dict(json.loads(state))
