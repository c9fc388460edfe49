"""A folder of records, index and database for captures that stay where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.archive import sorted_file
from newscrawl.archive.cdxj_file import IndexReader
from newscrawl.archive.layout import Layout
from newscrawl.archive.links import link_file
from newscrawl.collection import commit
from newscrawl.collection.commit import Collection
from newscrawl.collection.results import Result
from newscrawl.database.batches import batches
from newscrawl.database.engine import open_database
from newscrawl.errors import DamagedRecord, Missed, UsageError
from newscrawl.frontier import HUBS, Outcome, SqlFrontier
from newscrawl.items import Article
from newscrawl.store import Store
from newscrawl.urls import key, site

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping
    from pathlib import Path

    from newscrawl.edits.observation import Observed
    from newscrawl.items import Page
    from newscrawl.processing.text_index import TextIndex
    from newscrawl.warc.reader import OnDamage

    #: A captured page, the source that the metadata beside its capture names, its record or miss, and what a
    #: worker made of the record's texts for the tables.
    PageResult = tuple[Page, str | None, Article | Missed, TextIndex | None]

#: Results that are committed together.
BATCH_SIZE = 200


def prepare(
    root: Path, warcs: Iterable[Path], *, on_damage: OnDamage, copies: bool = False
) -> list[Path]:
    """Make the folder and point into it the files that lie elsewhere; out of a WACZ they are copied.

    With `copies` all are copied.

    The files that are there now: one that cannot be had out of its WACZ is not.
    Raises UsageError where there are records of these files already, or two files of one name.
    """
    layout = Layout(root)
    layout.create()
    sound = []
    for warc in warcs:
        records, place = layout.records_beside(warc.name), layout.warcs / warc.name
        if records.exists():
            raise UsageError(_taken(layout, records, itself=place == warc))
        try:
            link_file(warc, place, copies=copies)
        except DamagedRecord as damage:
            on_damage(damage)
        else:
            sound.append(warc)
    return sound


def _taken(layout: Layout, records: Path, *, itself: bool) -> str:
    if not itself:
        return f"{records} exists: remove it first, or name another folder"
    return (
        f"--into {layout.root}: this archive has its records. Name a new folder, or move"
        f" {layout.records}, {layout.index} and {layout.database} away to make them again in place"
    )


def write(
    layout: Layout,
    results: Iterable[PageResult],
    observed: list[Observed],
    *,
    now: float,
    database: str | None = None,
) -> int:
    """Write records, captures and how each URL ended; return the number of records.

    `observed` grows while results are taken, and is emptied with each batch that is written.

    A URL belongs to the source that is named with it, else to that of its article, else to its site.

    Tables go to `database`, a URL, or else to that of the folder.
    """
    engine = open_database(database or layout.database)
    collection = Collection(layout, Store(engine), SqlFrontier(engine))
    try:
        number = 0
        for batch in batches(results, BATCH_SIZE):
            number += _write_batch(collection, batch, _taken_from(observed), now)
        commit.commit(collection, (), now=now, observed=_taken_from(observed), sync=False)
        collection.store.mark_settled(path.name for path in layout.finished())
        return number
    finally:
        collection.store.close()


def index(layout: Layout, lines: Iterable[bytes], indexes: Mapping[Path, Container[str]]) -> None:
    """Index: these lines, which come sorted, and what these indexes have of the files of these names."""
    sorted_file.merge_sorted(layout.index, lines)
    for path, names in indexes.items():
        if path.resolve() != layout.index.resolve():
            sorted_file.merge_sorted(layout.index, _lines_of(path, names))


def _lines_of(index: Path, names: Container[str]) -> Iterator[bytes]:
    # Damaged lines were reported when captures were chosen through this index.
    for line, entry in IndexReader(index).lines():
        if entry.filename in names:
            yield line


def _taken_from(observed: list[Observed]) -> list[Observed]:
    taken = observed[:]
    observed.clear()
    return taken


def _write_batch(
    collection: Collection, batch: list[PageResult], observed: list[Observed], now: float
) -> int:
    # A list is asked again at every pass, and its end is known; only what was read as a page has an outcome.
    pages, others = [], []
    known = collection.frontier.known(page.url for page, *_ in batch)
    for page, source, result, text_index in batch:
        lease = known.get(key(page.url))
        is_list = lease is not None and lease.kind in HUBS
        if isinstance(result, Missed) and (result.cause == "not-html" or is_list):
            others.append((page.url, page.capture))
        else:
            article = result if isinstance(result, Article) else None
            if text_index is not None:
                collection.store.text_indexes.add(text_index)
            source = source or (article and article.source) or site(page.url)
            pages.append(Result(page.url, source, outcome(page, result), article))
    commit.commit(
        collection,
        pages,
        now=now,
        observed=observed,
        captures=others,
        sync=False,
        new_urls=True,
    )
    return sum(each.article is not None for each in pages)


def outcome(page: Page, result: Article | Missed) -> Outcome:
    """How the URL of a captured page ended."""
    capture = page.capture
    if isinstance(result, Article) or result.cause == "unchanged":
        return Outcome("article", status=200, seen_at=capture.captured_at, capture=capture)
    return Outcome.of_miss(result, capture=capture, seen_at=capture.captured_at)
