"""Run one of the project's spiders as the commands do: the project's settings, and a quiet log."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import click

from newscrawl.addresses import is_private
from newscrawl.errors import NewscrawlError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from scrapy import Spider
    from scrapy.crawler import Crawler


#: Settings of a crawl whose output is its log.
LOGGED = {
    "NEWSCRAWL_PROGRESS": "log",
    "LOG_LEVEL": "INFO",
    "LOG_FORMAT": "%(asctime)s %(levelname)s: %(message)s",
    "LOG_DATEFORMAT": "%Y-%m-%dT%H:%M:%S%z",
}


def run_spider(
    spider: type[Spider],
    archive: Path,
    *,
    settings: dict[str, Any],
    verbose: bool = False,
    **arguments: Any,
) -> Crawler:
    """Run it to its end. Raises StorageError if it could not start."""
    from newscrawl.archive.layout import Layout

    Layout(archive).create()
    # Scrapy looks through all that is loaded, and down the stack, when it loads this: so now, not later.
    import scrapy.core.downloader.contextfactory  # noqa: F401
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    all_settings = Settings()
    all_settings.setmodule("newscrawl.settings", priority="project")
    on_terminal = sys.stderr.isatty()
    all_settings.setdict(
        {
            "NEWSCRAWL_ARCHIVE": str(archive),
            "NEWSCRAWL_PROGRESS": "live" if on_terminal and not verbose else "lines",
            "LOG_LEVEL": "INFO" if verbose else "WARNING",
            "LOG_FORMAT": "%(levelname)s: %(message)s",
            # A terminal needs no times, a file does.
            **({name: LOGGED[name] for name in _TIMED} if settings.get("LOG_FILE") else {}),
            # Scrapy reads the versions of its packages for a line that nobody sees.
            **({} if verbose else {"LOG_VERSIONS": []}),
            **settings,
        },
        priority="cmdline",
    )
    # Answers that are too large or end early are misses, which are listed with their cause.
    logging.getLogger("scrapy.core.downloader.handlers").setLevel(
        logging.INFO if verbose else logging.ERROR
    )
    # The crawl itself says that its database is gone, in one line.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    if settings.get("NEWSCRAWL_PROGRESS") == "log":
        # Scrapy logs what it is before lines have their form, which switches this on again.
        logging.disable(logging.INFO)
    process = AsyncCrawlerProcess(all_settings)
    crawler = process.create_crawler(spider)
    running = process.crawl(crawler, **arguments)
    _say_that_it_stops()
    process.start()
    error = running.exception() if running.done() and not running.cancelled() else None
    if isinstance(error, NewscrawlError):
        raise error
    if not _has_started(crawler):
        raise StorageError(f"{archive}: the crawl could not start: {error or 'the log says why'}")
    return crawler


def _has_started(crawler: Crawler) -> bool:
    try:
        return crawler.engine is not None
    except RuntimeError:  # Scrapy's word for an engine that was never made
        return False


_TIMED = ("LOG_FORMAT", "LOG_DATEFORMAT")


def _say_that_it_stops() -> None:
    """Scrapy says it in its log, which is quiet here."""

    class Said(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if str(record.msg).startswith("Received %(signame)s, shutting down"):
                click.echo(
                    "newscrawl: stopping: what is on its way is finished; once more to stop now",
                    err=True,
                )

    logging.getLogger("scrapy.crawler").addHandler(Said(logging.INFO))


def operator_hint(wanted: Iterable[str], settings: dict[str, Any]) -> None:
    """Say so, if sites that are not of this machine will not be told who asks."""
    from newscrawl import settings as defaults

    operator = settings.get("NEWSCRAWL_OPERATOR", defaults.NEWSCRAWL_OPERATOR)
    if not operator and not all(map(is_private, wanted)):
        click.echo(
            "newscrawl: no operator is set, so sites cannot tell who is asking: "
            'set NEWSCRAWL_OPERATOR="name, contact" in the environment or with --set',
            err=True,
        )
