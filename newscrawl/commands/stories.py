"""`newscrawl stories`: which events did the papers report, and how many reports are independent?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from newscrawl.commands import options, terminal
from newscrawl.errors import NewscrawlError, UsageError
from newscrawl.printable import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.reuse import Story


@click.command()
@click.option(
    "--since", metavar="TIME", default="3d", show_default=True, help="Published from then on."
)
@click.option("--until", metavar="TIME", help="Published up to then, inclusive.")
@click.option("--source", metavar="NAME", help="Only stories that this source reports.")
@click.option("--alone", is_flag=True, help="Also articles that no other one reports with.")
@click.option("--detach", metavar="URL|ID", help="Take an article out of its story permanently.")
@click.option("--attach", metavar="URL|ID", help="Take back what --detach did.")
@options.archive
@options.database
@options.as_json
def stories(
    since: str,
    until: str | None,
    source: str | None,
    alone: bool,
    detach: str | None,
    attach: str | None,
    archive: Path,
    as_json: bool,
) -> int:
    """Group the articles of some days by event: the first, its followers, copies, what each adds.

    Independent reports are counted without copies, and sources of one owner (sources.toml) as one. With
    newscrawl[events] reports in other words or languages are recognised; without it, only common words.
    """
    from newscrawl import reuse
    from newscrawl.commands.archive_access import reader_of, require_sources

    if detach or attach:
        _detach(archive, detach, attach)
        return 0
    reader = reader_of(archive)
    require_sources(reader.engine, [source] if source else [])
    found = reuse.stories(reader, since=since, until=until, source=source, alone=alone)
    for each in found:
        if as_json:
            terminal.json_line(each.to_dict())
        else:
            for line in _lines(each):
                terminal.say(line)
    if not found and not as_json:
        terminal.say(
            f"newscrawl: no story of several articles since {since} in {archive}", err=True
        )
    return 0 if found else 1


def _detach(archive: Path, detach: str | None, attach: str | None) -> None:
    from newscrawl.commands.archive_access import layout_of
    from newscrawl.database.engine import open_database
    from newscrawl.store import Store

    if detach and attach:
        raise UsageError("--detach and --attach: name one of them")
    wanted = detach or attach or ""
    store = Store(open_database(options.named_database() or layout_of(archive).database))
    try:
        record = store.find(options.readable(wanted))
        if record is None:
            raise NewscrawlError(f"{wanted}: no record in {archive}")
        if detach:
            store.detachments.add(
                record["id"], now=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            )
        else:
            store.detachments.remove(record["id"])
    finally:
        store.close()
    terminal.say(
        f"{wanted}: {'detached from its story' if detach else 'may be part of a story again'}"
    )


def _lines(story: Story) -> Iterator[str]:
    yield f"{story.first.title or '(no title)'}"
    yield (f"    {counted(len(story.reports), 'article')}, {counted(story.independent, 'independent report')}"
           f" (story {story.id})")  # fmt: skip
    for n, each in enumerate(story.reports):
        article = each.article
        seen = article.capture.captured_at[:16].replace("T", " ") if article.capture else ""
        if each.copy_of:
            how = f"{each.label} of {each.copy_of}"
        else:
            how = "earliest held" if n == 0 else f"adds {counted(each.adds, 'paragraph')}"
        yield f"    {seen}  {article.source}: {article.title or '(no title)'} ({how})"
        yield f"        {article.url}"
    for line in story.log:
        yield f"    {line}"
