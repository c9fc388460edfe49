"""What is kept beside captures: records by the place of their capture, and what else a crawl knew.

Records are read when they are asked for; only their places are held.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newscrawl.archive import cdxj_file
from newscrawl.archive.layout import Layout
from newscrawl.database.engine import read_database
from newscrawl.errors import ArchiveError
from newscrawl.frontier import SqlFrontier
from newscrawl.items import Article
from newscrawl.outcome import is_final
from newscrawl.storage.file_names import stem
from newscrawl.store.fingerprint import fingerprint
from newscrawl.urls import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newscrawl.replay.selection import Selection

#: Name of a WARC, and offset in it.
Key = tuple[str, int]


def archives_of(warcs: Iterable[Path]) -> list[Layout]:
    """The archive folders with records that these files lie in."""
    roots = dict.fromkeys(warc.parent.parent for warc in warcs)
    return [layout for layout in map(Layout, roots) if layout.records.is_dir()]


class KeptRecords:
    """The records beside WARCs, those of chosen captures.

    With `are_records` the files of records themselves are given. Raises ArchiveError, naming the
    line, for one that is not a record.
    """

    def __init__(
        self,
        files: Iterable[Path],
        chosen: Selection | None = None,
        *,
        are_records: bool = False,
    ) -> None:
        self._places: dict[Key, tuple[Path, int]] = {}
        for file in files:
            beside = file if are_records else Layout(file.parent.parent).records_beside(file.name)
            if beside.exists():
                for position, record in _records(beside):
                    if _is_chosen(record, chosen):
                        self._places[_key(record)] = (beside, position)

    def keys(self) -> Iterable[Key]:
        return self._places.keys()

    def get(self, key: Key) -> dict[str, Any] | None:
        """The record of the capture at this place."""
        if key not in self._places:
            return None
        path, position = self._places[key]
        with path.open("rb") as file:
            file.seek(position)
            record: dict[str, Any] = json.loads(file.readline())
        return record


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What an archive says of captures that are not among those replayed.

    `said`: per article, when it was captured, its revision, its fingerprint. `recorded`: the keys of
    the URLs that have a record.
    """

    said: dict[str, list[tuple[str, int, str]]] = field(default_factory=dict)
    recorded: set[str] = field(default_factory=set)
    indexes: tuple[Path, ...] = ()

    def revision_before(self, article: Article) -> tuple[int, str]:
        """The last revision that was captured before this one, and its fingerprint."""
        at = article.capture.captured_at if article.capture else ""
        known = [(rev, print_) for when, rev, print_ in self.said.get(article.id, ()) if when < at]
        return max(known, default=(0, ""))

    def answered(self, url: str) -> bool:
        """Whether this URL was answered for good."""
        found = (entry for index in self.indexes for entry in cdxj_file.lookup(index, url))
        return any(is_final(entry.status or 0) for entry in found)


def elsewhere(warcs: Iterable[Path], chosen: Selection | None = None) -> Elsewhere:
    """What the archives of these WARCs say of their other WARCs, and of captures that are not chosen."""
    warcs = list(warcs)
    layouts = archives_of(warcs)
    found = Elsewhere(indexes=tuple(layout.index for layout in layouts))
    for layout in layouts:
        replayed = {stem(warc.name) for warc in warcs if warc.parent == layout.warcs}
        for path in sorted(layout.records.glob("*.jsonl")):
            known = _records(path)
            if path.stem in replayed:
                known = (each for each in known if not _is_chosen(each[1], chosen))
            _note(known, found)
    return found


def _is_chosen(record: dict[str, Any], chosen: Selection | None) -> bool:
    return chosen is None or chosen.has(record["url"], record["capture"]["captured_at"])


def _note(records: Iterable[tuple[int, dict[str, Any]]], found: Elsewhere) -> None:
    for _, record in records:
        says = Article(
            title=record.get("title"),
            authors=tuple(record.get("authors") or ()),
            body=record.get("body"),
        )
        about = (record["capture"]["captured_at"], record["revision"], fingerprint(says))
        found.said.setdefault(record["id"], []).append(about)
        found.recorded.add(key(record["url"]))


def not_read(warcs: Iterable[Path]) -> set[Key]:
    """The captures that a crawl could not read within its limits, as far as an archive's database says."""
    found = set()
    for layout in archives_of(warcs):
        if not layout.database.is_file():
            continue
        for miss in SqlFrontier(read_database(layout.database)).misses():
            capture = miss["capture"]
            if capture and miss["over_limit"]:
                found.add((capture["warc"], capture["offset"]))
    return found


def _key(record: dict[str, Any]) -> Key:
    return record["capture"]["warc"], record["capture"]["offset"]


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The records of a file, each with the place of its line."""
    position = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                record = json.loads(line)
                _ = (*_key(record), record["id"], record["url"], record["revision"])
            except (ValueError, KeyError, TypeError) as error:
                raise ArchiveError(f"{path}: line {number} is not a record: {error!r}") from error
            yield position, record
            position += len(line)
