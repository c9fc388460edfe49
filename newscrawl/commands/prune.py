"""`newscrawl prune`: take out captures that are too old."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawl.commands import options, terminal
from newscrawl.errors import NothingToDo
from newscrawl.printable import counted

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.collection.pruning import Pruning, Retention


@click.command()
@options.archive
@options.database
@click.option("--before", required=True, metavar="TIME", help="Captures before then are too old.")
@click.option(
    "--keep", type=click.Choice(["records"]), help="Keep the records of articles that go."
)
@click.option("--source", "sources", multiple=True, metavar="NAME", help="Only of this source.")
@click.option(
    "--query", metavar="QUERY", help="Only articles that match; see docs/reference/search.md."
)
@click.option("--dry-run", is_flag=True, help="Only say what goes.")
def prune(
    archive: Path,
    before: str,
    keep: str | None,
    sources: tuple[str, ...],
    query: str | None,
    dry_run: bool,
) -> None:
    """Take captures out of an archive that are older than a time, with their records or without.

    An article goes once its latest capture is too old. What a revisit that stays refers to is kept. No crawl
    may be running in the archive.
    """
    from newscrawl.collection import changing, pruning
    from newscrawl.commands.archive_access import layout_of, read_collection

    rule = _rule(before, keep, sources, query)
    if dry_run:
        _tell(pruning.choose(read_collection(archive), rule), dry_run=True)
        return
    with changing.changing(layout_of(archive), options.named_database()) as collection:
        found = pruning.choose(collection, rule)
        if not (found.files or found.absent):
            raise NothingToDo(f"{archive}: no capture is older than {rule.before}")
        pruning.carry_out(collection, found, rule, options.signature())
        _tell(found, dry_run=False)


def _rule(before: str, keep: str | None, sources: tuple[str, ...], query: str | None) -> Retention:
    from datetime import UTC, datetime

    from newscrawl.collection.pruning import Retention
    from newscrawl.query import EVERYTHING
    from newscrawl.query.filters import narrowed
    from newscrawl.text import timespec

    at = timespec.interval(before, "--before", now=datetime.now(UTC)).begin
    asked = options.query(query) if query else EVERYTHING
    return Retention(
        at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        keep == "records",
        narrowed(asked, sources=sources) if query else asked,
        frozenset(sources),
    )


def _tell(found: Pruning, *, dry_run: bool) -> None:
    verb = "would go" if dry_run else "taken out"
    captures = len(found.gone)
    terminal.say(
        f"{counted(captures, 'capture')} {verb}: {counted(len(found.dropped), 'WARC')} as a whole"
        f" ({found.dropped_bytes:,} bytes),"
        f" {counted(len(found.files) - len(found.dropped), 'WARC')} in part"
    )
