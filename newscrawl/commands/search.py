"""`newscrawl search`: the query language over an archive, the best matches first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from newscrawl.commands import options, terminal
from newscrawl.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.query import Query

#: What has a meaning of its own in a query; a shell word with spaces and none of it is a phrase.
_OPERATOR = re.compile(r'["()*“”„«»]|(?:^|\s)-\S|\b(?:AND|OR|NOT)\b|[^\W\d_]:\S')


# `-harbour` is a word that is not wanted, and no option.
_SETTINGS = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


@click.command(context_settings=_SETTINGS)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@options.archive
@options.database
@options.narrowing
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@options.as_json
def search(
    words: tuple[str, ...],
    archive: Path,
    since: str | None,
    until: str | None,
    sources: tuple[str, ...],
    languages: tuple[str, ...],
    limit: int,
    as_json: bool,
) -> None:
    """Search titles, bylines, descriptions and bodies for WORDS, a query as docs/reference/search.md has it.

    Words, "phrases", prefix*, AND, OR, NOT, -word, parentheses, title: author: source: lang: section: tag:
    before: after: published: captured: is:latest is:changed has:date.
    An argument of several plain words is a phrase.
    """
    from newscrawl.commands.archive_access import name_unknown_sources, store_of

    query = options.narrowed(_query(words), since, until, sources, languages)
    if query.root is None:
        raise UsageError("search for what? name at least one word")
    store = store_of(archive)
    hits = store.search(query, limit=limit)
    for hit in hits:
        if as_json:
            terminal.json_line({**hit.record, "snippet": hit.snippet})
            continue
        record = hit.record
        terminal.say(f"{record['id']}  {terminal.when(record['published_at'])}  {record['title']}")
        terminal.say(f"    {hit.snippet}")
        terminal.say(f"    {record['url']}")
    if not hits:
        name_unknown_sources(store, query)
        asked = query.text or "these filters"
        terminal.say(f"newscrawl: nothing in {archive} matches {asked}", err=True)
        click.get_current_context().exit(1)


def _query(words: tuple[str, ...]) -> Query:
    """What the words on the command line ask for; notes go to stderr."""
    for word in words:
        if word.startswith("--"):
            raise UsageError(f"No such option '{word.partition('=')[0]}'")
    return options.query(" ".join(_phrase(options.readable(word)) for word in words))


def _phrase(word: str) -> str:
    """What the shell took for one word is a phrase, unless it is a query with operators of its own."""
    is_phrase = " " in word.strip() and not _OPERATOR.search(word)
    return f'"{word.strip()}"' if is_phrase else word
