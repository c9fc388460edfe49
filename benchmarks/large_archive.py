"""A large archive for benchmarks, made quickly: rows go straight into the tables, and there are no WARCs.

    python benchmarks/large_archive.py DIR --articles 1000000 --sources 2000

Bodies are put together from paragraphs that are made and indexed once. Three in ten articles are Chinese,
Japanese or Thai. One article in fifty has a second revision, one in ten a change, one in five is a copy of
another; for four articles there is one URL that was missed. A run that was ended goes on where it was.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from newscrawl.archive.layout import Layout
from newscrawl.baselines import lacks
from newscrawl.database.conversion import main_fields
from newscrawl.database.engine import open_database
from newscrawl.database.filters import filter_fields
from newscrawl.database.records import Records
from newscrawl.database.stem_languages import add_languages
from newscrawl.items import Article, Capture
from newscrawl.text.stems import language_mark, rare_stems_of
from newscrawl.text.unspaced import tokenised
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

#: Days over which the articles are spread, the last of them today.
DAYS, DAY = 90, 86_400.0
#: Words that texts are made of, by Zipf's law, and paragraphs that bodies are put together from.
VOCABULARY, PARAGRAPHS = 20_000, 3_000
PARAGRAPHS_OF_BODY, BATCH_SIZE = 5, 2_000
SCRIPTS = {
    "zh": [chr(0x4E00 + n) for n in range(3000)],
    "ja": [chr(0x3042 + n) for n in range(80)] + [chr(0x4E00 + n) for n in range(1500)],
    "th": [chr(0x0E01 + n) for n in range(46)],
}
#: Of URLs that are no article: cause and status.
MISSES = [("not-an-article", 200)] * 8 + [("http-404", 404)] * 5 + [("http-403", 403)] * 2
WARC = "bench-20260101000000000-00000000-{:05}.warc.gz"


class Words:
    """Makes up words and texts, the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        letters = "abcdefghijklmnoprstuvw"
        self.words = [
            "".join(self.random.choices(letters, k=self.random.randint(3, 9)))
            for _ in range(VOCABULARY)
        ]
        self._weights = list(accumulate(1 / (n + 10) for n in range(VOCABULARY)))

    def text(self, language: str, length: int) -> str:
        """So many words, or characters of a script without spaces."""
        if language in SCRIPTS:
            signs = SCRIPTS[language]
            picked = [signs[int(len(signs) * self.random.random() ** 3)] for _ in range(length)]
            return "".join(sign + ("。" if n % 25 == 24 else "") for n, sign in enumerate(picked))
        words = self.random.choices(self.words, cum_weights=self._weights, k=length)
        return " ".join(word + ("." if n % 17 == 16 else "") for n, word in enumerate(words))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text, how the index has it, and the tokens of its stems."""

    text: str
    indexed: str
    stems: frozenset[str]


class Maker:
    """Makes the rows of one article after the other."""

    def __init__(self, articles: int, sources: int) -> None:
        self._words, self._number, self._sources = Words(), articles, sources
        self._random, self._now = random.Random(7), datetime.now(UTC)
        self._paragraphs = {
            language: [self._paragraph(language, 80) for _ in range(PARAGRAPHS)]
            for language in ("en", *SCRIPTS)
        }
        self._titles = {
            language: [self._paragraph(language, 9) for _ in range(PARAGRAPHS)]
            for language in ("en", *SCRIPTS)
        }

    @property
    def words(self) -> list[str]:
        """The words of texts, the most frequent ones first."""
        return self._words.words

    def _paragraph(self, language: str, length: int) -> Paragraph:
        text = self._words.text(language, length)
        stems = rare_stems_of({"language": language, "body": text}).split()
        return Paragraph(text, tokenised(text), frozenset(stems))

    def article(self, number: int, revision: int = 1) -> tuple[Article, dict[str, Any]]:
        """The article of this number, and its row of the full-text index."""
        pick = self._random
        pick.seed(number)
        chance = pick.random()
        language = "en" if chance > 0.3 else ("zh", "ja", "th")[int(chance * 10)]
        body = pick.choices(self._paragraphs[language], k=PARAGRAPHS_OF_BODY)
        title = pick.choice(self._titles[language])
        source = f"paper-{pick.randrange(self._sources):04}.example"
        stated = self._at(number) - timedelta(minutes=pick.randrange(300))
        words = self.words
        author = f"{words[number % 500].title()} {words[number % 700].title()}"
        description = body[0].text[:160]
        if revision > 1:
            body = [*body, pick.choice(self._paragraphs[language])]
        article = Article(
            url=f"https://{source}/{number}", source=source, title=title.text, language=language,
            authors=(author,), revision=revision, section=words[number % 12],
            published_at=None if pick.random() < 0.05 else stated.strftime("%Y-%m-%dT%H:%M:%SZ"),
            description=description, body="\n".join(each.text for each in body),
            capture=self.capture(number, revision=revision), extractor={"newscrawl": "1"},
        )  # fmt: skip
        stems = {stem for each in body for stem in each.stems}
        row = {
            "body": " ".join(each.indexed for each in body), "title": title.indexed, "authors": author,
            "description": tokenised(description), "stems": " ".join(stems),
            "language": language_mark({"language": language}),
        }  # fmt: skip
        return article, row

    def _at(self, number: int) -> datetime:
        return self._now - timedelta(days=DAYS * (self._number - number) / self._number)

    def capture(self, number: int, *, revision: int = 1, miss: int | None = None) -> Capture:
        """The capture of this article, or of what was missed beside it and answered with status `miss`."""
        at = self._at(number) + timedelta(hours=3 * (revision - 1))
        status = 200 if miss is None else miss
        mark = f"{number:012}-{revision}" + ("" if miss is None else "-missed")
        place = (number * 4 + (revision > 1) + 2 * (miss is not None)) * 5000
        return Capture(
            WARC.format(number // 5000), place, 5000, f"urn:uuid:{mark}", f"sha256:{mark}",
            min(at, self._now).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), status,
        )  # fmt: skip


def make(folder: Path, articles: int, sources: int) -> None:
    """Make the archive, or what it still lacks."""
    layout = Layout(folder)
    layout.create()
    engine = open_database(layout.database)
    maker, records = Maker(articles, sources), Records()
    begun = time.monotonic()
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        for pragma in ("synchronous = OFF", "cache_size = -4000000"):
            raw.execute(f"PRAGMA {pragma}")
        first = raw.execute("SELECT coalesce(max(number), 0) FROM articles").fetchone()[0]
        connection.rollback()
        # Numbers of rows are those of articles; second revisions follow behind all of them.
        for start in range(min(first, articles), articles, BATCH_SIZE):
            numbers = range(start + 1, min(articles, start + BATCH_SIZE) + 1)
            with connection.begin():
                _write(connection, raw, records, maker, numbers)
            if records.is_to_learn(numbers[-1]):
                records.learn(engine, numbers[-1])
            spent = time.monotonic() - begun
            print(f"\r{numbers[-1]:,} articles, {spent:.0f} s", end="", file=sys.stderr)
        with connection.begin():
            _write_hubs(raw, sources)
            second = raw.execute("SELECT count(*) FROM articles WHERE revision > 1").fetchone()[0]
            if not second:
                _write_revisions(raw, records, connection, maker, articles)
        raw.execute("PRAGMA synchronous = NORMAL")
    engine.dispose()


def _write(
    connection: Connection, raw: Any, records: Records, maker: Maker, numbers: Iterable[int]
) -> None:
    made = [(n, *maker.article(n)) for n in numbers]
    _insert_articles(raw, records, connection, made)
    _insert(raw, "captures", [_capture_row(a.url or "", a.capture) for _, a, _ in made])
    urls = [_url_row(a.url or "", a.source or "", a.capture, "article", None) for _, a, _ in made]
    missed = []
    for n, article, _ in made[::4]:
        cause, status = MISSES[n // 4 % len(MISSES)]
        url, capture = f"https://{article.source}/other/{n}", maker.capture(n, miss=status)
        missed.append(_capture_row(url, capture))
        urls.append(_url_row(url, article.source or "", capture, "miss", cause))
    _insert(raw, "captures", missed)
    _insert(raw, "urls", urls)
    _insert(raw, "changes", [_change(n, a) for n, a, _ in made if n % 10 == 0])
    _insert(raw, "article_states", [_state(n, a) for n, a, _ in made if n % 10 == 0])
    _insert(raw, "reuse", [_pair(maker, n, a) for n, a, _ in made if n % 5 == 0 and n > 1000])
    _insert(raw, "lineage_documents", [_document(n, a) for n, a, _ in made])


def _write_revisions(
    raw: Any, records: Records, connection: Connection, maker: Maker, articles: int
) -> None:
    some = range(50, articles + 1, 50)
    made = [(articles + at, *maker.article(n, 2)) for at, n in enumerate(some, 1)]
    _insert_articles(raw, records, connection, made)
    _insert(raw, "captures", [_capture_row(a.url or "", a.capture) for _, a, _ in made])


def _write_hubs(raw: Any, sources: int) -> None:
    rows = []
    for n in range(sources):
        name = f"paper-{n:04}.example"
        for kind, path in (("seed", ""), ("feed", "feed"), ("sitemap", "sitemap")):
            row = _url_row(f"https://{name}/{path}", name, None, "links", None)
            rows.append({**row, "kind": kind, "settled_at": time.time() - n % 3600, "via": None})
    raw.executemany(
        f"INSERT OR IGNORE INTO urls ({', '.join(map(_quoted, rows[0]))})"
        f" VALUES ({', '.join(':' + name for name in rows[0])})",
        rows,
    )


def _insert_articles(
    raw: Any,
    records: Records,
    connection: Connection,
    made: list[tuple[int, Article, dict[str, Any]]],
) -> None:
    said = [(n, article, article.to_dict()) for n, article, _ in made]
    records.write(connection, [(n, msgspec.json.encode(record)) for n, _, record in said])
    _insert(raw, "articles", [_article_row(*each) for each in said])
    _insert(raw, "articles_text", [{"rowid": n, **row} for n, _, row in made])
    add_languages(connection, (record for *_, record in said[:50]))


def _article_row(number: int, article: Article, record: dict[str, Any]) -> dict[str, Any]:
    assert article.capture is not None
    return {
        "number": number, "id": article.id, "revision": article.revision, "url": article.url,
        "source": article.source, "fingerprint": f"{number:064x}", "published_at": article.published_at,
        "captured_at": article.capture.captured_at, "record_id": article.capture.record_id,
        "lacks": lacks(article), **main_fields(record), **filter_fields(record),
    }  # fmt: skip


def _insert(raw: Any, table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        names = ", ".join(map(_quoted, rows[0]))
        values = ", ".join(f":{name}" for name in rows[0])
        raw.executemany(f"INSERT INTO {table} ({names}) VALUES ({values})", rows)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _capture_row(url: str, capture: Capture | None) -> dict[str, Any]:
    assert capture is not None
    return {"url": url, **capture.to_dict()}


def _url_row(
    url: str, source: str, capture: Capture | None, outcome: str, cause: str | None
) -> dict[str, Any]:
    at = datetime.fromisoformat(capture.captured_at).timestamp() if capture else time.time()
    return {
        "key": key(url), "url": url, "host": source, "source": source, "kind": "article", "depth": 1,
        "priority": 0, "rank": at, "via": f"https://{source}/feed", "state": "done", "attempts": 1,
        "outcome": outcome, "cause": cause, "status": capture.status if capture else 200,
        "settled_at": at, "seen_at": capture.captured_at if capture else None,
        "capture": capture.record_id if capture else None, "added_at": at - 60,
        "first_at": at if outcome == "article" else None,
    }  # fmt: skip


def _change(number: int, article: Article) -> dict[str, Any]:
    assert article.capture is not None
    kinds = ("headline", "body", "body", "section", "removed")
    kind = kinds[number // 10 % len(kinds)]
    stated = (None, "modified-equal", "modified-moved")[number // 10 % 3]
    at = article.capture.captured_at
    return {
        "article": article.id, "url": article.url, "source": article.source, "kind": kind,
        "field": None if kind == "removed" else kind, "before": "one", "after": "other",
        "from_revision": 1, "to_revision": 1, "not_before": at, "not_after": at[:11] + "23:59:59Z",
        "record_id": article.capture.record_id, "rule": f"{kind}/1", "words_in": number % 40,
        "words_out": number % 30, "words_moved": 0, "position": 0,
        "statement": stated if kind in ("headline", "body") else None,
    }  # fmt: skip


def _state(number: int, article: Article) -> dict[str, Any]:
    assert article.capture is not None
    return {
        "id": article.id, "seen_at": article.capture.captured_at, "digest": f"sha256:{number}",
        "is_other_page": False, "is_removed": number // 10 % 5 == 4, "is_walled": False, "fields": "{}",
    }  # fmt: skip


def _pair(maker: Maker, number: int, article: Article) -> dict[str, Any]:
    other, _ = maker.article(number - 1 - number % 997)
    return {
        "earlier": other.id, "later": article.id,
        "label": ("reprint", "partial", "unrelated")[number // 5 % 3],
        "reason": "", "earlier_share": 0.9, "later_share": 0.8, "grams": 0.5, "longest": 60, "runs": 3,
        "earlier_revision": 1, "later_revision": 1, "rule": "reuse/1",
    }  # fmt: skip


def _document(number: int, article: Article) -> dict[str, Any]:
    assert article.capture is not None
    return {
        "number": number, "article": article.id, "source": article.source, "density": 16,
        "seen_at": article.capture.captured_at, "story": number, "hashes": number.to_bytes(60, "big"),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--sources", type=int, default=2_000)
    given = parser.parse_args()
    make(given.folder, given.articles, given.sources)


if __name__ == "__main__":
    main()
