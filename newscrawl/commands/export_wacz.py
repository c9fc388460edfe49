"""`newscrawl export --format wacz`: an archive, or chosen records with their captures, as one file."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from newscrawl.commands.record_filters import chosen_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.commands.record_filters import Chosen


def write_package(archive: Path, output: Path, chosen: Chosen, key: Path | None) -> None:
    """Write the package, signed with the key if there is one. It has the name of the archive as its title."""
    from newscrawl.archive import wacz
    from newscrawl.commands.archive_access import layout_of

    signer = wacz.signer(key) if key else None
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    layout = layout_of(archive)
    title = layout.root.resolve().name
    if chosen.is_everything:
        pages = map(wacz_page, chosen_records(archive, chosen))
        wacz.write_wacz(
            layout.root, output, pages=pages, created=created, title=title, signer=signer
        )
        return
    with TemporaryDirectory(prefix=f".{output.name}-", dir=output.parent) as folder:
        root = Path(folder) / "archive"
        records = _excerpt(archive, root, chosen)
        pages = map(wacz_page, records)
        wacz.write_wacz(root, output, pages=pages, created=created, title=title, signer=signer)


def wacz_page(record: dict[str, Any]) -> dict[str, Any]:
    """A record as the list of pages in a WACZ has it."""
    return {
        "id": f"{record['id']}-{record['revision']}",
        "url": record["url"],
        "ts": record["capture"]["captured_at"],
        "title": record["title"],
        "text": record["body"],
    }


def _excerpt(archive: Path, root: Path, chosen: Chosen) -> Iterator[dict[str, Any]]:
    """Copy the chosen records and their captures to a new archive; returns the records as they are there."""
    from newscrawl.archive.excerpt import copy_exchanges, write_records
    from newscrawl.archive.layout import Layout
    from newscrawl.collection import record_files
    from newscrawl.commands.archive_access import layout_of, store_of
    from newscrawl.errors import NothingToDo

    layout, new, store = layout_of(archive), Layout(root), store_of(archive)
    places: dict[str, set[int]] = defaultdict(set)
    for record in chosen_records(archive, chosen):
        capture = record["capture"]
        places[capture["warc"]].add(capture["offset"])
        # Where that is a revisit, the bytes are in an earlier capture.
        original = store.original(record["url"], capture["payload_digest"])
        if original is not None and layout.has(original.warc):
            places[original.warc].add(original.offset)
    if not places:
        raise NothingToDo("no record is chosen: there is nothing to package")
    moved = copy_exchanges(layout, new, places)
    write_records(new, chosen_records(archive, chosen), moved)
    return (
        each for path in sorted(new.records.glob("*.jsonl")) for each in record_files.read(path)
    )
