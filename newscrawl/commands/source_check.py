"""`newscrawl sources check`: does each source answer where its table says?"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newscrawl.commands import terminal
from newscrawl.commands.runner import operator_hint, run_spider
from newscrawl.errors import NothingToDo, StorageError
from newscrawl.printable import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from newscrawl.crawl.source_health import UrlHealth
    from newscrawl.sources import Source


def run(file: Path, archive: Path, *, write: bool, as_json: bool, overrides: dict[str, str]) -> int:
    """Ask and print; return the exit code."""
    from newscrawl.crawl.sources_file import SourcesFile
    from newscrawl.sources import in_force, read_sources
    from newscrawl.spiders.check import CheckSpider

    sources = in_force(read_sources(file), datetime.now(UTC).date())
    if not sources:
        raise NothingToDo(f"{file}: no source is in force today")
    operator_hint((url for source in sources for url in source.urls), overrides)
    requests = SourcesFile(file).requests
    crawler = run_spider(
        CheckSpider, archive, settings=overrides, sources=sources, requests=requests
    )
    spider: Any = crawler.spider
    if spider.fault is not None:
        raise StorageError(str(spider.fault))
    found: list[UrlHealth] = spider.health
    if as_json:
        for each in found:
            terminal.json_line(asdict(each))
    else:
        _print(sources, found)
    if write:
        _print_moved(sources, found, as_json)
    stopped = crawler.stats is None or crawler.stats.get_value("finish_reason") != "finished"
    return 0 if found and not stopped and all(each.answers for each in found) else 1


def _print(sources: Sequence[Source], found: Sequence[UrlHealth]) -> None:
    """A line for each source that is as it should be, and one for each URL that is not."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("State", "Source", "What"):
        table.add_column(name, no_wrap=True)
    table.add_column("Detail", overflow="fold")
    for source in sources:
        of_source = [each for each in found if each.source == source.name]
        if of_source and all(each.state == "ok" for each in of_source):
            entries = sum(each.entries or 0 for each in of_source)
            terminal.add_row(
                table, "ok", source.name, "all",
                f"{counted(len(of_source), 'URL')}, {counted(entries, 'entry', 'entries')}",
            )  # fmt: skip
        for each in of_source:
            if each.state != "ok":
                terminal.add_row(
                    table, each.state, source.name, each.kind, f"{each.url}: {each.detail}"
                )
    terminal.console().print(table)
    silent = {each.source for each in found if not each.answers}
    terminal.say(
        f"{counted(len(sources), 'source')}, {counted(len(found), 'URL')}; "
        + (f"silent in part or whole: {', '.join(sorted(silent))}" if silent else "all answer"),
        err=True,
    )


def _print_moved(sources: Iterable[Source], found: Iterable[UrlHealth], as_json: bool) -> None:
    """The tables of the sources of which something moved, with the new URLs; no file is changed."""
    from newscrawl.sources import table

    where = {each.url: each.moved_to for each in found if each.state == "moved" and each.moved_to}
    for source in sources:
        new = source.moved(where)
        if new == source:
            continue
        if as_json:
            terminal.json_line({"source": source.name, "table": table(new)})
        else:
            notes = {there: [f"was {here}"] for here, there in where.items()}
            terminal.say("\n" + table(new, notes=notes), nl=False)
