"""Which records of its captures did an archive have, and how do new ones take the place of those in force?

    records/                   the generation in force
    records/generation-0001/   the records that it replaced, as they were

A new generation is gathered in `adopting/`. Once that is whole, every step is a rename that may be taken
again, so that whoever comes next goes on where a process died:

    adopting/         -> replacing-0001/   whole; what is in force moves to `generation-0001/`
    replacing-0001/   -> entering-0001/    moved; the new files move in, and then the tables are told
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections import Counter
from typing import TYPE_CHECKING, Any

from newscrawl.collection import change_files, record_files
from newscrawl.edits.change import Change
from newscrawl.errors import StorageError, UsageError
from newscrawl.items import Article, Capture, with_source
from newscrawl.printable import json_line
from newscrawl.storage.durable import storage_errors, sync
from newscrawl.store.articles import ids_of
from newscrawl.store.change_log import state_row
from newscrawl.urls import site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newscrawl.archive.layout import Layout
    from newscrawl.collection.commit import Collection
    from newscrawl.edits.observation import Observed
    from newscrawl.frontier import Outcome

_ADOPTING = "adopting"
_STEP = re.compile(r"(replacing|entering)-(\d{4})")
#: How the URLs of the captures end by the new records, a JSON array a line.
_ENDS = "ends.ndjson"
#: The changes that the captures show, each with its WARC, and the states of articles behind them.
_CHANGES, _STATES = "changes.ndjson", "states.ndjson"


class PendingGeneration:
    """Records that are to take the place of those in force. Until `complete` nothing has changed."""

    def __init__(self, layout: Layout) -> None:
        """Raises StorageError if another process adopts records here."""
        self._layout = layout
        self._folder = layout.records / _ADOPTING
        with storage_errors(self._folder):
            self._folder.mkdir(exist_ok=True)
            self._lock = _locked(self._folder, wait=False)
            for path in self._folder.iterdir():
                path.unlink()
        self.number = 0

    def add(self, warc: str, records: Iterable[dict[str, Any]]) -> None:
        """Records of captures in this WARC; none at all, too, takes the place of what is there."""
        records = list(records)
        self.number += len(records)
        record_files.append(
            self._folder / self._layout.records_beside(warc).name, records, sync=False
        )

    def ended(self, key: str, outcome: Outcome) -> None:
        """How the URL with this key ends, if the outcome's capture is its last."""
        assert outcome.capture is not None
        end = (key, outcome.kind, outcome.cause, outcome.detail, outcome.capture.to_dict(),
               outcome.target, outcome.over_limit)  # fmt: skip
        with (
            storage_errors(self._folder),
            (self._folder / _ENDS).open("a", encoding="utf-8") as file,
        ):
            file.write(json_line(end) + "\n")

    def observe(self, observed: Observed) -> None:
        """What a capture shows of an article, the oldest capture first."""
        with storage_errors(self._folder):
            with (self._folder / _STATES).open("a", encoding="utf-8") as file:
                for state in observed.states:
                    file.write(json_line(state_row(state)) + "\n")
            if observed.changes:
                with (self._folder / _CHANGES).open("a", encoding="utf-8") as file:
                    for change in observed.changes:
                        file.write(json_line([observed.warc, change.to_dict()]) + "\n")

    def has_other_changes(self) -> bool:
        """Whether the archive does not have these changes, or has others."""
        known = Counter(
            json_line([warc.name, fact.to_dict()])
            for warc in self._layout.finished()
            for fact in change_files.read(self._layout.changes_beside(warc.name))
        )
        path = self._folder / _CHANGES
        return known != Counter(path.read_text("utf-8").splitlines() if path.exists() else ())

    def enter_changes(self, collection: Collection) -> None:
        """Put only the changes in force. If the process dies meanwhile, the next adoption does it again."""
        _enter_changes(collection, self._folder)

    def discard(self) -> None:
        """Leave everything as it is."""
        shutil.rmtree(self._folder)
        os.close(self._lock)

    def complete_for(self, warcs: Iterable[Path]) -> None:
        """Complete it; of each of these WARCs without a record here, too, it replaces what is there."""
        for warc in warcs:
            self.add(warc.name, [])
        self.complete()

    def complete(self) -> None:
        """From now on these records are adopted, whatever happens; `enter` does it."""
        with storage_errors(self._folder):
            for path in self._folder.iterdir():
                sync(path)
            sync(self._folder)
            number = 1 + max(past(self._layout), default=0)
            self._folder.rename(self._folder.with_name(f"replacing-{number:04}"))
            sync(self._layout.records)
        os.close(self._lock)


def past(layout: Layout) -> list[int]:
    """The numbers of the generations that were replaced; the one in force comes after the last of them."""
    folders = layout.records.glob("generation-*")
    return sorted(int(folder.name.partition("-")[2]) for folder in folders)


