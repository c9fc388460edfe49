"""Take an article, its revisions and captures out of an archive for good, and leave tombstones."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from newscrawl.archive.cdxj_file import IndexReader
from newscrawl.archive.materialising import as_response
from newscrawl.archive.rewriting import Part
from newscrawl.archive.tombstones import Tombstone, latest_by_url, tombstones_of
from newscrawl.collection import record_files, rewriting
from newscrawl.collection.exchanges import Doomed, doomed_in
from newscrawl.collection.replacement import Replacement
from newscrawl.errors import UsageError
from newscrawl.storage.file_names import stem
from newscrawl.urls import fetchable, key, named
from newscrawl.warc.reader import read_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from newscrawl.archive.layout import Layout
    from newscrawl.collection.commit import Collection
    from newscrawl.collection.exchanges import DoomedCapture
    from newscrawl.collection.replacement import Signature
    from newscrawl.warc.record import WarcRecord


@dataclass(frozen=True, slots=True)
class Dependent:
    """A capture of another URL that stays, and has its payload in one that goes."""

    path: Path
    offset: int
    record_id: str
    url: str
    original: tuple[Path, int]


@dataclass(frozen=True, slots=True)
class Removal:
    """What is to go: URLs by key, records by id and revision, and in each file the doomed records.

    `dependents` are written with the payloads that they refer to.
    """

    urls: dict[str, str]
    records: list[dict[str, Any]]
    files: dict[Path, Doomed]
    dependents: list[Dependent]
    gone: frozenset[str]
    orphans: list[str] = field(default_factory=list)

    @property
    def captures(self) -> int:
        return sum(len(doomed.captures) for doomed in self.files.values())


def choose(collection: Collection, wanted: str) -> Removal:
    """What a removal of this URL or id of an article takes out.

    With the article go its captures in any spelling of its URL, and those of URLs that moved to it or are
    duplicates of it. Raises UsageError where nothing is known of it.
    """
    store, layout = collection.store, collection.layout
    records = store.revisions(wanted)
    url = records[0]["url"] if records else fetchable(named(wanted))
    if url is None:
        raise UsageError(f"{layout.root}: no article has the id {wanted!r}")
    urls = {key(url): url, **collection.frontier.standing_for([key(url)])}
    known = {*urls} & {*collection.frontier.known(urls.values())}
    captures = store.captures_of_keys(urls)
    for other in urls.values():
        records += [r for r in store.revisions(other) if r not in records]
    files = dict(_files(layout, urls, {warc for _, warc in captures}))
    if not (records or known or captures or files):
        raise UsageError(f"{layout.root}: nothing is known of {wanted}")
    gone = {i for doomed in files.values() for i in doomed.captures}
    gone |= {record_id for record_id, _ in captures}
    gone |= {record["capture"]["record_id"] for record in records}
    dependents = list(_dependents(layout, files))
    orphans = [name for name in _orphans(layout) if _concerns(layout, name, urls)]
    return Removal(urls, records, files, dependents, frozenset(gone), orphans)


def carry_out(
    collection: Collection, removal: Removal, *, reason: str, signature: Signature
) -> None:
    """Take it out. The caller has the archive alone (`archive_lock.exclusive`)."""
    at = signature.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    of_urls = {k: Tombstone(url, "", "", "", at, reason) for k, url in removal.urls.items()}
    _replace(collection, removal, of_urls, signature)


def honour(collection: Collection, signature: Signature) -> int:
    """Take out the captures of URLs of which tombstones stand in files of this archive.

    Older copies of such files may have come into it. Returns how many captures those were.
    """
    layout = collection.layout
    known = list(tombstones_of(layout.finished()))
    if not known:
        return 0
    of_urls = {k: replace(each, record_id="") for k, each in latest_by_url(known).items()}
    urls = {url_key: each.url for url_key, each in of_urls.items()}
    files = dict(_files(layout, urls, set()))
    gone = frozenset(i for doomed in files.values() for i in doomed.captures)
    removal = Removal(urls, [], files, list(_dependents(layout, files)), gone)
    _replace(collection, removal, of_urls, signature, known=known)
    return removal.captures


def _replace(
    collection: Collection,
    removal: Removal,
    of_urls: Mapping[str, Tombstone],
    signature: Signature,
    known: Sequence[Tombstone] = (),
) -> None:
    """Replace the files. `known` tombstones stand in files already."""
    layout, store = collection.layout, collection.store
    work = rewriting.Rewriting(layout)
    new = Replacement(
        layout, work, signature, is_kept=lambda record: key(record["url"]) not in removal.urls
    )
    settled, done = store.settled_warcs(), []
    told = list(known)
    for path in sorted({*removal.files, *(each.path for each in removal.dependents)}):
        doomed = removal.files.get(path, Doomed({}, frozenset()))
        tombstones = [_tombstone(each, of_urls) for each in doomed.captures.values()]
        told += tombstones
        replaced = {
            each.record_id: [as_response(*_pair(each))]
            for each in removal.dependents
            if each.path == path
        }
        new.write([Part(path, doomed.records, replaced=replaced)], tombstones=tombstones)
        if path.name in settled:
            done.append(new.new[-1])
    said = {key(each.url) for each in told}
    if rest := [each for url_key, each in of_urls.items() if url_key not in said]:
        told += rest
        new.write([], tombstones=rest)
        done.append(new.new[-1])
    for name in removal.orphans:
        new.clean(name)
    work.add_tombstones(told)
    work.add_gone(sorted(removal.gone))
    work.complete(new.plan("remove", store.database, settled=tuple(done)))
    rewriting.replace_files(collection)


def _files(layout: Layout, urls: dict[str, str], known: set[str]) -> Iterator[tuple[Path, Doomed]]:
    """The finished files with captures of these URLs."""
    names = set(known)
    reader = IndexReader(layout.index)
    for url in urls.values():
        names |= {e.filename for e in reader.lookup(url) if key(e.url) in urls}
    for path in layout.finished():
        if path.name in names:
            doomed = doomed_in(
                path, lambda record: bool(record.uri) and key(record.about_url) in urls
            )
            if doomed.records:
                yield path, doomed


def _dependents(layout: Layout, files: dict[Path, Doomed]) -> Iterator[Dependent]:
    """Revisits in the index that have the payload of a capture that goes, and refer to it."""
    by_digest: dict[str, list[tuple[Path, WarcRecord]]] = {}
    for path, doomed in files.items():
        for each in doomed.captures.values():
            by_digest.setdefault(each.digest, []).append((path, each.record))
    for entry in IndexReader(layout.index).entries():
        if not (entry.is_revisit and (originals := by_digest.get(entry.digest))):
            continue
        path = layout.warc(entry.filename)
        if path in files and any(r.offset == entry.offset for r in files[path].all):
            continue
        revisit = read_record(path, entry.offset, entry.length)
        for where, original in originals:
            if _refers(revisit, original) and not original.is_revisit:
                yield Dependent(path, entry.offset, revisit.id, entry.url, (where, original.offset))
                break


def _refers(revisit: WarcRecord, original: WarcRecord) -> bool:
    stated = revisit.get("WARC-Refers-To")
    if stated is not None:
        return stated == original.id
    uri, date = revisit.get("WARC-Refers-To-Target-URI"), revisit.get("WARC-Refers-To-Date")
    return uri in (None, original.uri) and date in (None, original.date)


def _pair(each: Dependent) -> tuple[WarcRecord, WarcRecord]:
    return read_record(each.path, each.offset), read_record(*each.original)


def _orphans(layout: Layout) -> Iterator[str]:
    """Files of records, relative to `records/`, whose WARC is not here: its captures were pruned."""
    stems = {stem(path.name) for path in [*layout.finished(), *layout.unfinished()]}
    for path in sorted(layout.records.rglob("*.jsonl")):
        if path.stem not in stems:
            yield path.relative_to(layout.records).as_posix()


def _concerns(layout: Layout, name: str, urls: dict[str, str]) -> bool:
    return any(key(record["url"]) in urls for record in record_files.read(layout.records / name))


def _tombstone(each: DoomedCapture, of_urls: Mapping[str, Tombstone]) -> Tombstone:
    record_id, at = each.record.id.strip("<>"), each.record.date
    of_url = of_urls[key(each.url)]
    return replace(
        of_url, url=each.url, record_id=record_id, payload_digest=each.digest, captured_at=at
    )
