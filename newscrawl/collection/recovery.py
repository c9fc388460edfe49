"""What a crawl finds at its start: files, records and leases of crawls that did not end by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.archive.captures import captures_in
from newscrawl.archive.file_recovery import Recovered
from newscrawl.archive.file_recovery import recover as recover_files
from newscrawl.archive.layout import live_writer_ids
from newscrawl.causes import status_cause
from newscrawl.collection import change_files, commit, generations, record_files, rewriting
from newscrawl.collection.results import Result
from newscrawl.edits.look import HTTP_OK, absence_of
from newscrawl.frontier import Outcome
from newscrawl.items import Article, Page
from newscrawl.printable import counted
from newscrawl.storage.file_names import writer_id_of
from newscrawl.urls import fetchable, key, site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from newscrawl.archive.layout import Layout
    from newscrawl.collection.commit import Collection
    from newscrawl.errors import DamagedRecord
    from newscrawl.frontier import Frontier, Lease
    from newscrawl.store import Store
    from newscrawl.warc.captured_response import CapturedResponse


#: The kinds of URLs whose captures are read for an article.
_READ = frozenset({"article", "page"})


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was put in order: files, leases given back, records and pages that no table knew of.

    `replaced` is the generation whose records were being replaced when a machine died, `finished` the command
    that was replacing files.
    """

    files: tuple[Recovered, ...] = ()
    leases: int = 0
    records: int = 0
    pages: tuple[Page, ...] = ()
    replaced: int | None = None
    finished: str | None = None

    def lines(self) -> Iterator[str]:
        """What a user should know, a line each; nothing after a clean end."""
        if self.finished:
            yield f"newscrawl {self.finished} was broken off, and is finished now"
        if self.replaced:
            yield f"the adoption of new records is finished: the old ones are generation {self.replaced}"
        yield from map(str, self.files)
        if self.leases or self.pages:
            yield (
                f"an earlier crawl did not end by itself: due again: {counted(self.leases, 'URL')};"
                f" read now: {counted(len(self.pages), 'captured page')}"
            )


def recover(
    collection: Collection,
    *,
    now: float,
    due_again: Callable[[Lease], float | None] = lambda _: None,
) -> Recovery:
    """Finish files, commit records, free leases; return the pages that were captured and never read.

    `due_again` tells when a URL that ended as an article is due once more, as its crawl would have said.
    What belongs to a crawl that is still running is left alone. Whether one runs is seen from its file: the
    leases of a crawl that writes to another folder, on this machine or elsewhere, run out.
    """
    layout, store, frontier = collection.layout, collection.store, collection.frontier
    finished = rewriting.finish(collection)
    replaced = generations.enter(collection)
    files = tuple(recover_files(layout))
    alive = set(live_writer_ids(layout))
    dead = {writer_id_of(name) for name in _names(layout, files)} - alive
    leases = frontier.release(frontier.owners() & dead, now=now)
    if gone := frontier.requisites.owners() & dead:
        frontier.requisites.release(gone, now=now)
    frontier.put_right(now=now)
    settled = store.settled_warcs()
    records, pages, done = 0, [], []
    for path in layout.finished():
        if path.name in settled or writer_id_of(path.name) in alive:
            continue
        _retain_changes(collection, path)
        records += _commit_records(collection, path, now, due_again)
        answers = _unknown_answers(path, store)
        commit.commit_observed(collection, [_miss(each) for each in answers if _is_miss(each)])
        _enter_requisites(answers, collection)
        unread = _unread(_not_drawn(answers, store), frontier)
        pages += unread
        if not unread:
            done.append(path.name)
    store.mark_settled(done)
    return Recovery(files, leases, records, tuple(pages), replaced, finished)


def _names(layout: Layout, files: Iterable[Recovered]) -> Iterator[str]:
    """The WARCs that were ever written here, as far as can be seen; removed ones were just recovered."""
    yield from (path.name for path in layout.finished())
    yield from (file.name for file in files)


