"""What archives know of captures that are not among those replayed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newscrawl.archive import cdxj_file
from newscrawl.causes import cause_of, is_final
from newscrawl.database.engine import read_database
from newscrawl.edits.revision import fingerprint
from newscrawl.frontier import SqlFrontier
from newscrawl.items import Article
from newscrawl.replay.existing_records import archives_of, is_chosen, read_records
from newscrawl.storage.file_names import stem
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from newscrawl.replay.captured_page import CapturePlace
    from newscrawl.replay.selection import Selection


@dataclass(frozen=True, slots=True)
class OtherRecords:
    """The records of captures that are not replayed, and the indexes of their archives.

    `revisions`: per article, when it was captured, its revision, its fingerprint. `recorded`: the keys of
    the URLs that have a record.
    """

    revisions: dict[str, list[tuple[str, int, str]]] = field(default_factory=dict)
    recorded: set[str] = field(default_factory=set)
    indexes: tuple[Path, ...] = ()

    def revision_before(self, article: Article) -> tuple[int, str]:
        """Number and fingerprint of the last revision that was captured before this one."""
        at = article.capture.captured_at if article.capture else ""
        known = ((rev, mark) for when, rev, mark in self.revisions.get(article.id, ()) if when < at)
        return max(known, default=(0, ""))

    def last_fingerprint(self, id_: str) -> str | None:
        """That of the last revision of an article, None if there is none."""
        known = ((revision, mark) for _, revision, mark in self.revisions.get(id_, ()))
        return max(known, default=(0, None))[1]

    def is_recorded(self, url: str) -> bool:
        """Whether this URL has a record."""
        return key(url) in self.recorded

    def is_answered(self, url: str) -> bool:
        """Whether this URL was answered for good."""
        found = (entry for index in self.indexes for entry in cdxj_file.lookup(index, url))
        return any(is_final(entry.status or 0) for entry in found)


def other_records(warcs: Iterable[Path], selection: Selection | None = None) -> OtherRecords:
    """The records of the other WARCs of these WARCs' archives, and of captures that are not chosen."""
    warcs = list(warcs)
    layouts = archives_of(warcs)
    others = OtherRecords(indexes=tuple(layout.index for layout in layouts))
    for layout in layouts:
        replayed = {stem(warc.name) for warc in warcs if warc.parent == layout.warcs}
        for path in sorted(layout.records.glob("*.jsonl")):
            for _, record in read_records(path):
                if path.stem not in replayed or not is_chosen(record, selection):
                    _note(record, others)
    return others


def _note(record: dict[str, Any], others: OtherRecords) -> None:
    article = Article(
        title=record.get("title"),
        authors=tuple(record.get("authors") or ()),
        body=record.get("body"),
    )
    revision = (record["capture"]["captured_at"], record["revision"], fingerprint(article))
    others.revisions.setdefault(record["id"], []).append(revision)
    others.recorded.add(key(record["url"]))


@dataclass(frozen=True, slots=True)
class CapturesWithoutRecord:
    """The captures of articles of which a crawl kept no record: `over_limit` could not be read within its
    limits, `left_out` were outside of its dates or sections, `dropped` by a pipeline of the user's own."""

    over_limit: set[CapturePlace] = field(default_factory=set)
    left_out: set[CapturePlace] = field(default_factory=set)
    dropped: set[CapturePlace] = field(default_factory=set)
    frontiers: list[SqlFrontier] = field(default_factory=list)

    def is_of_another_spider(self, url: str) -> bool:
        """Whether no crawl has leased this URL: a spider of the user's own asked for it."""
        return bool(self.frontiers) and not any(each.known([url]) for each in self.frontiers)


def captures_without_record(
    warcs: Iterable[Path], database: str | None = None
) -> CapturesWithoutRecord:
    """Those captures, as far as a database says.

    That is `database`, or else the one of each archive that these files lie in.
    """
    databases: list[str | Path] = [database] if database else []
    if not database:
        databases += [each.database for each in archives_of(warcs) if each.database.is_file()]
    found = CapturesWithoutRecord()
    for each in databases:
        frontier = SqlFrontier(read_database(each))
        found.frontiers.append(frontier)
        for miss in frontier.misses():
            capture, cause = miss["capture"], cause_of(miss["cause"])
            if capture and miss["over_limit"]:
                found.over_limit.add((capture["warc"], capture["offset"]))
            elif capture and cause is not None and cause.by_options:
                found.left_out.add((capture["warc"], capture["offset"]))
            elif capture and miss["cause"] == "dropped":
                found.dropped.add((capture["warc"], capture["offset"]))
    return found
