"""`newscrawl crawl`: one pass over what is due."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import click

from newscrawl import urls as url_forms
from newscrawl.commands import options, printing
from newscrawl.errors import NothingToDo, StorageError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.crawler import Crawler


@click.command()
@click.argument("urls", nargs=-1)
@options.archive
@click.option("--limit", type=click.IntRange(min=1), help="Stop after so many new articles.")
@options.as_json
@click.option(
    "-s", "--set", "overrides", multiple=True, metavar="NAME=VALUE", help="Override a setting."
)
@click.option("-v", "--verbose", is_flag=True, help="Log each request.")
def crawl(
    urls: tuple[str, ...],
    archive: Path,
    limit: int | None,
    as_json: bool,
    overrides: tuple[str, ...],
    verbose: bool,
) -> None:
    """Fetch what is new at these URLs, then stop.

    A URL may be a home page, a feed, a sitemap or an article. Without one, all that is known and due.
    """
    settings = _overridden(overrides)
    ctx = click.get_current_context()
    ctx.exit(
        run(list(urls), archive, limit=limit, as_json=as_json, settings=settings, verbose=verbose)
    )


def run(
    named: list[str],
    archive: Path,
    *,
    limit: int | None = None,
    as_json: bool = False,
    settings: dict[str, Any] | None = None,
    verbose: bool = False,
) -> int:
    """Crawl and print; return the exit code."""
    from newscrawl.archive.layout import Layout

    wanted = [url_forms.named(text) for text in named]
    layout = Layout(archive)
    if not wanted and not layout.database.exists():
        raise UsageError(f"{archive} knows no URL yet: name one to crawl")
    layout.create()
    _operator_hint(wanted, settings or {})
    crawler = _crawl(wanted, archive, limit, settings or {}, verbose)
    return _report(crawler, wanted, archive, as_json)


def _crawl(
    wanted: list[str], archive: Path, limit: int | None, overrides: dict[str, Any], verbose: bool
) -> Crawler:
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    settings = Settings()
    settings.setmodule("newscrawl.settings", priority="project")
    on_terminal = sys.stderr.isatty()
    settings.setdict(
        {
            "NEWSCRAWL_ARCHIVE": str(archive),
            "NEWSCRAWL_LIMIT": limit or 0,
            "NEWSCRAWL_PROGRESS": "live" if on_terminal and not verbose else "lines",
            "LOG_LEVEL": "INFO" if verbose else "WARNING",
            "LOG_FORMAT": "%(levelname)s: %(message)s",
            **overrides,
        },
        priority="cmdline",
    )
    process = AsyncCrawlerProcess(settings)
    from newscrawl.spiders.news import NewsSpider

    crawler = process.create_crawler(NewsSpider)
    process.crawl(crawler, urls=" ".join(wanted))
    process.start()
    return crawler


def _report(crawler: Crawler, wanted: list[str], archive: Path, as_json: bool) -> int:
    from newscrawl.wire.recorder import Recorder

    spider: Any = crawler.spider
    if spider is None:
        raise StorageError(f"{archive}: the crawl could not start; the log says why")
    run = spider.run
    reason = crawler.stats.get_value("finish_reason")
    if reason == "finished" and not crawler.stats.get_value("downloader/request_count"):
        raise NothingToDo(f"{archive} knows nothing that is due")
    records = [record for _, record in run.ledger.store.records(after=run.first_number)]
    if as_json:
        for record in records:
            printing.json_line(record)
    else:
        printing.article_table(records)
    _say_how_it_ended(run, archive, records)
    failed = _failed_seeds(run, wanted)
    for line in failed:
        click.echo(f"newscrawl: {line}", err=True)
    fault = run.fault or Recorder.for_crawler(crawler).fault
    if reason == "finished" and fault is None:
        return 1 if wanted and len(failed) == len(wanted) else 0
    again = printing.command_line("crawl", "--archive", str(archive), *wanted)
    click.echo(
        f"newscrawl: stopped before the end; nothing captured is lost. To go on: {again}", err=True
    )
    return 1


def _say_how_it_ended(run: Any, archive: Path, records: list[dict[str, Any]]) -> None:
    number = len(records)
    missed = run.missed
    listed = ", ".join(f"{count} {cause}" for cause, count in missed.most_common() if count > 0)
    say = click.echo
    say("", err=True)
    say(
        f"{number or 'no'} new articles" + (f"; ended otherwise: {listed}" if listed else ""),
        err=True,
    )
    say(f"The archive is {archive}/ (captures in warc/, records in records/).", err=True)
    if not number:
        return
    say("Try next:", err=True)
    where = [] if archive == options.DEFAULT_ARCHIVE else ["--archive", str(archive)]
    say(f"  {printing.command_line('replay', str(archive), '--check')}", err=True)
    say(f"  {printing.command_line('search', *where, _word_of(records))}", err=True)
    say(f"  {printing.command_line('status', *where)}", err=True)


def _word_of(records: list[dict[str, Any]]) -> str:
    """A word to search for: the longest of the first title."""
    words: list[str] = re.findall(r"[^\W\d_]+", records[0]["title"] or "")
    return max(words, key=len, default="news")


def _failed_seeds(run: Any, wanted: list[str]) -> list[str]:
    ended = run.ledger.frontier.ended(wanted)
    return [
        f"{url}: {cause}" + (f" ({detail})" if detail else "")
        for url, (kind, cause, detail) in ended.items()
        if kind == "miss" and cause not in ("moved", "duplicate")
    ]


def _overridden(pairs: tuple[str, ...]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair:
            raise UsageError(f"--set {pair!r}: give NAME=VALUE")
    return dict(pair.split("=", 1) for pair in pairs)


def _operator_hint(wanted: list[str], settings: dict[str, Any]) -> None:
    from newscrawl import settings as defaults

    operator = settings.get("NEWSCRAWL_OPERATOR", defaults.NEWSCRAWL_OPERATOR)
    if not operator and not all(url_forms.is_private(url) for url in wanted):
        click.echo(
            "newscrawl: no operator is set, so sites cannot tell who is asking: "
            'set NEWSCRAWL_OPERATOR="name, contact" in the environment or with --set',
            err=True,
        )
