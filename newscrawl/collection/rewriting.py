"""How are files of an archive replaced by others, where a process may die at any moment?

    .rewriting/   new WARCs, records and index lines, and what the tables are to be told; nothing has changed
    .replacing/   the same, whole and on the disk: from this rename on the old files go, whatever happens

Removal, pruning, compaction and merging all write a `Rewriting` and `complete` it. Every step of `finish`
may be taken again, so that whoever comes next goes on where a process died: new WARCs and records get their
names, the index and the tables are told, and then the old files are deleted. Until then old and new files are
both there, and whoever reads finds what the tables say.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newscrawl.archive import sorted_file
from newscrawl.archive.archive_lock import exclusive
from newscrawl.archive.tombstones import Tombstone
from newscrawl.archive.warc_file import publish
from newscrawl.collection import record_files
from newscrawl.collection.rewriting_plan import Plan
from newscrawl.errors import UsageError
from newscrawl.printable import json_line
from newscrawl.storage import remote
from newscrawl.storage.durable import storage_errors, sync
from newscrawl.storage.file_names import POINTER_SUFFIX
from newscrawl.warc import cdxj

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from newscrawl.archive.layout import Layout
    from newscrawl.archive.rewriting import Rewritten
    from newscrawl.collection.commit import Collection

_REWRITING, _REPLACING, _REPLACED = ".rewriting", ".replacing", ".replaced"
_PLAN, _MOVED, _GONE, _TOMBSTONES, _LINES, _FORGOTTEN = (
    "plan.json", "moved.ndjson", "gone.ndjson", "tombstones.ndjson", "lines.cdxj", "forgotten.ndjson",
)  # fmt: skip


@dataclass(slots=True)
class Rewriting:
    """New files in the making. Nothing of the archive has changed until `complete`."""

    layout: Layout
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.layout.root / _REWRITING
        with storage_errors(self.folder):
            shutil.rmtree(self.folder, ignore_errors=True)
            (self.folder / "warc").mkdir(parents=True)
            (self.folder / "records").mkdir()

    def warc(self, name: str) -> Path:
        """Where to write the new WARC of this name."""
        return self.folder / "warc" / name

    def add_warc(self, new: Rewritten) -> None:
        """Note where the captures of a new WARC lie."""
        name = new.path.name
        places = (
            [record_id, {"warc": name, "offset": offset, "length": length}]
            for record_id, (offset, length) in new.places.items()
        )
        self._append(_MOVED, places)
        with storage_errors(self.folder), (self.folder / _LINES).open("ab") as file:
            file.writelines(f"{line}\n".encode() for line in new.index_lines)

    def add_records(self, name: str, records: Sequence[dict[str, Any]]) -> None:
        """Records for the new file of this name, relative to `records/`; more may follow."""
        path = self.folder / "records" / name
        with storage_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        if records:
            record_files.append(path, records, sync=False)

    def add_gone(self, record_ids: Iterable[str]) -> None:
        """Captures that no file has any more."""
        self._append(_GONE, record_ids)

    def add_tombstones(self, tombstones: Iterable[Tombstone]) -> None:
        """Tombstones for the tables; `archive.rewriting.write_warc` has put them into the new files."""
        names = Tombstone.__slots__
        self._append(_TOMBSTONES, ([getattr(each, name) for name in names] for each in tombstones))

    def add_rows(self, table: str, values: Iterable[Any]) -> None:
        """What comes into the tables out of another archive (`rewritten_tables.Added`)."""
        self._append(f"{table}.ndjson", values)

    def complete(self, plan: Plan) -> None:
        """From now on the old files are replaced, whatever happens; `finish` does it."""
        text = json_line({name: getattr(plan, name) for name in Plan.__slots__})
        with storage_errors(self.folder):
            (self.folder / _PLAN).write_text(text + "\n", "utf-8")
            for path in sorted(self.folder.rglob("*")):
                sync(path)
            sync(self.folder)
            self.folder.rename(self.layout.root / _REPLACING)
            sync(self.layout.root)

    def discard(self) -> None:
        """Leave everything as it is."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _append(self, name: str, values: Iterable[Any]) -> None:
        with (
            storage_errors(self.folder),
            (self.folder / name).open("a", encoding="utf-8") as file,
        ):
            file.writelines(json_line(value) + "\n" for value in values)


def is_pending(layout: Layout) -> bool:
    """Whether a process died while it replaced files."""
    return (layout.root / _REPLACING).is_dir()


def finish(collection: Collection) -> str | None:
    """Go on with what a dead process left, if it left something; return the command that it ran.

    Waits for another process that does so. Raises UsageError where another database is concerned.
    """
    if not is_pending(collection.layout):
        return None
    with exclusive(collection.layout, wait=True):
        return replace_files(collection)


