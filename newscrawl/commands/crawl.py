"""`newscrawl crawl`: one pass over what is due."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from newscrawl.causes import REQUISITE_LEVELS
from newscrawl.commands import options
from newscrawl.commands.crawl_report import CrawlReport
from newscrawl.commands.runner import operator_hint, run_spider
from newscrawl.errors import NothingToDo, StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from newscrawl.monitoring.notification import Notifier


@click.command()
@click.argument("urls", metavar="[URL|@FILE|-]...", nargs=-1)
@options.sources_file("Crawl the sources of this file: see `newscrawl sources`.")
@options.sources_by_name
@options.rules
@options.archive
@options.database
@click.option("--now", is_flag=True, help="Poll all sources, also those that are not due yet.")
@click.option(
    "--since",
    default="",
    metavar="TIME",
    help="Leave out articles that are dated earlier: 2026-05-19, 7d, ...",
)
@click.option(
    "--until", default="", metavar="TIME", help="Leave out articles that are dated later."
)
@click.option(
    "--include",
    multiple=True,
    metavar="PATTERN",
    help="Only announced articles whose URL matches this regular expression; repeatable.",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="No announced URL that matches this regular expression; may be repeated.",
)
@click.option(
    "--section",
    multiple=True,
    metavar="NAME|PATH",
    help="Only articles of this section, such as Transport or /news/transport/; may be repeated.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Stop after this number of new articles.")
@click.option(
    "--no-extract", is_flag=True, help="Capture pages, and leave reading them to a later crawl."
)
@click.option(
    "--requisites",
    type=click.Choice(REQUISITE_LEVELS),
    help="Also fetch style sheets, pictures and fonts of articles (look), or scripts and frames as well"
    " (all).",
)
@options.notification
@options.as_json
@options.overrides
@click.option("-v", "--verbose", is_flag=True, help="Log each request.")
def crawl(
    urls: tuple[str, ...],
    sources: Path | None,
    source: tuple[str, ...],
    rules: Path | None,
    archive: Path,
    limit: int | None,
    no_extract: bool,
    requisites: str | None,
    as_json: bool,
    overrides: tuple[str, ...],
    verbose: bool,
    notifier: Notifier,
    **arguments: Any,
) -> None:
    """Fetch what is new at these URLs, then stop.

    A URL may be a home page, a feed, a sitemap or an article. @FILE is a list of URLs, one on each line or in
    the column `url` of a CSV file; - is such a list on standard input. With --sources, what is due is
    fetched: each feed has its own schedule. Without URL and file, everything known that is due is fetched.

    Without a URL, the file that NEWSCRAWL_SOURCES names is crawled. Rates, patterns and pauses of a file hold
    in every later crawl of the archive, also without the file.
    """
    context = click.get_current_context()
    of_rules = options.rules_setting(rules, sources)
    is_usual = context.get_parameter_source("sources") is ParameterSource.ENVIRONMENT
    governed_by = None
    if urls and not source and is_usual:
        sources, governed_by = None, sources
    code = run(
        list(urls),
        archive,
        sources=sources,
        names=source,
        arguments={
            **arguments,
            "now": "1" if arguments["now"] else "",
            "governed_by": str(governed_by or ""),
        },
        limit=limit,
        as_json=as_json,
        settings={
            **of_rules,
            **({"NEWSCRAWL_EXTRACT": "False"} if no_extract else {}),
            **({"NEWSCRAWL_REQUISITES": requisites} if requisites else {}),
            **options.overridden(overrides),
        },
        verbose=verbose,
        notifier=notifier,
    )
    context.exit(code)


def run(
    named: list[str],
    archive: Path,
    *,
    sources: Path | None = None,
    names: Sequence[str] = (),
    arguments: Mapping[str, Any] | None = None,
    limit: int | None = None,
    as_json: bool = False,
    settings: dict[str, Any] | None = None,
    verbose: bool = False,
    notifier: Notifier | None = None,
) -> int:
    """Crawl and print; return the exit code. `names` are those of sources, `arguments` the spider's."""
    from sqlalchemy.exc import DatabaseError

    from newscrawl.archive.layout import Layout
    from newscrawl.crawl.url_list import named_urls

    settings = settings or {}
    network = settings.get("NEWSCRAWL_NETWORK")
    if network:
        from newscrawl.wire.archive_transport import results_folder

        archive = results_folder(archive, Path(network))
    wanted = named_urls(named)
    of_sources = urls_in_force(sources, names)
    layout = Layout(archive)
    database = named_database()
    if not (database or wanted or sources or layout.database.exists()):
        raise UsageError(f"{archive} knows no URL yet: name one to crawl")
    layout.create()
    from newscrawl.assembly import session_of
    from newscrawl.spiders.news import NewsSpider

    if not network:
        operator_hint([*wanted, *of_sources], settings)
    crawler = run_spider(
        NewsSpider,
        archive,
        settings={
            "NEWSCRAWL_LIMIT": limit or 0,
            "NEWSCRAWL_SOURCES": str(sources or ""),
            **database,
            **settings,
        },
        verbose=verbose,
        urls=wanted,
        sources=str(sources or ""),
        source=names,
        **(arguments or {}),
    )
    again = [*_again(sources, names, arguments or {}), *named]
    # Without it whoever goes on would ask the sites.
    for name in ("NEWSCRAWL_NETWORK", "NEWSCRAWL_NETWORK_AT"):
        again += ["-s", f"{name}={crawler.settings[name]}"] if crawler.settings[name] else []
    again += options.database_arguments()
    session = session_of(crawler)
    report = CrawlReport(crawler, archive, [*wanted, *of_sources], again)
    try:
        code = report.show(as_json=as_json, named=bool(wanted))
        if notifier is not None:
            report.tell(notifier, code)
        return code
    except DatabaseError as error:
        # Gone under the crawl, which has then said so: all that is left to say is how to go on.
        if session.fault is None:
            raise StorageError(f"{session.ledger.store.database}: {error.orig}") from error
        return report.say_how_to_go_on()
    finally:
        session.ledger.store.close()


