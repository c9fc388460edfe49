"""Which captures of an archive are too old to be kept? Take them out, with their records or without.

The history of an article stays whole or goes whole: its captures go once the latest of them is too old.
Captures of lists, errors and other pages go one by one. A response is kept while a revisit refers to it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawl.archive.cdxj_file import IndexReader
from newscrawl.archive.rewriting import Part
from newscrawl.archive.tombstones import Tombstone
from newscrawl.collection import rewriting
from newscrawl.collection.exchanges import Doomed, doomed_in
from newscrawl.collection.replacement import Replacement
from newscrawl.database.batches import batches
from newscrawl.errors import ArchiveError
from newscrawl.items import article_id
from newscrawl.query import EVERYTHING
from newscrawl.storage.file_names import local_size
from newscrawl.urls import key
from newscrawl.warc.reader import read_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from newscrawl.archive.layout import Layout
    from newscrawl.collection.commit import Collection
    from newscrawl.collection.replacement import Signature
    from newscrawl.items import Page
    from newscrawl.query import Query
    from newscrawl.warc.record import WarcRecord

#: URLs whose sources are looked up together.
BATCH_SIZE = 500


@dataclass(frozen=True, slots=True)
class Retention:
    """What is too old: captures before the time `before`, ISO 8601 in UTC.

    Of articles only those that match the query, and of these sources; with a query, nothing else than
    articles. `keeps_records` keeps the records.
    """

    before: str
    keeps_records: bool = False
    query: Query = EVERYTHING
    sources: frozenset[str] = frozenset()

    @property
    def is_narrow(self) -> bool:
        """Whether only articles go."""
        return self.query.root is not None


@dataclass(frozen=True, slots=True)
class Pruning:
    """What is to go: in each file the doomed records; captures in files that are not here, by file."""

    files: dict[Path, Doomed] = field(default_factory=dict)
    absent: dict[str, set[str]] = field(default_factory=dict)

    @property
    def gone(self) -> set[str]:
        """The record ids of all captures that go."""
        found = {i for doomed in self.files.values() for i in doomed.captures}
        return found.union(*self.absent.values())

    @property
    def dropped(self) -> list[Path]:
        """Files of which nothing is left."""
        return [path for path, doomed in self.files.items() if not doomed.kept]

    @property
    def dropped_bytes(self) -> int:
        return sum(map(local_size, self.dropped))


def choose(collection: Collection, rule: Retention) -> Pruning:
    """What goes by this rule. Files whose captures a crawl has yet to read are left alone."""
    layout, store = collection.layout, collection.store
    settled = store.settled_warcs()
    with closing(_Captures()) as captures:
        captures.add(store.captures())
        _doom(captures, collection, rule)
        _keep_originals(captures, layout)
        captures.doom_absent(layout.has, rule)
        files, absent = {}, {}
        present = {path.name: path for path in layout.finished()}
        for warc in captures.warcs():
            if warc in present and warc in settled:
                files[present[warc]] = captures.doomed_of(warc)
            elif not layout.has(warc):
                absent[warc] = captures.doomed_of(warc)
    found = {path: doomed_in(path, _Predicate(ids, rule)) for path, ids in files.items()}
    return Pruning({path: each for path, each in found.items() if each.records}, absent)


def carry_out(
    collection: Collection, pruning: Pruning, rule: Retention, signature: Signature
) -> None:
    """Take it out. The caller has the archive alone (`archive_lock.exclusive`)."""
    layout, store = collection.layout, collection.store
    work = rewriting.Rewriting(layout)
    new = Replacement(layout, work, signature, keeps_gone=rule.keeps_records)
    for path, doomed in pruning.files.items():
        if doomed.kept:
            new.write([Part(path, doomed.records)])
        else:
            new.drop(path.name)
    for warc in pruning.absent:
        new.drop(warc)
    gone = pruning.gone
    if rule.keeps_records:
        work.add_tombstones(
            _tombstones(store.captures(), store.article_captures(), gone, signature)
        )
    work.add_gone(sorted(gone))
    plan = new.plan(
        "prune",
        store.database,
        settled=tuple(new.new),
        kind="pruned",
        keeps_articles=rule.keeps_records,
    )
    work.complete(plan)
    rewriting.replace_files(collection)


@dataclass(frozen=True, slots=True)
class _Predicate:
    """Whether a record of a file goes; what belongs to a failed request goes by its date."""

    ids: set[str]
    rule: Retention

    def __call__(self, record: WarcRecord) -> bool:
        if record.is_pointed_at:
            return record.id.strip("<>") in self.ids
        is_alone = not record.all("WARC-Concurrent-To")
        takes_all = not (self.rule.is_narrow or self.rule.sources)
        return takes_all and is_alone and bool(record.uri) and record.date < self.rule.before


def _doom(captures: _Captures, collection: Collection, rule: Retention) -> None:
    store = collection.store
    articles = store.article_ids()
    chosen = articles
    if rule.is_narrow or rule.sources:
        chosen = store.article_ids(rule.query)
    for some in batches(captures.keys(), BATCH_SIZE):
        sources = {}
        if rule.sources:
            known = collection.frontier.known(url for _, url, _ in some)
            sources = {url_key: lease.source for url_key, lease in known.items()}
        for url_key, _, last in some:
            named = article_id(url_key)
            if named in articles:
                if named in chosen and last < rule.before:
                    captures.doom(url_key, rule.before)
            elif not rule.is_narrow and (not rule.sources or sources.get(url_key) in rule.sources):
                captures.doom(url_key, rule.before)
    captures.articles = articles


def _keep_originals(captures: _Captures, layout: Layout) -> None:
    """Keep the responses to which revisits refer that stay."""
    for entry in IndexReader(layout.index).entries():
        if not entry.is_revisit or captures.is_doomed(entry.filename, entry.offset):
            continue
        url_key = key(entry.url)
        if not captures.may_refer(url_key, entry.digest):
            continue
        try:
            record = read_record(layout.warc(entry.filename), entry.offset, entry.length)
        except ArchiveError:
            continue  # `verify` names it
        captures.keep((record.get("WARC-Refers-To") or "").strip("<>"), url_key)


def _tombstones(
    captures: Iterable[Page], recorded: set[str], gone: set[str], signature: Signature
) -> Iterator[Tombstone]:
    """Those of the captures that go whose records stay."""
    at = signature.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    for page in captures:
        each = page.capture
        if each.record_id in gone and each.record_id in recorded:
            yield Tombstone(
                page.url, each.record_id, each.payload_digest, each.captured_at, at, "pruned"
            )


class _Captures:
    """All captures, in a temporary file: memory does not grow with them. To be closed."""

    def __init__(self) -> None:
        self.articles: set[str] = set()
        self._table = sqlite3.connect("", isolation_level=None)
        self._table.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE capture (id TEXT PRIMARY KEY, key, url, warc, place INTEGER, at, digest,"
            " doomed INTEGER DEFAULT 0) WITHOUT ROWID; BEGIN"
        )

    def add(self, pages: Iterable[Page]) -> None:
        rows = (
            (p.capture.record_id, key(p.url), p.url, p.capture.warc, p.capture.offset,
             p.capture.captured_at, p.capture.payload_digest)
            for p in pages
        )  # fmt: skip
        self._table.executemany(
            "INSERT OR IGNORE INTO capture VALUES (?, ?, ?, ?, ?, ?, ?, 0)", rows
        )
        for column in ("key", "digest", "warc, place"):
            self._table.execute(f"CREATE INDEX by_{column.partition(',')[0]} ON capture ({column})")

    def keys(self) -> Iterator[tuple[str, str, str]]:
        """Key, one URL and the latest capture of each."""
        yield from self._table.execute(
            "SELECT key, max(url), max(at) FROM capture GROUP BY key ORDER BY key"
        ).fetchall()

    def doom(self, url_key: str, before: str) -> None:
        self._table.execute(
            "UPDATE capture SET doomed = 1 WHERE key = ? AND at < ?", (url_key, before)
        )

    def doom_absent(self, is_here: Callable[[str], bool], rule: Retention) -> None:
        """Doom what lies in files that are not here: nothing has its bytes, whatever refers to them."""
        if rule.is_narrow or rule.sources:
            return
        for (warc,) in self._table.execute("SELECT DISTINCT warc FROM capture").fetchall():
            if not is_here(warc):
                self._table.execute(
                    "UPDATE capture SET doomed = 1 WHERE warc = ? AND at < ?", (warc, rule.before)
                )

    def is_doomed(self, warc: str, place: int) -> bool:
        row = self._table.execute(
            "SELECT doomed FROM capture WHERE warc = ? AND place = ?", (warc, place)
        ).fetchone()
        return bool(row and row[0])

    def may_refer(self, url_key: str, digest: str) -> bool:
        """Whether something is doomed to which a revisit of this URL and payload may refer."""
        query = "SELECT 1 FROM capture WHERE doomed AND {} = ? LIMIT 1"
        asked = (("key", url_key), ("digest", digest))
        return any(self._table.execute(query.format(name), (v,)).fetchone() for name, v in asked)

    def keep(self, record_id: str, url_key: str) -> None:
        """Keep the capture with this id; of an article, or where no id is stated, those of the whole URL."""
        row = self._table.execute("SELECT key FROM capture WHERE id = ?", (record_id,)).fetchone()
        named = row[0] if row else url_key
        if row and article_id(named) not in self.articles:
            self._table.execute("UPDATE capture SET doomed = 0 WHERE id = ?", (record_id,))
        else:
            self._table.execute("UPDATE capture SET doomed = 0 WHERE key = ?", (named,))

    def warcs(self) -> list[str]:
        rows = self._table.execute("SELECT DISTINCT warc FROM capture WHERE doomed ORDER BY warc")
        return [warc for (warc,) in rows]

    def doomed_of(self, warc: str) -> set[str]:
        rows = self._table.execute("SELECT id FROM capture WHERE doomed AND warc = ?", (warc,))
        return {record_id for (record_id,) in rows}

    def close(self) -> None:
        self._table.close()