def replace_files(collection: Collection) -> str | None:
    """As `finish`, for whoever has the archive alone."""
    layout = collection.layout
    folder = layout.root / _REPLACING
    shutil.rmtree(layout.root / _REPLACED, ignore_errors=True)
    if not folder.is_dir():
        return None
    with storage_errors(folder):
        plan = _read_plan(folder)
        if plan.database != collection.store.database:
            raise UsageError(
                f"{layout.root}: newscrawl {plan.command} was broken off, and goes on with the database"
                f" {plan.database}: name it with --db"
            )
        _place_warcs(layout, folder)
        _place_records(layout, folder)
        _tell_index(layout, folder, plan)
        _tell_tables(collection, folder, plan)
        # Imported here: every command asks whether there is something to finish.
        from newscrawl.collection import change_files

        change_files.rebuild(layout, collection.store.change_log, _concerned(folder, plan))
        _delete_old(layout, folder, plan)
        # While it is deleted it may lose its plan first.
        done = folder.rename(layout.root / _REPLACED)
        sync(layout.root)
        shutil.rmtree(done)
    return plan.command


def _read_plan(folder: Path) -> Plan:
    stated: dict[str, Any] = json.loads((folder / _PLAN).read_text("utf-8"))
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in stated.items()}
    return Plan(**values)


def _place_warcs(layout: Layout, folder: Path) -> None:
    for path in sorted((folder / "warc").iterdir()):
        publish(path, layout.warcs / path.name)


def _place_records(layout: Layout, folder: Path) -> None:
    """Copies stay, so that it is known which old files have a new one of their name."""
    new = folder / "records"
    for path in sorted(new.rglob("*.jsonl")):
        target = layout.records / path.relative_to(new)
        if not path.stat().st_size:
            continue
        target.parent.mkdir(exist_ok=True)
        working = target.with_name(f".{target.name}.new")
        shutil.copyfile(path, working)
        sync(working)
        working.replace(target)
        sync(target.parent)


def _tell_index(layout: Layout, folder: Path, plan: Plan) -> None:
    path = folder / _LINES
    lines = path.read_bytes().splitlines() if path.exists() else []
    added = iter(sorted({line + b"\n" for line in lines}))
    old = set(plan.old)
    with sorted_file.replacing(layout.index, sync=True) as index:
        waiting = next(added, None)
        for line in _lines(layout.index):
            if _names_one_of(line, old):
                continue
            while waiting is not None and waiting < line:
                index.write(waiting)
                waiting = next(added, None)
            if waiting == line:
                waiting = next(added, None)
            index.write(line)
        while waiting is not None:
            index.write(waiting)
            waiting = next(added, None)


def _lines(index: Path) -> Iterator[bytes]:
    if index.is_file():
        with index.open("rb") as file:
            yield from file


def _names_one_of(line: bytes, names: set[str]) -> bool:
    try:
        return cdxj.parse(line.decode()).filename in names
    except ValueError:
        return False  # a damaged line stays for `verify` to name


def _tell_tables(collection: Collection, folder: Path, plan: Plan) -> None:
    from newscrawl.collection import rewritten_tables

    added = rewritten_tables.Added(
        captures=_read(folder / "captures.ndjson"),
        superseded=_read(folder / "superseded.ndjson"),
        articles=_read(folder / "articles.ndjson"),
        urls=_read(folder / "urls.ndjson"),
        sources=_read(folder / "sources.ndjson"),
        changes=_read(folder / "changes.ndjson"),
        states=_read(folder / "states.ndjson"),
        pruned=[Tombstone(*values) for values in _read(folder / "pruned.ndjson")],
    )
    change = rewritten_tables.CaptureChange(
        plan,
        moved=_read(folder / _MOVED),
        gone=_read(folder / _GONE),
        tombstones=[Tombstone(*values) for values in _read(folder / _TOMBSTONES)],
        added=added,
    )

    def note(warcs: list[str]) -> None:
        """Whoever goes on after a kill finds them here, and no more in the tables."""
        if warcs:
            with (folder / _FORGOTTEN).open("a", encoding="utf-8") as file:
                file.writelines(json_line(name) + "\n" for name in warcs)
            sync(folder / _FORGOTTEN)

    rewritten_tables.enter(collection, change, note)


def _concerned(folder: Path, plan: Plan) -> set[str]:
    """The WARCs whose files of changes are to be written anew."""
    moved = {place["warc"] for _, place in _read(folder / _MOVED)}
    return {*plan.old, *moved, *_read(folder / _FORGOTTEN)}


def _read(path: Path) -> Iterator[Any]:
    if path.exists():
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)


def _delete_old(layout: Layout, folder: Path, plan: Plan) -> None:
    store = None
    for name in plan.old:
        if remote.is_own(layout.warcs / name):
            url = remote.pointer_of(layout.warcs / name) or ""
            store = url.removesuffix(f"/warc/{name}")
            remote.delete(url)
        for path in (layout.warcs / name, layout.warcs / (name + POINTER_SUFFIX)):
            path.unlink(missing_ok=True)
    sync(layout.warcs)
    for name in plan.old_records:
        new = folder / "records" / name
        if not new.exists() or not new.stat().st_size:
            (layout.records / name).unlink(missing_ok=True)
            if store is not None:
                remote.delete(remote.joined(store, f"records/{name}"))
    sync(layout.records)


def moved_record(
    record: Mapping[str, Any], places: Mapping[str, tuple[str, int, int]]
) -> dict[str, Any] | None:
    """The record with the new place of its capture; None if that is in none of the new files."""
    capture = record["capture"]
    place = places.get(capture["record_id"])
    if place is None:
        return None
    warc, offset, length = place
    return {**record, "capture": {**capture, "warc": warc, "offset": offset, "length": length}}
