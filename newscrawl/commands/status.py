"""`newscrawl status`: what an archive holds, how its URLs ended, and whether its sources are as they were."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from newscrawl.commands import options, terminal
from newscrawl.printable import counted
from newscrawl.storage.disk_space import bound_in_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from newscrawl.monitoring.alerts import Verdict
    from newscrawl.monitoring.notification import Notifier

_COLUMNS = (
    "Articles", "24 h", "usual", "Waiting", "Missed", "Feeds", "no date", "no author",
    "Last article",
)  # fmt: skip
#: Columns of a terminal that one table with all of these fits in.
_WIDE = 118
#: Sources that are named as origins of the words of one.
MAX_ORIGINS = 5

_ENDED_WELL = frozenset({"article", "links", "due", "leased"})


@click.command()
@click.option(
    "--check",
    is_flag=True,
    help="Print only alarms, and exit with 1 if there is one.",
)
@click.option(
    "--feeds", is_flag=True, help="List each feed, sitemap and front page: when it is due."
)
@click.option(
    "--bytes",
    "sizes",
    is_flag=True,
    help="Add how many bytes of captures are of each source. Goes through all captures.",
)
@options.notification
@options.some_sources
@options.rules
@options.archive
@options.database
@options.as_json
def status(
    archive: Path,
    check: bool,
    feeds: bool,
    sizes: bool,
    named: tuple[str, ...],
    file: Path | None,
    rules: Path | None,
    as_json: bool,
    notifier: Notifier,
) -> int:
    """Show sources, captures, articles, misses by cause, and what has changed for the worse.

    Each source is compared with its own past of eight weeks. --notify and --webhook tell what --check prints.
    """
    from newscrawl.commands.archive_access import engine_of, layout_of, require_sources

    layout_of(archive)
    only = options.source_names(named, file)
    if file is None:
        require_sources(engine_of(archive), named)
    if check:
        papers = options.papers_in_force(file) if file is not None and not named else []
        found = [
            *verdicts(archive, only, papers),
            *_of_rules(archive, only, options.rules_path(rules, file)),
        ]
        return _tell(found, archive, notifier, as_json=as_json)
    facts = collect(archive, only)
    if sizes:
        facts["captured"] = _captured(archive, only)
    if as_json:
        terminal.json_line(facts)
    else:
        _show(facts, feeds=feeds)
    return 0


def collect(archive: Path, only: set[str] | None = None) -> dict[str, Any]:
    """What `status --json` prints."""
    from newscrawl.commands.archive_access import engine_of, layout_of
    from newscrawl.frontier import SqlFrontier
    from newscrawl.monitoring.alerts import judge
    from newscrawl.monitoring.drawn_pages import drawn_pages
    from newscrawl.monitoring.metrics import gather
    from newscrawl.monitoring.summary import day_before, summary
    from newscrawl.storage.file_names import local_size
    from newscrawl.store import Store

    layout, engine, now = layout_of(archive), engine_of(archive), time.time()
    store = Store(engine)
    frontier = SqlFrontier(engine)
    stored, urls, known = store.counts(), frontier.counts(), frontier.register.known()
    needed, reused = frontier.requisites.counts(), store.reuse_log.by_source()
    drawn = drawn_pages(layout.index, engine)
    backlog = store.backlog(since=day_before(now))
    everything = gather(engine, now=now, only=only, whole=True)
    names = sorted(n for n in {*stored, *urls} if only is None or n in only)
    sources = {
        name: {
            **_source(stored.get(name), urls.get(name, {})),
            "backlog": backlog.get(name, 0),
            "requisites": needed.get(name, {}),
            "renderings": _renderings(drawn[name], urls.get(name, {})),
            "reuse": reused[name].to_dict() if name in reused else {},
            "paused": _when(known[name].paused_at) if name in known else None,
            **(summary(everything.sources[name], now=now) if name in everything.sources else {}),
        }
        for name in names
    }
    missed: dict[str, int] = {}
    for source in sources.values():
        for cause, number in source["missed"].items():
            missed[cause] = missed.get(cause, 0) + number
    files = [*layout.finished(), *layout.unfinished()]
    return {
        "archive": str(archive),
        "warcs": len(files),
        "bytes": sum(map(local_size, files)),
        "captures": store.capture_count(),
        "articles": sum(source["articles"] for source in sources.values()),
        "records": sum(source["records"] for source in sources.values()),
        "reuse": {"pairs": store.reuse_log.counts(), "pending": store.reuse_log.pending()},
        "missed": missed,
        "sources": sources,
        "verdicts": [v.to_dict() for v in judge(everything, now=now, known=known)],
    }


def _captured(archive: Path, only: set[str] | None) -> list[dict[str, Any]]:
    """Captures and bytes of each source, the largest first; the source of what is of none is null."""
    from newscrawl.commands.archive_access import engine_of
    from newscrawl.monitoring.captured_bytes import captured_bytes

    found = captured_bytes(engine_of(archive))
    return [
        {"source": source, "captures": number, "bytes": size}
        for source, (number, size) in sorted(found.items(), key=lambda item: -item[1][1])
        if only is None or source in only
    ]


def verdicts(archive: Path, only: set[str] | None, papers: list[tuple[str, str]]) -> list[Verdict]:
    """What `status --check` prints; `papers` are name and site of those that should be known."""
    from newscrawl.commands.archive_access import engine_of, known_sources
    from newscrawl.frontier import SourceRegister
    from newscrawl.monitoring.alerts import disk_space, judge, never_asked
    from newscrawl.monitoring.metrics import gather
    from newscrawl.storage.disk_space import free_bytes

    engine, now = engine_of(archive), time.time()
    known = known_sources(engine) if papers else set()
    register = SourceRegister(engine).known()
    never = [never_asked(name) for name, site in papers if not {name, site} & known]
    facts = gather(engine, now=now, only=only, whole=False)
    bounds = {
        "warn": _bytes("NEWSCRAWL_DISK_WARN_BYTES"),
        "stop": _bytes("NEWSCRAWL_DISK_STOP_BYTES"),
    }
    full = disk_space(free_bytes(archive), **bounds)
    return [*full, *judge(facts, now=now, known=register), *never]


def _bytes(name: str) -> int:
    """A setting, as the environment may have it. Raises UsageError."""
    from newscrawl import settings

    return bound_in_bytes(name, getattr(settings, name))


def _when(moment: float | None) -> str | None:
    from newscrawl.monitoring.alerts import said

    return said(moment, iso=True) if moment is not None else None


def _of_rules(archive: Path, only: set[str] | None, path: Path | None) -> list[Verdict]:
    """The verdicts on rules for sites, those of these sources."""
    from newscrawl.commands.rules_coverage import coverages
    from newscrawl.monitoring.alerts import of_rules, unusable_rule
    from newscrawl.rules import read_rules

    if path is None:
        return []
    read = read_rules(path)
    unusable = [unusable_rule(str(path), line) for line in read.skipped]
    found = of_rules(coverages(archive, read.rules))
    return [*unusable, *(v for v in found if only is None or v.source in only)]


def _tell(found: list[Verdict], archive: Path, notifier: Notifier, *, as_json: bool) -> int:
    for verdict in found:
        if as_json:
            terminal.json_line(verdict.to_dict())
        else:
            terminal.say(verdict.line())
    if found:
        facts = {"archive": str(archive), "began": [verdict.to_dict() for verdict in found]}
        for failure in notifier.send("alarms", [verdict.line() for verdict in found], facts):
            terminal.say(f"newscrawl: {failure}", err=True)
    return 1 if found else 0


def _show(facts: dict[str, Any], *, feeds: bool) -> None:
    out = terminal.console()
    # A narrow terminal has two tables, and no heading that is cut.
    narrow = (_COLUMNS[:6], _COLUMNS[6:])
    for number, names in enumerate((_COLUMNS,) if out.width >= _WIDE else narrow):
        if number:
            out.print()
        _print_table(out, facts["sources"], names)
    out.print()
    captures, warcs = counted(facts["captures"], "capture"), counted(facts["warcs"], "WARC")
    out.print(f"{captures} in {warcs}, {facts['bytes']:,} bytes")
    articles, records = counted(facts["articles"], "article"), counted(facts["records"], "record")
    out.print(f"{articles}, {records} with all revisions")
    if backlog := sum(source["backlog"] for source in facts["sources"].values()):
        out.print(
            f"24 h leaves out {counted(backlog, 'article')} dated over three days before capture"
        )
    if said := _reuse(facts["reuse"]):
        out.print(said)
    _show_copies(out, facts)
    for cause, number in sorted(facts["missed"].items(), key=lambda item: (-item[1], item[0])):
        out.print(f"{number:>7} {cause}: {_meaning(cause)}")
    _show_requisites(out, facts)
    _show_renderings(out, facts)
    for each in facts.get("captured", ()):
        name = each["source"] or "robots.txt, parts of pages and others"
        captured = counted(each["captures"], "capture")
        terminal.print_line(out, f"{each['bytes']:>15,} bytes, {captured}: {name}", folds=False)
    _show_trouble(out, facts)
    _show_next(out, facts, hint=not feeds)
    if feeds:
        _show_feeds(out, facts)


def _reuse(facts: dict[str, Any]) -> str:
    """How many pairs of articles have words in common, and how many are still to be compared."""
    pairs = {label: number for label, number in facts["pairs"].items() if label != "unrelated"}
    said = ", ".join(f"{number} {label}" for label, number in pairs.items())
    waiting = f"{counted(facts['pending'], 'article')} to compare (newscrawl migrate)"
    parts = [f"text reuse in {counted(sum(pairs.values()), 'pair')}: {said}"] if pairs else []
    return "; ".join([*parts, *([waiting] if facts["pending"] else [])])


def _show_copies(out: Console, facts: dict[str, Any]) -> None:
    """Say of each source how many of its articles have words of earlier ones, and of which sources."""
    for name, source in facts["sources"].items():
        if source["reuse"] and source["reuse"]["copies"]:
            origins = list(source["reuse"]["origins"].items())
            said = ", ".join(f"{number} of {origin}" for origin, number in origins[:MAX_ORIGINS])
            more = f" and {len(origins) - MAX_ORIGINS} more" if len(origins) > MAX_ORIGINS else ""
            copies = counted(source["reuse"]["copies"], "article")
            line = f"{name}: {copies} with words of articles seen earlier elsewhere: {said}{more}"
            terminal.print_line(out, line, folds=False)


def _show_requisites(out: Console, facts: dict[str, Any]) -> None:
    """Say what became of the pictures, style sheets and fonts of articles, source by source."""
    for name, source in facts["sources"].items():
        if numbers := source["requisites"]:
            said = ", ".join(f"{number} {how}" for how, number in numbers.items())
            terminal.print_line(out, f"Requisites of {name}: {said}")


def _show_renderings(out: Console, facts: dict[str, Any]) -> None:
    """Say how many pages of each source a browser drew, and why it did not draw others."""
    for name, source in facts["sources"].items():
        if numbers := source["renderings"]:
            said = ", ".join(f"{number} {how}" for how, number in numbers.items())
            terminal.print_line(out, f"Drawn by a browser for {name}: {said}", folds=False)


def _show_next(out: Console, facts: dict[str, Any], *, hint: bool) -> None:
    """Say which feed is polled next, and when; with a hint how all are listed."""
    due = [
        (feed["due"], name, feed["url"])
        for name, source in facts["sources"].items()
        for feed in source.get("feeds") or []
        if feed["due"] and not source["paused"]
    ]
    if due:
        at, name, url = min(due)
        rest = " (--feeds lists all)" if hint else ""
        terminal.print_line(out, f"Next poll: {_soon(at)} UTC, {name}: {url}{rest}")


def _show_feeds(out: Console, facts: dict[str, Any]) -> None:
    """A line for each: the next poll, the last answer, the state, the URL."""
    for name, source in facts["sources"].items():
        out.print()
        terminal.print_line(out, name, style="bold")
        for feed in source.get("feeds") or []:
            times = f"next {_soon(feed['due']):16}  answered {_soon(feed['answered']):16}"
            line = f"  {times}  {feed['state']:8} {feed['url']}"
            terminal.print_line(out, line, folds=False)


def _print_table(out: Console, sources: dict[str, Any], names: Sequence[str]) -> None:
    from newscrawl.commands.text_table import Column, name_column, print_table

    places = [_COLUMNS.index(name) for name in names]
    columns = [
        name_column("Source", sources),
        *(Column(name, is_right=name != "Last article") for name in names),
    ]
    rows = ((name, *map(_row(source).__getitem__, places)) for name, source in sources.items())
    print_table(out, columns, rows)


def _row(source: dict[str, Any]) -> tuple[str, ...]:
    day = source.get("day") or {"articles": 0, "usual": None}
    low, _, high = day["usual"] or (None, None, None)
    lacking, feeds = source.get("lacking") or {}, source.get("feeds") or []
    good = sum(feed["state"] in ("fine", "faulty") for feed in feeds)
    return (
        str(source["articles"]),
        str(day["articles"]),
        "-" if low is None else f"{low}-{high}" if low != high else str(low),
        str(source["waiting"]),
        str(sum(source["missed"].values())),
        f"{good}/{len(feeds)}" if feeds else "-",
        _percent(lacking.get("date")),
        _percent(lacking.get("author")),
        terminal.when((source["last"] or "")[:16]),
    )


def _show_trouble(out: Console, facts: dict[str, Any]) -> None:
    for name, source in facts["sources"].items():
        if source["paused"]:
            terminal.print_line(out, f"{name}: paused since {terminal.when(source['paused'])}")
    for name, source in facts["sources"].items():
        for feed in source.get("feeds") or []:
            if feed["state"] not in ("fine", "unasked"):
                why = f" ({feed['why']})" if feed["why"] else ""
                terminal.print_line(out, f"{name}: {feed['url']} is {feed['state']}{why}")
    for verdict in facts["verdicts"]:
        since = f" since {verdict['since']}" if verdict["since"] else ""
        who = verdict["source"] or "all sources"
        terminal.print_line(
            out, f"{who}: {verdict['what']}{since}: {verdict['says']}", style="bold"
        )


def _soon(stated: str | None) -> str:
    return terminal.when(stated[:16]) if stated else "-"


def _percent(share: dict[str, Any] | None) -> str:
    latest = (share or {}).get("latest")
    return "-" if share is None or latest is None else f"{latest:.0%} of {share['of']}"


def _source(stored: dict[str, Any] | None, urls: dict[str, int]) -> dict[str, Any]:
    return {
        "articles": stored["articles"] if stored else 0,
        "records": stored["records"] if stored else 0,
        "last": stored["last"] if stored else None,
        "waiting": urls.get("due", 0) + urls.get("leased", 0),
        "missed": {cause: n for cause, n in urls.items() if cause not in _ENDED_WELL},
    }


def _renderings(drawn: int, urls: dict[str, int]) -> dict[str, int]:
    """Pages that a browser drew, and those that it did not, by cause; without zeros."""
    failed = {cause: urls.get(cause, 0) for cause in ("render-failed", "render-timeout")}
    return {how: number for how, number in {"drawn": drawn, **failed}.items() if number}


def _meaning(cause: str) -> str:
    from newscrawl.causes import meaning_of

    return meaning_of(cause)
