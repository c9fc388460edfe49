"""`newscrawl remove`: take an article out of an archive for good."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawl.commands import options, terminal
from newscrawl.errors import UsageError
from newscrawl.printable import counted

if TYPE_CHECKING:
    from newscrawl.collection.removal import Removal


@click.command()
@click.argument("wanted", metavar="URL|ID")
@options.archive
@options.database
@click.option("--reason", required=True, metavar="TEXT", help="Why; it stays in the tombstone.")
@click.option("--dry-run", is_flag=True, help="Only say what goes.")
@click.option(
    "--parquet",
    "parquets",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Take its records out of the Parquet files in this folder, too; may be repeated.",
)
def remove(
    wanted: str, archive: Path, reason: str, dry_run: bool, parquets: tuple[Path, ...]
) -> None:
    """Remove an article, its revisions and captures from WARCs, records, index, tables and search.

    A tombstone stays, and the URL is never fetched again. Other captures keep their bytes. No crawl may be
    running in the archive.
    """
    from newscrawl.archive import object_store
    from newscrawl.collection import changing, removal
    from newscrawl.commands.archive_access import layout_of, read_collection

    if not reason.strip():
        raise UsageError("--reason: say why, in a word at least")
    if parquets:
        from newscrawl.store import parquet

        parquet.require()
    if dry_run:
        _tell(removal.choose(read_collection(archive), options.readable(wanted)), dry_run=True)
        return
    layout = layout_of(archive)
    with changing.changing(layout, options.named_database()) as collection:
        found = removal.choose(collection, options.readable(wanted))
        _tell(found, dry_run=False)
        removal.carry_out(collection, found, reason=reason, signature=options.signature())
    if object_store.has_copies(layout):
        hint = "newscrawl: the index in the store names it until newscrawl archive upload, or the next crawl"
        terminal.say(hint, err=True)
    for folder in parquets:
        number = parquet.take_out(folder, {record["id"] for record in found.records})
        terminal.say(f"{folder}: {counted(number, 'record')} taken out")


def _tell(found: Removal, *, dry_run: bool) -> None:
    verb = "would go" if dry_run else "goes"
    for url in found.urls.values():
        terminal.say(f"{url} {verb}")
    for record in found.records:
        terminal.say(f"  revision {record['revision']}: {record['title']}")
    for path, doomed in found.files.items():
        terminal.say(f"  {path.name}: {counted(len(doomed.captures), 'capture')}")
        if path.is_symlink():
            terminal.say(
                f"newscrawl: {path.resolve()} is outside of the archive, and is left as it is",
                err=True,
            )
    for each in found.dependents:
        terminal.say(f"  stays, with the same bytes under another URL: {each.url}")
