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

    Prints its progress. Run it again to resume one that was stopped.
    """
    from newscrawl.archive.layout import Layout
    from newscrawl.database.engine import open_database, pending_migration

    layout = Layout(archive)
    layout.require()
    target = options.named_database() or layout.database
    found = pending_migration(target)
    what = f"tables {found.found or 'that are not there'} to {found.wanted}"
    if dry_run and found.is_due:
        terminal.say(f"{archive}: would bring {what}, {counted(found.records, 'record')}")
    elif found.is_due:
        open_database(target).dispose()
        terminal.say(f"{archive}: brought {what}")
    else:
        terminal.say(f"{archive}: up to date (tables {found.wanted})")
    if not dry_run:
        _compare_articles(target)


def _compare_articles(target: Path | str) -> None:
    """Compare the articles that a version without text reuse, or with other rules of it, has stored.

    Each step is a transaction.
    """
    from newscrawl.database.engine import open_database, read_database
    from newscrawl.store import Store

    looking = Store(read_database(target))
    is_due = looking.reuse_log.pending() > 0 or looking.reuse_log.has_outdated()
    looking.close()
    if not is_due:
        return
    store = Store(open_database(target))
    try:
        store.reuse_log.mark_outdated()
        left = waiting = store.reuse_log.pending()
        while left:
            left = store.reuse_log.settle_pending()
            terminal.say(f"newscrawl: compared {waiting - left} of {waiting} articles", err=True)
    finally:
        store.close()
