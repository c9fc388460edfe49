"""Commits how URLs ended: the one place that keeps the order WARC, record, tables, lease.

The captures of a batch are on the disk before `commit` is called. Then its records and changes are appended
to their files, then changes and articles enter the tables, and the leases are settled last. The capture of a
result enters the tables in the transaction that settles its lease: a capture that the tables have is one
that nobody need read. A process that dies in between leaves a record that `newscrawl.collection.recovery`
finds and commits by the same function, or a capture that it finds and has read: nothing is called done
before it is safe.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.collection import change_files, record_files
from newscrawl.collection.results import Revising
from newscrawl.database.batches import batches
from newscrawl.frontier import DiscoveredUrl
from newscrawl.urls import key, site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from newscrawl.archive.layout import Layout
    from newscrawl.collection.results import Result
    from newscrawl.edits.observation import Observed
    from newscrawl.frontier import Frontier, Lease, Outcome
    from newscrawl.items import Article, Capture
    from newscrawl.store import Store

#: Articles whose sources are looked up together.
BATCH_SIZE = 200


@dataclass(frozen=True, slots=True)
class Collection:
    """An archive folder and its database: where results are kept."""

    layout: Layout
    store: Store
    frontier: Frontier


def revise(
    collection: Collection, results: Sequence[Result]
) -> tuple[list[Result], list[Observed]]:
    """The results with the revisions of their articles, and what their captures show of known articles."""
    revising = Revising(collection.store.change_log, results)
    return [revising.revise(result) for result in results], revising.observed


def observe(collection: Collection, results: Sequence[Result]) -> list[Observed]:
    """What the captures of results show whose articles have their revisions."""
    revising = Revising(collection.store.change_log, results)
    for result in results:
        revising.observe(result)
    return revising.observed


def commit(
    collection: Collection,
    results: Sequence[Result],
    *,
    now: float,
    observed: Sequence[Observed] = (),
    captures: Iterable[tuple[str, Capture]] = (),
    gaps: Mapping[str, float] | None = None,
    sync: bool = True,
    new_urls: bool = False,
) -> None:
    """Commit results whose articles have their revisions, and what they show (`revise` says both).

    `captures` are (URL, capture) pairs that no result names. `now` is seconds since the epoch, `gaps` the
    seconds between two requests to each host (see `Frontier.settle`). With `sync` the records are on the
    disk before the tables name them. Raises StorageError, and SQLAlchemy's DatabaseError; what was done by
    then is found by recovery.
    """
    _write_records(collection.layout, results, sync=sync)
    change_files.write(collection.layout, observed, sync=sync)
    enter_tables(
        collection,
        results,
        now=now,
        observed=observed,
        captures=captures,
        gaps=gaps,
        new_urls=new_urls,
    )


def commit_recorded(collection: Collection, results: Sequence[Result], *, now: float) -> None:
    """Commit results whose records are in their files; what they show of known articles is not."""
    observed = observe(collection, results)
    change_files.write(collection.layout, observed)
    enter_tables(collection, results, now=now, observed=observed)


def commit_observed(collection: Collection, results: Sequence[Result]) -> None:
    """Commit only what the captures of these results show of known articles."""
    if results:
        observed = observe(collection, results)
        change_files.write(collection.layout, observed)
        collection.store.change_log.enter(observed)


def enter_tables(
    collection: Collection,
    results: Sequence[Result],
    *,
    now: float,
    observed: Sequence[Observed] = (),
    captures: Iterable[tuple[str, Capture]] = (),
    gaps: Mapping[str, float] | None = None,
    new_urls: bool = False,
) -> None:
    """Enter results whose records are written into the tables, then settle their leases.

    Entering the same results twice changes nothing. With `new_urls` the frontier may not know the URLs yet.
    """
    store, frontier = collection.store, collection.frontier
    # Before the articles: what they changed is seen from the records that were there before them.
    store.change_log.enter(observed)
    store.add_articles((r.source, r.article) for r in results if r.article is not None)
    store.add_captures(captures)
    if new_urls:
        frontier.add([DiscoveredUrl(r.url, "article", r.source) for r in results], now=now)
    read: dict[str, list[tuple[str, Capture]]] = defaultdict(list)
    for result in results:
        if result.outcome.capture is not None:
            read[key(result.url)].append((result.url, result.outcome.capture))

    def enter_captures(connection: Connection, keys: Iterable[str]) -> None:
        store.add_captures_within(connection, (pair for each in keys for pair in read[each]))

    outcomes = [(key(result.url), result.outcome) for result in results]
    frontier.settle(outcomes, now=now, gaps=gaps, enter=enter_captures)


def replace_records(
    collection: Collection,
    replaced: Iterable[str],
    new: Iterable[Article],
    outcomes: Iterable[tuple[str, Outcome]],
) -> None:
    """Enter records that have taken the place of those of the captures with the ids `replaced`.

    An article that states no source has the one that the tables or the frontier have for it. `outcomes`,
    by URL key, say how the URLs ended by the new records. Entering them twice changes nothing.
    """
    collection.store.supersede(replaced, _with_sources(collection.frontier, new))
    collection.frontier.restate(outcomes)


def source_of(url: str, known: Mapping[str, Lease]) -> str:
    """The source of a URL, from what the frontier knows by key; the site's name where it knows nothing."""
    lease = known.get(key(url))
    return lease.source if lease is not None else site(url)


def _with_sources(frontier: Frontier, articles: Iterable[Article]) -> Iterator[tuple[str, Article]]:
    for some in batches(articles, BATCH_SIZE):
        known = frontier.known(article.url or "" for article in some)
        for article in some:
            yield source_of(article.url or "", known), article


def _write_records(layout: Layout, results: Sequence[Result], *, sync: bool) -> None:
    by_file: dict[str, list[Article]] = defaultdict(list)
    for result in results:
        if result.article is not None:
            assert result.article.capture is not None
            by_file[result.article.capture.warc].append(result.article)
    for warc, articles in by_file.items():
        path = layout.records_beside(warc)
        record_files.append(path, (article.to_dict() for article in articles), sync=sync)
