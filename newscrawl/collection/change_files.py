"""Changes as JSON lines, one file beside each WARC whose captures show any.

They follow from the captures alone, so that a replay makes the same files again.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from newscrawl.collection import record_files
from newscrawl.database.batches import batches
from newscrawl.edits.change import Change
from newscrawl.storage.durable import partial_file, storage_errors

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from newscrawl.archive.layout import Layout
    from newscrawl.edits.observation import Observed
    from newscrawl.store.change_log import ChangeLog

#: Facts that are written together.
BATCH_SIZE = 1000


def write(layout: Layout, observed: Iterable[Observed], *, sync: bool = True) -> None:
    """Append the changes to the files of the WARCs that show them. Raises StorageError."""
    by_file: dict[str, list[Change]] = defaultdict(list)
    for each in observed:
        by_file[each.warc] += each.changes
    for warc, changes in by_file.items():
        if changes:
            path = layout.changes_beside(warc)
            with storage_errors(path.parent):
                path.parent.mkdir(exist_ok=True)
            record_files.append(path, (change.to_dict() for change in changes), sync=sync)


def replace(layout: Layout, facts: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Put these facts, each with the name of its WARC, in the place of all files. Raises StorageError."""
    folder = layout.changes
    with storage_errors(folder):
        if folder.exists():
            shutil.rmtree(folder)
        for some in batches(facts, BATCH_SIZE):
            folder.mkdir(exist_ok=True)
            by_file: dict[str, list[dict[str, Any]]] = defaultdict(list)
            for warc, fact in some:
                by_file[warc].append(fact)
            for warc, of_file in by_file.items():
                record_files.append(layout.changes_beside(warc), of_file, sync=False)


def rebuild(layout: Layout, log: ChangeLog, warcs: Iterable[str]) -> None:
    """Write the files of these WARCs anew from the tables; one without a change goes. Raises StorageError."""
    folder = layout.changes
    with storage_errors(folder):
        for some in batches(sorted(set(warcs)), BATCH_SIZE):
            left = dict.fromkeys(map(layout.changes_beside, some))
            for warc, of_warc in groupby(log.by_warc(some), key=itemgetter(0)):
                folder.mkdir(exist_ok=True)
                path = layout.changes_beside(warc)
                left.pop(path, None)
                with partial_file(path) as part, part.open("w", encoding="utf-8") as file:
                    file.writelines(record_files.line(fact.to_dict()) for _, fact in of_warc)
            for path in left:
                path.unlink(missing_ok=True)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def read(path: Path) -> Iterator[Change]:
    """The changes of a file; none where it is not there. Raises ArchiveError for a line that is none."""
    if path.exists():
        for fact in record_files.read(path):
            yield Change.from_dict(fact)


def retain(path: Path, record_ids: Collection[str]) -> None:
    """Leave in a file only the changes that these captures show."""
    facts = list(record_files.read(path))
    retained = [fact for fact in facts if fact["record_id"] in record_ids]
    if len(retained) < len(facts):
        with partial_file(path) as part:
            part.write_text("".join(map(record_files.line, retained)), encoding="utf-8")
