"""`newscrawl search`: full text, the best matches first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawl.commands import options, terminal
from newscrawl.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("words", nargs=-1, required=True)
@options.archive
@options.database
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@options.as_json
def search(words: tuple[str, ...], archive: Path, limit: int, as_json: bool) -> None:
    """Search titles, bylines, descriptions and bodies for all of these WORDS; quote a phrase."""
    from newscrawl.commands.archive_access import store_of

    asked = " ".join(_phrase(options.readable(word)) for word in words)
    if not asked.strip(' "'):
        raise UsageError("search for what? name at least one word")
    hits = store_of(archive).search(asked, limit=limit)
    for hit in hits:
        if as_json:
            terminal.json_line({**hit.record, "snippet": hit.snippet})
            continue
        record = hit.record
        terminal.say(f"{record['id']}  {terminal.when(record['published_at'])}  {record['title']}")
        terminal.say(f"    {hit.snippet}")
        terminal.say(f"    {record['url']}")
    if not hits:
        terminal.say(f"newscrawl: nothing in {archive} matches {asked}", err=True)
        click.get_current_context().exit(1)


def _phrase(word: str) -> str:
    """What the shell took for one word is a phrase, with or without quotes of its own around it."""
    return '"{}"'.format(word.replace('"', " ").strip()) if " " in word.strip() else word
