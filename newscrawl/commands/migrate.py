"""`newscrawl migrate`: bring the tables of an archive up to this version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawl.commands import options, terminal
from newscrawl.printable import counted

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@options.archive
@options.database
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
def migrate(archive: Path, dry_run: bool) -> None:
    """Bring the tables of an archive up to this version, as the next crawl would.

    Says how far it is. One that is broken off goes on where it was.
    """
    from newscrawl.archive.layout import Layout
    from newscrawl.database.engine import open_database, pending_migration

    layout = Layout(archive)
    layout.require()
    target = options.named_database() or layout.database
    found = pending_migration(target)
    what = f"tables {found.found or 'that are not there'} to {found.wanted}"
    if not found.is_due:
        terminal.say(f"{archive}: up to date (tables {found.wanted})")
    elif dry_run:
        terminal.say(f"{archive}: would bring {what}, {counted(found.records, 'record')}")
    else:
        open_database(target).dispose()
        terminal.say(f"{archive}: brought {what}")
