"""`newscrawl watch`: polls the papers of a file when they are due, until it is told to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawl.commands import options
from newscrawl.commands.crawl import named_database, urls_in_force
from newscrawl.commands.runner import LOGGED, operator_hint, run_spider
from newscrawl.printable import counted

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.monitoring.notification import Notifier

#: Seconds for which a watch waits for a database that cannot be reached.
_DAY = 86_400


@click.command()
@options.sources_file(
    "The file of sources: see `newscrawl sources`. Read again when it changes.", required=True
)
@options.sources_by_name
@options.rules
@options.archive
@options.database
@options.notification
@click.option("--json", "as_json", is_flag=True, help="Each line of the log as a JSON object.")
@options.overrides
@click.option("-v", "--verbose", is_flag=True, help="Log each request.")
def watch(
    sources: Path,
    source: tuple[str, ...],
    rules: Path | None,
    archive: Path,
    overrides: tuple[str, ...],
    verbose: bool,
    as_json: bool,
    notifier: Notifier,
) -> None:
    """Poll the sources of a file when they are due, and visit their articles again, until stopped.

    The log on stderr has a line for each article, and a line of totals each minute in which something was
    fetched. --notify and --webhook report alarms that begin and end, and failures.

    SIGTERM or Ctrl-C ends it within half a minute. Captures are kept, and the next start continues.
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
            "NEWSCRAWL_NOTIFY": notifier.command,
            "NEWSCRAWL_WEBHOOK": notifier.webhook,
            "NEWSCRAWL_LOG_JSON": as_json,
            "NEWSCRAWL_LOG_OTHERS": verbose,
            **LOGGED,
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
    code = 0 if was_told_to and fault is None else 1
    said = counted(session.outcomes.articles, "new article")
    if not as_json:
        click.echo(f"newscrawl: {said}", err=True)
    if code:
        why = str(fault or crawler.stats.get_value("finish_reason"))
        facts = {"archive": str(archive), "why": why}
        for failure in notifier.send(
            "stopped", [f"{archive}: the watch has stopped: {why}"], facts
        ):
            click.echo(f"newscrawl: {failure}", err=True)
    click.get_current_context().exit(code)
