"""`newscrawl crawl`: one pass over what is due."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawl import urls as url_forms
from newscrawl.commands import options, terminal
from newscrawl.commands.runner import operator_hint, run_spider
from newscrawl.errors import NothingToDo, StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler

    from newscrawl.crawl.session import CrawlSession
    from newscrawl.frontier import Frontier, Outcome


@click.command()
@click.argument("urls", nargs=-1)
@click.option(
    "--sources",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Crawl the papers of this file: see `newscrawl sources`.",
)
@options.archive
@options.database
@click.option("--now", is_flag=True, help="Poll all sources, also those that are not due yet.")
@click.option(
    "--since",
    default="",
    metavar="TIME",
    help="Pass over what is dated earlier: 2026-05-19, 7d, ...",
)
@click.option("--until", default="", metavar="TIME", help="Pass over what is dated later.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after so many new articles.")
@click.option(
    "--no-extract", is_flag=True, help="Capture pages; a later crawl, or a replay, reads them."
)
@options.as_json
@options.overrides
@click.option("-v", "--verbose", is_flag=True, help="Log each request.")
def crawl(
    urls: tuple[str, ...],
    sources: Path | None,
    archive: Path,
    now: bool,
    since: str,
    until: str,
    limit: int | None,
    no_extract: bool,
    as_json: bool,
    overrides: tuple[str, ...],
    verbose: bool,
) -> None:
    """Fetch what is new at these URLs, then stop.

    A URL may be a home page, a feed, a sitemap or an article. Of a file of sources, what is due is
    fetched: each feed has its own rhythm. Without URL and file, all that is known and due.
    """
    code = run(
        list(urls),
        archive,
        sources=sources,
        arguments={"now": "1" if now else "", "since": since, "until": until},
        limit=limit,
        as_json=as_json,
        settings={
            **({"NEWSCRAWL_EXTRACT": "False"} if no_extract else {}),
            **options.overridden(overrides),
        },
        verbose=verbose,
    )
    click.get_current_context().exit(code)


def run(
    named: list[str],
    archive: Path,
    *,
    sources: Path | None = None,
    arguments: Mapping[str, str] | None = None,
    limit: int | None = None,
    as_json: bool = False,
    settings: dict[str, Any] | None = None,
    verbose: bool = False,
) -> int:
    """Crawl and print; return the exit code."""
    from sqlalchemy.exc import DatabaseError

    from newscrawl.archive.layout import Layout

    settings = settings or {}
    network = settings.get("NEWSCRAWL_NETWORK")
    if network:
        from newscrawl.wire.archive_transport import results_folder

        archive = results_folder(archive, Path(network))
    wanted = [url_forms.named(text) for text in named]
    of_sources = urls_in_force(sources) if sources else []
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
            **database,
            **settings,
        },
        verbose=verbose,
        urls=" ".join(wanted),
        sources=str(sources or ""),
        **(arguments or {}),
    )
    again = [*(["--sources", str(sources)] if sources else []), *wanted]
    # Without it whoever goes on would ask the sites.
    for name in ("NEWSCRAWL_NETWORK", "NEWSCRAWL_NETWORK_AT"):
        again += ["-s", f"{name}={crawler.settings[name]}"] if crawler.settings[name] else []
    again += options.database_arguments()
    asked = [*wanted, *of_sources]
    session = session_of(crawler)
    try:
        return _report(crawler, asked, archive, as_json=as_json, named=bool(wanted), again=again)
    except DatabaseError as error:
        # Gone under the crawl, which has then said so: all that is left to say is how to go on.
        if session.fault is None:
            raise StorageError(f"{session.ledger.store.database}: {error.orig}") from error
        return _to_go_on(archive, again)
    finally:
        session.ledger.store.close()


def named_database() -> dict[str, str]:
    """What `--db` says, as a setting. What is wrong with it is raised here, and not within Scrapy."""
    from newscrawl.database.engine import open_database

    database = options.named_database()
    if not database:
        return {}
    open_database(database).dispose()
    return {"NEWSCRAWL_DATABASE": database}


def urls_in_force(sources: Path) -> list[str]:
    """The URLs of the sources that are crawled today. Raises SourceError, NothingToDo."""
    from newscrawl.sources import in_force, read_sources

    found = in_force(read_sources(sources), datetime.now(UTC).date())
    if not found:
        raise NothingToDo(f"{sources}: no source is in force today")
    return [url for source in found for url in source.urls]


def _report(
    crawler: Crawler,
    wanted: list[str],
    archive: Path,
    *,
    as_json: bool,
    named: bool,
    again: list[str],
) -> int:
    from newscrawl.assembly import session_of
    from newscrawl.wire.extension import wire_of

    session = session_of(crawler)
    reason = crawler.stats.get_value("finish_reason")
    if reason == "finished" and not crawler.stats.get_value("downloader/request_count"):
        if session.ledger.frontier.owners():
            terminal.say("newscrawl: another crawl is at work on these hosts", err=True)
        elif not named and not session.outcomes.articles:
            raise NothingToDo(_nothing_due(session, archive))
    records = [record for _, record in session.ledger.store.records(after=session.first_number)]
    if as_json:
        for record in records:
            terminal.json_line(record)
    else:
        terminal.article_table(records)
    _say_how_it_ended(session, archive, records)
    asked = wanted or session.asked_for
    failed = _failed_seeds(session, asked)
    for line in failed:
        terminal.say(f"newscrawl: {line}", err=True)
    fault = session.fault or wire_of(crawler).recorder.fault
    if reason == "finished" and fault is None:
        return 1 if asked and len(failed) == len(asked) else 0
    return _to_go_on(archive, again)


def _to_go_on(archive: Path, again: list[str]) -> int:
    from newscrawl.archive.layout import Layout

    command = terminal.command_line("crawl", "--archive", str(archive), *again)
    kept = "nothing captured is lost" if Layout(archive).warcs.is_dir() else "its archive is gone"
    terminal.say(f"newscrawl: stopped before the end; {kept}. To go on: {command}", err=True)
    return 1


def _nothing_due(session: CrawlSession, archive: Path) -> str:
    at = session.next_due()
    if at is None:
        return f"{archive} knows nothing that is due"
    moment = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return f"nothing is due before {moment}; --now polls all sources"


def _say_how_it_ended(session: CrawlSession, archive: Path, records: list[dict[str, Any]]) -> None:
    number = len(records)
    missed = session.outcomes.missed
    listed = ", ".join(f"{count} {cause}" for cause, count in missed.most_common() if count > 0)
    say = terminal.say
    say("", err=True)
    say(
        f"{number or 'no'} new article{'s' if number != 1 else ''}"
        + (f"; ended otherwise: {listed}" if listed else ""),
        err=True,
    )
    say(f"The archive is {archive}/ (captures in warc/, records in records/).", err=True)
    if not number:
        return
    say("Try next:", err=True)
    where = [] if archive == options.DEFAULT_ARCHIVE else ["--archive", str(archive)]
    say(f"  {terminal.command_line('replay', str(archive), '--check')}", err=True)
    say(f"  {terminal.command_line('search', *where, _word_of(records))}", err=True)
    say(f"  {terminal.command_line('status', *where)}", err=True)


def _word_of(records: list[dict[str, Any]]) -> str:
    """A word to search for: the longest of the first title."""
    words: list[str] = re.findall(r"[^\W\d_]+", records[0]["title"] or "")
    return max(words, key=len, default="news")


def _failed_seeds(session: CrawlSession, wanted: list[str]) -> list[str]:
    """A line for each URL that was asked for and led to nothing."""
    lines = []
    for url in wanted:
        end = _end_of(session.ledger.frontier, url)
        if end is not None and end.kind == "miss":
            lines.append(f"{url}: {end.cause}" + (f" ({end.detail})" if end.detail else ""))
    return lines


def _end_of(frontier: Frontier, url: str) -> Outcome | None:
    """How a URL ended, or the last of those that it redirects to or is a variant of."""
    seen: set[str] = set()
    while True:
        seen.add(url)
        end = frontier.ended([url]).get(url)
        if end is None or end.target is None or end.target in seen:
            return end
        url = end.target