def _commit_records(
    collection: Collection, warc: Path, now: float, due_again: Callable[[Lease], float | None]
) -> int:
    """Commit the records that were written when their crawl died; return how many."""
    path = collection.layout.records_beside(warc.name)
    if not path.exists():
        return 0
    record_files.cut_torn_line(path)
    entered = collection.store.known_captures(warc.name)
    articles = [Article.from_dict(record) for record in record_files.read(path)]
    new = [a for a in articles if a.url and a.capture and a.capture.offset not in entered]
    known = collection.frontier.known(article.url or "" for article in new)
    results = [_result(article, known, due_again) for article in new]
    commit.commit_recorded(collection, results, now=now)
    return len(results)


def _result(
    article: Article, known: Mapping[str, Lease], due_again: Callable[[Lease], float | None]
) -> Result:
    assert article.url is not None and article.capture is not None
    lease = known.get(key(article.url))
    outcome = Outcome(
        "article",
        status=article.capture.status,
        seen_at=article.capture.captured_at,
        capture=article.capture,
        again_at=due_again(lease) if lease is not None else None,
    )
    return Result(article.url, commit.source_of(article.url, known), outcome, article)


def _unknown_answers(warc: Path, store: Store) -> list[CapturedResponse]:
    """The answers in this file that nobody has dealt with."""
    known = store.known_captures(warc.name)
    found = captures_in(warc, on_damage=_left_to_verify)
    return [each for each in found if each.capture.offset not in known]


def enter_answers(collection: Collection) -> None:
    """Enter the answers of finished WARCs that no replay enters, as of robots.txt and misses."""
    store = collection.store
    for warc in collection.layout.finished():
        unknown = _unknown_answers(warc, store)
        store.add_captures(
            (each.uri, each.capture)
            for each in unknown
            if each.record.type != "resource" and fetchable(each.uri) is not None
        )


def _is_miss(answer: CapturedResponse) -> bool:
    return answer.status != HTTP_OK and absence_of(answer.status, None) is not None


def _miss(answer: CapturedResponse) -> Result:
    """What an answer says of an article that was there, though its URL is due again."""
    outcome = Outcome(
        "miss",
        status_cause(answer.status),
        status=answer.status,
        seen_at=answer.date,
        capture=answer.capture,
        target=answer.redirect_target,
    )
    return Result(answer.uri, site(answer.uri), outcome)


def _not_drawn(answers: Sequence[CapturedResponse], store: Store) -> list[CapturedResponse]:
    """Those that no document is made of; the captures of the others are entered, for nobody reads them."""
    drawn = {
        response_id
        for each in answers
        if each.record.is_document
        for response_id in each.record.all("WARC-Concurrent-To")
    }
    store.add_captures((each.uri, each.capture) for each in answers if each.record.id in drawn)
    return [each for each in answers if each.record.id not in drawn]


def _enter_requisites(answers: Iterable[CapturedResponse], collection: Collection) -> None:
    """Enter the captures of requisites: a crawl that finds them there does not fetch them again."""
    found = {each.uri: each for each in answers if each.status == HTTP_OK}
    known = collection.frontier.requisites.known(found)
    collection.store.add_captures(
        (uri, each.capture) for uri, each in found.items() if key(uri) in known
    )


def _unread(answers: Iterable[CapturedResponse], frontier: Frontier) -> list[Page]:
    """The pages among these answers that would be fetched again.

    Only articles: what is read for its links is fetched again, because it may have changed by now.
    """
    pages = [Page(each.uri, each.capture) for each in answers if each.status == HTTP_OK]
    due = frontier.due(page.url for page in pages)
    return [page for page in pages if due.get(page.url) in _READ]


def _retain_changes(collection: Collection, warc: Path) -> None:
    """Leave in the file of changes those that the tables have: the others are found again."""
    path = collection.layout.changes_beside(warc.name)
    if path.exists():
        record_files.cut_torn_line(path)
        shown = {change.record_id for change in change_files.read(path)}
        change_files.retain(path, collection.store.change_log.known_captures(shown))


def _left_to_verify(damage: DamagedRecord) -> None:
    """A damaged record is no reason not to crawl; what it held is fetched again."""