def _again(sources: Path | None, names: Sequence[str], arguments: Mapping[str, Any]) -> list[str]:
    """The options of this crawl, for the command that goes on with it."""
    again = ["--sources", str(sources)] if sources else []
    listed = {"source": names, **{each: arguments.get(each, ()) for each in _REPEATED}}
    for option, values in listed.items():
        again += [word for value in values for word in (f"--{option}", value)]
    for option in ("since", "until"):
        again += [f"--{option}", arguments[option]] if arguments.get(option) else []
    return again


_REPEATED = ("include", "exclude", "section")


def named_database() -> dict[str, str]:
    """What `--db` says, as a setting. What is wrong with it is raised here, and not within Scrapy."""
    from newscrawl.database.engine import open_database

    database = options.named_database()
    if not database:
        return {}
    open_database(database).dispose()
    return {"NEWSCRAWL_DATABASE": database}


def urls_in_force(sources: Path | None, names: Collection[str] = ()) -> list[str]:
    """The URLs of the sources, or of those of these names, that are crawled today.

    Raises SourceError, UsageError for a name that the file has not, NothingToDo.
    """
    from newscrawl.crawl.sources_file import named_sources
    from newscrawl.sources import in_force, read_sources

    if sources is None:
        if names:
            raise UsageError("--source: name the file of sources by --sources or NEWSCRAWL_SOURCES")
        return []
    chosen = named_sources(read_sources(sources), names, file=sources)
    found = in_force(chosen, datetime.now(UTC).date())
    if not found:
        what = f"of --source {', '.join(names)} none is" if names else "no source is"
        raise NothingToDo(f"{sources}: {what} in force today")
    return [url for source in found for url in source.urls]
