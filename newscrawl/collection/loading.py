"""A folder of records, index and database for captures that stay where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.archive import sorted_file
from newscrawl.archive.cdxj_file import IndexReader
from newscrawl.archive.layout import Layout
from newscrawl.archive.links import link_file
from newscrawl.collection import record_files
from newscrawl.database.batches import batches
from newscrawl.database.engine import open_database
from newscrawl.errors import DamagedRecord, UsageError
from newscrawl.frontier import DiscoveredUrl, Outcome, SqlFrontier
from newscrawl.items import Article
from newscrawl.store import Store
from newscrawl.urls import key, site

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from newscrawl.errors import Missed
    from newscrawl.replay.captured import Captured
    from newscrawl.warc.reader import OnDamage

    Result = tuple[Captured, Article | Missed]
#: Records that are written together.
_TOGETHER = 200


def prepare(root: Path, warcs: Iterable[Path], *, on_damage: OnDamage) -> list[Path]:
    """Make the folder and point into it the files that lie elsewhere; out of a WACZ they are copied.

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
            link_file(warc, place)
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


def write(layout: Layout, results: Iterable[Result], *, now: float) -> int:
    """Write records, captures and how each URL ended; return the number of records."""
    engine = open_database(layout.database)
    store, frontier = Store(engine), SqlFrontier(engine)
    try:
        number = 0
        for batch in batches(results, _TOGETHER):
            number += _write_batch(layout, store, frontier, batch, now)
        store.mark_settled(path.name for path in layout.finished())
        return number
    finally:
        store.close()


def index(layout: Layout, lines: Iterable[bytes], indexes: Mapping[Path, Collection[str]]) -> None:
    """Index: these lines, which come sorted, and what these indexes have of the files of these names."""
    sorted_file.merge_sorted(layout.index, lines)
    for path, names in indexes.items():
        if path.resolve() != layout.index.resolve():
            sorted_file.merge_sorted(layout.index, _lines_of(path, names))


def _lines_of(index: Path, names: Collection[str]) -> Iterator[bytes]:
    # Damaged lines were reported when captures were chosen through this index.
    for line, entry in IndexReader(index).lines():
        if entry.filename in names:
            yield line


def _write_batch(
    layout: Layout, store: Store, frontier: SqlFrontier, batch: list[Result], now: float
) -> int:
    by_file: dict[str, list[Article]] = {}
    for captured, result in batch:
        if isinstance(result, Article):
            by_file.setdefault(captured.warc.name, []).append(result)
    for warc, found in by_file.items():
        record_files.append(layout.records_beside(warc), (a.to_dict() for a in found), sync=False)
    articles = [result for _, result in batch if isinstance(result, Article)]
    store.add_articles((site(each.url or ""), each) for each in articles)
    store.add_captures((captured.page.url, captured.page.capture) for captured, _ in batch)
    # A feed or sitemap is asked again at every pass; only what was read as a page need not be.
    pages = [(c, r) for c, r in batch if isinstance(r, Article) or r.cause != "not-html"]
    frontier.add(
        [DiscoveredUrl(c.page.url, "article", site(c.page.url)) for c, _ in pages], now=now
    )
    frontier.settle([(key(c.page.url), outcome(c, result)) for c, result in pages], now=now)
    return len(articles)


def outcome(captured: Captured, result: Article | Missed) -> Outcome:
    """How the URL of a captured page ends."""
    capture = captured.page.capture
    if isinstance(result, Article) or result.cause == "unchanged":
        return Outcome("article", status=200, seen_at=capture.captured_at, capture=capture)
    return Outcome(
        "miss", result.cause, result.detail or None, capture.status, capture.captured_at, capture
    )
