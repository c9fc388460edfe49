"""What a crawl finds at its start: files, records and leases of crawls that did not end by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.archive.captures import captures_in
from newscrawl.archive.file_recovery import Recovered
from newscrawl.archive.file_recovery import recover as recover_files
from newscrawl.archive.layout import live_writer_ids
from newscrawl.collection import generations, record_files
from newscrawl.frontier import Outcome
from newscrawl.items import Article, Page
from newscrawl.storage.file_names import writer_id_of
from newscrawl.urls import key, site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newscrawl.archive.layout import Layout
    from newscrawl.errors import DamagedRecord
    from newscrawl.frontier import Frontier
    from newscrawl.store import Store


#: The kinds of URLs whose captures are read for an article.
_READ = frozenset({"article", "page"})


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was put in order: files, leases given back, records and pages that no table knew of.

    `replaced` is the generation whose records were being replaced when a machine died.
    """

    files: tuple[Recovered, ...] = ()
    leases: int = 0
    records: int = 0
    pages: tuple[Page, ...] = ()
    replaced: int | None = None

    def lines(self) -> Iterator[str]:
        """What a user should know, a line each; nothing after a clean end."""
        if self.replaced:
            yield f"the adoption of new records is finished: the old ones are generation {self.replaced}"
        yield from map(str, self.files)
        if self.leases or self.pages:
            yield (
                f"an earlier crawl did not end by itself: {self.leases} URLs are due again,"
                f" {len(self.pages)} captured pages are read now"
            )


def recover(layout: Layout, store: Store, frontier: Frontier, now: float) -> Recovery:
    """Finish files, load records, free leases; return the pages that were captured and never read.

    What belongs to a crawl that is still running is left alone. Whether one runs is seen from its
    file: the leases of a crawl that writes to another folder, on this machine or elsewhere, run out.
    """
    replaced = generations.enter(layout, store, frontier)
    files = tuple(recover_files(layout))
    alive = set(live_writer_ids(layout))
    dead = {writer_id_of(name) for name in _names(layout, files)} - alive
    leases = frontier.release(frontier.owners() & dead, now=now)
    frontier.put_right(now=now)
    settled = store.settled_warcs()
    records, pages, done = 0, [], []
    for path in layout.finished():
        if path.name in settled or writer_id_of(path.name) in alive:
            continue
        records += _load_records(layout, path, store, frontier, now)
        unread = _unread(path, store, frontier)
        pages += unread
        if not unread:
            done.append(path.name)
    store.mark_settled(done)
    return Recovery(files, leases, records, tuple(pages), replaced)


def _names(layout: Layout, files: Iterable[Recovered]) -> Iterator[str]:
    """The WARCs that were ever written here, as far as can be seen; removed ones were just recovered."""
    yield from (path.name for path in layout.finished())
    yield from (file.name for file in files)


def _load_records(layout: Layout, warc: Path, store: Store, frontier: Frontier, now: float) -> int:
    """Bring into the tables the records that were written and not committed."""
    path = layout.records_beside(warc.name)
    if not path.exists():
        return 0
    record_files.cut_torn_line(path)
    articles = [Article.from_dict(record) for record in record_files.read(path)]
    known = store.known_captures(warc.name)
    new = [a for a in articles if a.capture and a.url and a.capture.offset not in known]
    store.add_articles((site(a.url or ""), a) for a in new)
    store.add_captures((a.url or "", a.capture) for a in new if a.capture)
    ended = [
        (
            key(a.url or ""),
            Outcome("article", status=200, seen_at=a.capture.captured_at, capture=a.capture),
        )
        for a in new
        if a.capture
    ]
    frontier.settle(ended, now=now)
    return len(new)


def _unread(warc: Path, store: Store, frontier: Frontier) -> list[Page]:
    """The pages of this file that nobody has dealt with, and that would be fetched again.

    Only articles: what is read for its links is fetched again, because it may have changed by now.
    """
    known = store.known_captures(warc.name)
    pages = [
        Page(each.uri, each.capture)
        for each in captures_in(warc, on_damage=_left_to_verify)
        if each.capture.offset not in known and each.capture.status == 200
    ]
    due = frontier.due(page.url for page in pages)
    return [page for page in pages if due.get(page.url) in _READ]


def _left_to_verify(damage: DamagedRecord) -> None:
    """A damaged record is no reason not to crawl; what it held is fetched again."""
