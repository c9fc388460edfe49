"""`newscrawl changes`: what changed in the articles of an archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawl.commands import change_output, options, terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.edits.change import Change


@click.command()
@options.archive
@options.database
@click.option("--since", metavar="TIME", help="Seen from then on.")
@click.option("--until", metavar="TIME", help="Seen up to then, inclusive.")
@click.option("--source", "sources", multiple=True, metavar="NAME", help="Only this source.")
@click.option("--silent", is_flag=True, help="Only changes of text that the page does not mention.")
@click.option("--headline", is_flag=True, help="Only changes of headlines.")
@click.option("--removed", is_flag=True, help="Only removals and returns.")
@click.option("--noise", is_flag=True, help="Also changes of spaces, quotes and labels alone.")
@click.option("--min-words", type=click.IntRange(min=0), default=0, metavar="N",
              help="Only changes of at least N words.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["table", "jsonl", "csv", "atom"]), default="table",
              show_default=True, help="How the changes are written.")  # fmt: skip
@options.as_json
def changes(
    archive: Path,
    since: str | None,
    until: str | None,
    sources: tuple[str, ...],
    silent: bool,
    headline: bool,
    removed: bool,
    noise: bool,
    min_words: int,
    form: str,
    as_json: bool,
) -> None:
    """List what changed in articles, by the time at which it was seen first.

    A silent change is one of headline, body or description where the stated modification time did not move
    and no new correction or update note stands in the text.
    """
    from newscrawl.commands.archive_access import reader_of, require_sources
    from newscrawl.history import changes as changes_of

    reader = reader_of(archive)
    require_sources(reader.engine, sources)
    kinds = [*(["headline"] if headline else []), *(["removed", "returned"] if removed else [])]
    found = changes_of(
        reader,
        since=since,
        until=until,
        sources=sources,
        kinds=kinds,
        silent=silent,
        noise=noise,
        min_words=min_words,
    )
    if not _write(found, "jsonl" if as_json else form, title=f"Changes in {archive}"):
        if form != "atom":
            terminal.say(f"newscrawl: no such change in {archive}", err=True)
        click.get_current_context().exit(0 if form == "atom" else 1)


def _write(found: Iterator[Change], form: str, *, title: str) -> int:
    """Write the changes; return how many there were."""
    if form == "csv":
        return change_output.write_csv(found)
    if form == "table":
        return change_output.print_table(found)
    if form == "atom":
        some = list(found)
        click.echo(change_output.atom_feed(some, title=title, updated=_now()))
        return len(some)
    number = 0
    for change in found:
        terminal.json_line(change.to_dict())
        number += 1
    return number


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
