"""`newscrawl stats`: how many articles by source, day, language, author or section?"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawl.commands import options, terminal
from newscrawl.errors import UsageError
from newscrawl.printable import spreadsheet_cell

if TYPE_CHECKING:
    from newscrawl.store.statistics import Dimension, Group

#: Columns that the bars of a chart in the terminal take at most.
_BAR = 40


@click.command()
@options.archive
@options.database
@click.option(
    "--by",
    "named",
    default="source",
    show_default=True,
    metavar="NAMES",
    help="Count by source, day, language, author or section, or by several of them: source,day.",
)
@click.option("--query", "asked", default="", metavar="QUERY", help="Only articles that match it.")
@options.narrowing
@click.option("--csv", "as_csv", is_flag=True, help="Comma-separated values instead of a table.")
@options.as_json
@click.option(
    "--svg", "svg", type=click.Path(path_type=Path), help="Also draw a bar chart into this file."
)
@click.option("--force", is_flag=True, help="Let --svg replace a file that is there.")
def stats(
    archive: Path,
    named: str,
    asked: str,
    since: str | None,
    until: str | None,
    sources: tuple[str, ...],
    languages: tuple[str, ...],
    as_csv: bool,
    as_json: bool,
    svg: Path | None,
    force: bool,
) -> None:
    """Count articles: each once, by its last revision; by author, once for each of its authors.

    A day is that of publication, as the article states it. docs/reference/search.md describes queries.
    """
    from newscrawl.commands.archive_access import name_unknown_sources, store_of

    by = _dimensions(named)
    if as_csv and as_json:
        raise UsageError("--csv and --json: choose one")
    if svg is not None and svg.exists() and not force:
        raise UsageError(f"--svg {svg}: the file is there; --force replaces it")
    query = options.query(options.readable(asked))
    query = options.narrowed(query, since, until, sources, languages)
    store = store_of(archive)
    groups = store.group_counts(by, query)
    if as_csv:
        _write_csv(by, groups)
    elif as_json:
        for group in groups:
            terminal.json_line(
                {**dict(zip(by, group.values, strict=True)), "articles": group.number}
            )
    elif groups:
        _print_table(by, groups)
    if not groups:
        name_unknown_sources(store, query)
        terminal.say(f"newscrawl: no article in {archive} matches", err=True)
        click.get_current_context().exit(1)
    if svg is not None:
        _write_svg(svg, by, groups)


def _dimensions(named: str) -> list[Dimension]:
    from newscrawl.store.statistics import DIMENSIONS

    by: list[Dimension] = []
    for name in named.split(","):
        found = [each for each in DIMENSIONS if each == name.strip().lower()]
        if not found:
            raise UsageError(f"--by {name.strip()!r}: not one of {', '.join(DIMENSIONS)}")
        by += [each for each in found if each not in by]
    return by


def _write_csv(by: list[Dimension], groups: list[Group]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow([*by, "articles"])
    for group in groups:
        writer.writerow([*map(spreadsheet_cell, group.values), group.number])


def _print_table(by: list[Dimension], groups: list[Group]) -> None:
    """On a terminal each row has a bar; what an article does not state is shown as a hyphen."""
    from newscrawl.commands.text_table import Column, print_table

    is_terminal = sys.stdout.isatty()
    columns = [
        *(Column(name.capitalize(), is_wrapped=is_terminal, overflow="fold") for name in by),
        Column("Articles", is_right=True),
        *([Column("", overflow="crop")] if is_terminal else ()),
    ]
    largest = max(group.number for group in groups)
    rows = (
        (
            *(value or "-" for value in group.values),
            group.number,
            *((bar_of(group.number, largest),) if is_terminal else ()),
        )
        for group in groups
    )
    print_table(terminal.console(), columns, rows)


def bar_of(number: int, largest: int) -> str:
    """A bar, in eighths of a character, that is `_BAR` long for the largest number."""
    eighths = max(1, round(8 * _BAR * number / largest))
    return "█" * (eighths // 8) + "▏▎▍▌▋▊▉"[eighths % 8 - 1 : eighths % 8]


def _write_svg(path: Path, by: list[Dimension], groups: list[Group]) -> None:
    from newscrawl.commands.bar_chart import bar_chart
    from newscrawl.storage.durable import storage_errors

    rows = [(" · ".join(value or "-" for value in group.values), group.number) for group in groups]
    with storage_errors(path):
        path.write_text(bar_chart(f"Articles by {', '.join(by)}", rows), "utf-8")
