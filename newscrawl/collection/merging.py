"""Make two archives one: captures, records, tables and frontier of another come into this one.

WARCs that both have are taken once; of one with some captures that are here already, the others are copied.
Revisions of articles that both have are numbered anew, in the order of their captures. What was removed from
either is removed from both.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newscrawl.archive.frontier_notes import is_note
from newscrawl.archive.rewriting import Part, copy_warc
from newscrawl.archive.tombstones import Tombstone
from newscrawl.collection import generations, record_files, removal, rewriting
from newscrawl.collection.exchanges import doomed_in
from newscrawl.collection.replacement import Replacement
from newscrawl.edits.revision import fingerprint
from newscrawl.frontier import source_register
from newscrawl.items import Article

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.collection.commit import Collection
    from newscrawl.collection.replacement import Signature
    from newscrawl.warc.record import WarcRecord


@dataclass(slots=True)
class Merged:
    """What came from another archive, and how many of its WARCs were here already.

    `interleaved` articles were captured by both, with different texts: a capture that said nothing new in its
    own archive may do so now, and `newscrawl replay --adopt` makes a record of it. Sources that are `paused`
    are so from now on here, too.
    """

    warcs: int = 0
    captures: int = 0
    records: int = 0
    known: int = 0
    interleaved: int = 0
    paused: tuple[str, ...] = ()


def merge(collection: Collection, other: Collection, signature: Signature) -> Merged:
    """Take another archive in. The caller has this one alone, and nobody writes to the other.

    Raises ArchiveError, StorageError; this archive is then as it was.
    """
    run = _Merge(collection, other, signature)
    run.write()
    rewriting.replace_files(collection)
    removal.honour(collection, signature)
    return run.merged


@dataclass(slots=True)
class _Merge:
    here: Collection
    other: Collection
    signature: Signature
    merged: Merged = field(default_factory=Merged)
    #: Where captures that come in lie here, by the ids of their records.
    places: dict[str, tuple[str, int, int]] = field(default_factory=dict)

    def write(self) -> None:
        """Write the new files, and what the tables are to be told."""
        store = self.here.store
        work = rewriting.Rewriting(self.here.layout)
        new = Replacement(self.here.layout, work, self.signature)
        settled = self._take_warcs(work, new)
        self._take_records(work, new)
        self._take_generations(work)
        work.add_rows("captures", self._captures())
        work.add_rows("urls", self.other.frontier.rows())
        self._take_sources(work)
        log = self.other.store.change_log
        work.add_rows("changes", (c.to_dict() for c in log.changes() if c.record_id in self.places))
        work.add_rows("states", log.state_rows())
        work.add_tombstones(Tombstone(*values) for values in self.other.store.tombstones("removed"))
        work.add_rows("pruned", self.other.store.tombstones("pruned"))
        work.complete(new.plan("archive merge", store.database, settled=tuple(settled)))

    def _take_warcs(self, work: rewriting.Rewriting, new: Replacement) -> list[str]:
        """Copy the WARCs; return the names of those of which every capture has been dealt with."""
        done, settled = [], self.other.store.settled_warcs()
        mine = {path.name for path in self.here.layout.finished()}
        for path in self.other.layout.finished():
            known = self.here.store.known_among(self.other.store.captures_in(path.name))
            doomed = doomed_in(path, _Among(frozenset(known)))
            if not doomed.kept or (path.name in mine and not known):
                self.merged.known += 1
                continue
            if known or path.name in mine:
                written = new.write([Part(path, doomed.records)], replaces=False)
            else:
                written = copy_warc(path, work.warc(path.name))
                work.add_warc(written)
            name = written.path.name
            self.places |= {i: (name, *place) for i, place in written.places.items()}
            self.merged.warcs += 1
            done += [name] if path.name in settled else []
        return done

    def _captures(self) -> Iterator[list[Any]]:
        for page in self.other.store.captures():
            if place := self.places.get(page.capture.record_id):
                warc, offset, length = place
                moved = {"warc": warc, "offset": offset, "length": length}
                self.merged.captures += 1
                yield [page.url, {**page.capture.to_dict(), **moved}]

    def _take_records(self, work: rewriting.Rewriting, new: Replacement) -> None:
        """Write the records that come in, and those of here whose revisions change."""
        mine, both = self.here.store.article_ids(), set[str]()
        by_file: dict[str, list[dict[str, Any]]] = defaultdict(list)
        changed: dict[str, dict[str, Any] | None] = {}
        for _, record in self.other.store.records():
            if record["id"] in mine:
                both.add(record["id"])
            elif moved := self._moved(record):
                by_file[moved["capture"]["warc"]].append(moved)
        for article_id in sorted(both):
            self._renumber(article_id, by_file, changed)
        for warc, records in by_file.items():
            work.add_records(self.here.layout.records_beside(warc).name, records)
            work.add_rows("articles", ([record["source"], record] for record in records))
            self.merged.records += len(records)
        self._write_changed(work, new, changed)

    def _take_sources(self, work: rewriting.Rewriting) -> None:
        register, mine = self.other.frontier.register, self.here.frontier.register.known()
        work.add_rows("sources", source_register.rows(register.engine))
        is_paused = {name for name, each in mine.items() if each.paused_at is not None}
        paused = [name for name, each in register.known().items() if each.paused_at is not None]
        self.merged.paused = tuple(name for name in paused if name not in is_paused)

    def _take_generations(self, work: rewriting.Rewriting) -> None:
        """Write earlier records of the captures that come in; the last generations stand side by side."""
        theirs = generations.past(self.other.layout)
        more = max(0, len(generations.past(self.here.layout)) - len(theirs))
        for number in theirs:
            by_file: dict[str, list[dict[str, Any]]] = defaultdict(list)
            for record in generations.records_of(self.other.layout, number):
                if moved := self._moved(record):
                    by_file[moved["capture"]["warc"]].append(moved)
            for warc, records in by_file.items():
                name = self.here.layout.records_beside(warc).name
                work.add_records(f"{generations.folder_name(number + more)}/{name}", records)

    def _renumber(
        self,
        article_id: str,
        by_file: dict[str, list[dict[str, Any]]],
        changed: dict[str, dict[str, Any] | None],
    ) -> None:
        mine = self.here.store.revisions(article_id)
        theirs = [m for r in self.other.store.revisions(article_id) if (m := self._moved(r))]
        if not theirs:
            return
        own = {record["capture"]["record_id"] for record in mine}
        last, revision, texts = "", 0, set[str]()
        for record in sorted([*mine, *theirs], key=lambda each: each["capture"]["captured_at"]):
            record_id, text = record["capture"]["record_id"], fingerprint(Article.from_dict(record))
            texts.add(text)
            if text == last:
                if record_id in own:
                    changed[record_id] = None
                continue
            last, revision = text, revision + 1
            numbered = {**record, "revision": revision}
            if record_id not in own:
                by_file[record["capture"]["warc"]].append(numbered)
            elif numbered["revision"] != record["revision"]:
                changed[record_id] = numbered
        self.merged.interleaved += len(texts) > 1

    def _write_changed(
        self,
        work: rewriting.Rewriting,
        new: Replacement,
        changed: dict[str, dict[str, Any] | None],
    ) -> None:
        if not changed:
            return
        work.add_rows("superseded", sorted(changed))
        work.add_rows("articles", ([r["source"], r] for r in changed.values() if r is not None))
        for path in sorted(self.here.layout.records.glob("*.jsonl")):
            records = list(record_files.read(path))
            if not any(each["capture"]["record_id"] in changed for each in records):
                continue
            now = [changed.get(each["capture"]["record_id"], each) for each in records]
            work.add_records(path.name, [each for each in now if each is not None])
            new.old_records.append(path.name)

    def _moved(self, record: dict[str, Any]) -> dict[str, Any] | None:
        """The record with the place of its capture here; None if that does not come in."""
        return rewriting.moved_record(record, self.places)


@dataclass(frozen=True, slots=True)
class _Among:
    """Whether a record is that of one of these captures, or a note of the frontier, whose rows come by the
    tables."""

    ids: frozenset[str]

    def __call__(self, record: WarcRecord) -> bool:
        return is_note(record) or (record.is_pointed_at and record.id.strip("<>") in self.ids)