def folder_name(number: int) -> str:
    """The name of the folder of a generation that was replaced."""
    return f"generation-{number:04}"


def records_of(layout: Layout, number: int) -> Iterator[dict[str, Any]]:
    """The records of one generation. Raises UsageError if there is none of this number."""
    known = past(layout)
    current = 1 + max(known, default=0)
    if number not in (*known, current):
        raise UsageError(f"no generation {number} in {layout.root}: it has 1 to {current}")
    folder = layout.records if number == current else _past(layout, number)
    for path in sorted(folder.glob("*.jsonl")):
        yield from record_files.read(path)


def find(
    layout: Layout, number: int, wanted: str, *, revision: int | None = None
) -> dict[str, Any] | None:
    """The record with this id or URL in one generation: as `Store.find`, from the files."""
    ids = ids_of(wanted)
    found = [each for each in records_of(layout, number) if each["id"] in ids]
    if revision is not None:
        found = [each for each in found if each["revision"] == revision]
    record = max(found, key=lambda each: each["revision"], default=None)
    if record is not None and record.get("source") is None:
        return with_source(record, site(record["url"]))
    return record


def enter(collection: Collection) -> int | None:
    """Put a complete pending generation in force; return the number of the generation that it replaced.

    None if there is none. Waits for a process that is doing the same.
    """
    layout = collection.layout
    lock = _locked(layout.records, wait=True)
    try:
        if not (steps := [p for p in layout.records.iterdir() if _STEP.fullmatch(p.name)]):
            return None
        [folder] = steps
        number = int(folder.name.partition("-")[2])
        with storage_errors(folder):
            folder = _replace(layout, folder, number)
            _move_in(layout, folder)
            _enter_tables(collection, folder, number)
            shutil.rmtree(folder)
        return number
    finally:
        os.close(lock)


def _replace(layout: Layout, folder: Path, number: int) -> Path:
    """Move the records in force away, if that is not done; return what the folder is called then."""
    if folder.name.startswith("entering"):
        return folder
    gone = _past(layout, number)
    gone.mkdir(exist_ok=True)
    for new in folder.glob("*.jsonl"):
        old = layout.records / new.name
        if old.exists():
            old.rename(gone / new.name)
    sync(gone)
    folder = folder.rename(folder.with_name(f"entering-{number:04}"))
    sync(layout.records)
    return folder


def _move_in(layout: Layout, folder: Path) -> None:
    for new in sorted(folder.glob("*.jsonl")):
        if new.stat().st_size:
            new.rename(layout.records / new.name)
    sync(layout.records)


def _enter_tables(collection: Collection, folder: Path, number: int) -> None:
    """Bring the tables up to the records. Done twice it does the same."""
    # Imported here: commands that show an earlier record put none in force.
    from newscrawl.collection import commit

    layout = collection.layout
    gone = _past(layout, number)
    names = {path.name for path in (*gone.glob("*.jsonl"), *layout.records.glob("*.jsonl"))}
    old = (record["capture"]["record_id"] for record in _records(gone, names))
    new = (Article.from_dict(record) for record in _records(layout.records, names))
    ends = folder / _ENDS
    commit.replace_records(collection, old, new, _ends(ends) if ends.exists() else ())
    # A generation that an older version completed has none.
    if (folder / _STATES).exists():
        _enter_changes(collection, folder)


def _enter_changes(collection: Collection, folder: Path) -> None:
    change_files.replace(collection.layout, _lines(folder / _CHANGES))
    changes = (Change.from_dict(fact) for _, fact in _lines(folder / _CHANGES))
    collection.store.change_log.replace(changes, _lines(folder / _STATES))


def _records(folder: Path, names: Iterable[str]) -> Iterator[dict[str, Any]]:
    for name in sorted(names):
        if (folder / name).exists():
            yield from record_files.read(folder / name)


def _lines(path: Path) -> Iterator[Any]:
    if path.exists():
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)


def _ends(path: Path) -> Iterator[tuple[str, Outcome]]:
    from newscrawl.frontier import Outcome

    with path.open(encoding="utf-8") as file:
        for line in file:
            # A generation that an older version completed says neither target nor over_limit.
            key, kind, cause, detail, capture, *more = json.loads(line)
            target, over_limit = more or (None, False)
            yield (
                key,
                Outcome(
                    kind,
                    cause,
                    detail,
                    capture=Capture(**capture),
                    target=target,
                    over_limit=over_limit,
                ),
            )


def _past(layout: Layout, number: int) -> Path:
    return layout.records / folder_name(number)


def _locked(folder: Path, *, wait: bool) -> int:
    """A handle of the folder that nobody else has at the same time; to be closed."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise StorageError(f"{folder}: another process is adopting records here") from None
    return handle
