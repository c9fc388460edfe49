"""`newscrawl recrawl`: fetches known URLs now, and says what came of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from newscrawl import urls
from newscrawl.causes import REMOVED
from newscrawl.commands import options, terminal
from newscrawl.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.crawl.session import CrawlSession
    from newscrawl.frontier import Outcome


@click.command()
@click.argument("named", metavar="URL|@FILE|-...", nargs=-1, required=True)
@options.sources_file("Whose rates and headers hold; see `newscrawl sources`.")
@options.archive
@options.database
@options.as_json
@options.overrides
@click.option("-v", "--verbose", is_flag=True, help="Log each request.")
def recrawl(
    named: tuple[str, ...],
    sources: Path | None,
    archive: Path,
    as_json: bool,
    overrides: tuple[str, ...],
    verbose: bool,
) -> None:
    """Fetch these known URLs now, and nothing else, and print what became of each.

    A URL keeps its kind and its source. Redirects are followed. Exits with 1 if a URL could not be fetched,
    with 2 if one is not known in the archive (use `newscrawl crawl URL`).
    """
    from newscrawl.assembly import session_of
    from newscrawl.commands.crawl import named_database
    from newscrawl.commands.runner import operator_hint, run_spider
    from newscrawl.crawl.url_list import named_urls
    from newscrawl.spiders.news import NewsSpider

    wanted, settings = named_urls(named), options.overridden(overrides)
    _require_known(wanted, archive)
    operator_hint(wanted, settings)
    crawler = run_spider(
        NewsSpider,
        archive,
        settings={"NEWSCRAWL_SOURCES": "", **named_database(), **settings},
        verbose=verbose,
        urls=wanted,
        governed_by=str(sources or ""),
        only_named="1",
    )
    session = session_of(crawler)
    try:
        found = [_end(session, url) for url in wanted]
    finally:
        session.ledger.store.close()
    for each in found:
        if as_json:
            terminal.json_line(each)
        else:
            terminal.say(_line(each))
    is_well = session.fault is None and all(e["outcome"] in ("article", "links") for e in found)
    click.get_current_context().exit(0 if is_well else 1)


def _require_known(wanted: list[str], archive: Path) -> None:
    from newscrawl.commands.archive_access import frontier_of

    known = frontier_of(archive).known(wanted)
    unknown = [url for url in wanted if urls.key(url) not in known]
    if unknown:
        raise UsageError(
            "\n".join(f"{url} is not known in {archive}: newscrawl crawl {url}" for url in unknown)
        )


def _end(session: CrawlSession, url: str) -> dict[str, Any]:
    """What came of a URL, or of the one that it redirects to: `outcome` is `waiting` if nothing did."""
    at, seen, end = url, {urls.key(url)}, None
    while urls.key(at) in session.outcomes.ended_seeds:
        end = session.ledger.frontier.ended([at]).get(at)
        if end is None or end.target is None or urls.key(end.target) in seen:
            break
        at = end.target
        seen.add(urls.key(at))
    if end is None:
        # A URL that was removed is never asked for again: it keeps its end.
        kept = session.ledger.frontier.ended([url]).get(url)
        if kept is not None and kept.cause == REMOVED:
            return {"url": url, "at": url, **_of_outcome(kept), "revision": None}
        blocked = url not in session.selection.asked_for
        why = "its source is paused, disabled or has ended" if blocked else _WAITS
        return {"url": url, "outcome": "waiting", "detail": why}
    return {"url": url, "at": at, **_of_outcome(end), **_revision(session, at)}


_WAITS = "its host is left alone for a while, or another crawl is at work on it"


def _of_outcome(end: Outcome) -> dict[str, Any]:
    return {
        "outcome": end.kind, "cause": end.cause, "detail": end.detail, "status": end.status,
        "target": end.target,
    }  # fmt: skip


def _revision(session: CrawlSession, url: str) -> dict[str, Any]:
    """The record that this pass has made of a URL, if it has made one."""
    for _, record in session.ledger.store.records(after=session.first_number):
        if urls.key(record["url"]) == urls.key(url):
            return {"id": record["id"], "revision": record["revision"], "title": record["title"]}
    return {"revision": None}


def _line(end: dict[str, Any]) -> str:
    place = f" (now at {end['at']})" if end.get("at", end["url"]) != end["url"] else ""
    if end["outcome"] == "waiting":
        said = f"not fetched: {end['detail']}"
    elif end["outcome"] == "miss":
        said = end["cause"] + (f" ({end['detail']})" if end["detail"] else "")
    elif end["outcome"] == "links":
        said = "read: it announces other URLs"
    elif end["revision"] is None:
        said = "an article, as it was"
    elif end["revision"] == 1:
        said = f"a new article: {end['title']}"
    else:
        said = f"revision {end['revision']}: {end['title']}"
    return f"{end['url']}{place}: {said}"
