"""`newscrawl watch`: polls the papers of a file when they are due, until it is told to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawl.commands import options
from newscrawl.commands.crawl import named_database, urls_in_force
from newscrawl.commands.runner import operator_hint, run_spider
from newscrawl.printable import counted

if TYPE_CHECKING:
    from pathlib import Path

#: Seconds for which a watch waits for a database that cannot be reached.
_DAY = 86_400


@click.command()
@options.sources_file(
    "The papers to watch: see `newscrawl sources`. Read again when it changes.", required=True
)
@options.sources_by_name
@options.rules
@options.archive
@options.database
@options.overrides
@click.option("-v", "--verbose", is_flag=True, help="Log each request.")
def watch(
    sources: Path,
    source: tuple[str, ...],
    rules: Path | None,
    archive: Path,
    overrides: tuple[str, ...],
    verbose: bool,
) -> None:
    """Poll the papers of a file when they are due, and see their articles again, until stopped.

    SIGTERM or Ctrl-C ends it within half a minute; what is captured is kept, and the next start goes
    on from there.
    """
    from newscrawl.archive.layout import Layout
    from newscrawl.assembly import session_of
    from newscrawl.spiders.news import NewsSpider
    from newscrawl.wire.extension import wire_of

    database = named_database()
    settings = options.overridden(overrides)
    operator_hint(urls_in_force(sources, source), settings)
    Layout(archive).create()
    crawler = run_spider(
        NewsSpider,
        archive,
        settings={
            "NEWSCRAWL_WATCH": True,
            "NEWSCRAWL_DATABASE_SECONDS": _DAY,
            **database,
            **options.rules_setting(rules, sources),
            **settings,
        },
        verbose=verbose,
        sources=str(sources),
        source=source,
    )
    session = session_of(crawler)
    fault = session.fault or wire_of(crawler).recorder.fault
    was_told_to = crawler.stats.get_value("finish_reason") in ("shutdown", None)
    click.echo(f"newscrawl: {counted(session.outcomes.articles, 'new article')}", err=True)
    click.get_current_context().exit(0 if was_told_to and fault is None else 1)
