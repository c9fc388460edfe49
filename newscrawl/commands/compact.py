"""`newscrawl compact`: join the small WARCs of many runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawl import settings
from newscrawl.commands import options, terminal
from newscrawl.errors import NothingToDo
from newscrawl.printable import counted

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@options.archive
@options.database
@click.option(
    "--bytes",
    "full",
    type=click.IntRange(min=1),
    default=settings.NEWSCRAWL_WARC_BYTES,
    show_default=True,
    help="Join files up to this size.",
)
@click.option("--dry-run", is_flag=True, help="Only say which files would be joined.")
def compact(archive: Path, full: int, dry_run: bool) -> None:
    """Join the small WARCs of many runs into full ones; no capture changes.

    Each new file is read back and compared before the old ones go. No crawl may be running in the archive.
    """
    from newscrawl.collection import changing, compaction
    from newscrawl.commands.archive_access import layout_of, read_collection

    if dry_run:
        groups = compaction.choose(read_collection(archive), full=full)
        for group in groups:
            terminal.say(
                f"{counted(len(group.paths), 'WARC')}, {group.size:,} bytes, would become one"
            )
        return
    joined = 0
    with changing.changing(layout_of(archive), options.named_database()) as collection:
        for group in compaction.choose(collection, full=full):
            name, left = compaction.carry_out(collection, group, options.signature())
            for each in left:
                terminal.say(f"newscrawl: {each} is damaged, and is left as it is", err=True)
            if name:
                joined += 1
                number = len(group.paths) - len(left)
                terminal.say(f"{counted(number, 'WARC')} joined in {name}")
    if not joined:
        raise NothingToDo(f"{archive}: no WARCs can be joined")
