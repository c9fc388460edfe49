"""`newscrawl audit`: what became of every URL that was announced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from newscrawl.commands import options, terminal
from newscrawl.errors import NothingToDo

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.monitoring.audit import Account, Audit

#: What a URL that was no miss is called, after its place.
_PLACES = {
    "captured": "an article in the archive",
    "elsewhere": "redirects to such an article, or is a variant of one",
    "waiting": "due, in flight, or to be tried again",
    "unaccounted": "no end is known: a fault in newscrawl",
}
_COLUMNS = ("Announced", "Captured", "", "Elsewhere", "Waiting", "Missed", "Unaccounted")


@click.command()
@click.option(
    "--since", metavar="TIME", help="First announced then or later: 2026-05-19, 2026-05, 7d, ..."
)
@click.option("--until", metavar="TIME", help="First announced then or earlier.")
@options.some_sources
@options.archive
@options.database
@options.as_json
def audit(
    archive: Path,
    since: str | None,
    until: str | None,
    named: tuple[str, ...],
    file: Path | None,
    as_json: bool,
) -> int:
    """Account for all URLs that feeds, sitemaps and front pages announced.

    It counts how many were captured, and the reasons for the others. Exits with 0 if each URL is an article,
    a miss with its cause, or waiting; with 1 if one is none of these; with 4 if nothing was announced.
    """
    from newscrawl.commands.archive_access import engine_of, layout_of, require_sources
    from newscrawl.monitoring.audit import Account
    from newscrawl.monitoring.audit import audit as account

    layout_of(archive)
    wanted = options.span(since, until)
    begin = wanted.begin.timestamp() if wanted.begin else None
    end = wanted.end.timestamp() if wanted.end else None
    only, engine = options.source_names(named, file), engine_of(archive)
    require_sources(engine, named)
    found = list(account(engine, since=begin, until=end, only=only))
    if not found:
        raise NothingToDo(f"{archive}: nothing was announced{_within(since, until)}")
    pages, lists = Account(), Account()
    for each in found:
        pages.join(each.pages)
        lists.join(each.lists)
    if as_json:
        terminal.json_line(_facts(found, pages, lists))
    else:
        _show(found, pages, lists)
    return 1 if pages.unaccounted or lists.unaccounted else 0


def _facts(found: list[Audit], pages: Account, lists: Account) -> dict[str, Any]:
    return {
        "pages": pages.to_dict(),
        "lists": lists.to_dict(),
        "sources": {
            each.source: {"pages": each.pages.to_dict(), "lists": each.lists.to_dict()}
            for each in found
        },
    }


def _show(found: list[Audit], pages: Account, lists: Account) -> None:
    from newscrawl.causes import meaning_of
    from newscrawl.commands.text_table import Column, name_column, print_table
    from newscrawl.monitoring.audit import percentages

    # So that the table fits a terminal of 80 columns where all is as it should be.
    names = _COLUMNS if pages.unaccounted else _COLUMNS[:-1]
    columns = [
        name_column("Source", [each.source for each in found]),
        *(Column(name, is_right=True, is_wrapped=True) for name in names),
    ]
    rows = ((each.source, *_row(each.pages)[: len(names)]) for each in found)
    out = terminal.console()
    total = ("all", *_row(pages)[: len(names)]) if len(found) > 1 else None
    print_table(out, columns, rows, total=total)
    out.print()
    shares = percentages(pages.places)
    for place, number in pages.places.items():
        meaning = _PLACES.get(place) or meaning_of(place)
        out.print(f"{number:>9} {shares[place]:>5.1f} % {place}: {meaning}")
    for announcer, (number, captured) in sorted(pages.by.items()):
        out.print(f"{number:>9} announced by {announcer}, {captured} of them captured")
    if lists.announced:
        rest = ", ".join(f"{n} {place}" for place, n in lists.places.items() if place != "captured")
        out.print(
            f"{lists.announced:>9} feeds and sitemaps announced, {lists.captured} of them read"
            + (f"; {rest}" if rest else "")
        )


def _row(pages: Account) -> tuple[str, ...]:
    share = f"{pages.captured / pages.announced:.1%}" if pages.announced else "-"
    missed = sum(pages.missed.values())
    return (
        str(pages.announced), str(pages.captured), share, str(pages.elsewhere),
        str(pages.waiting), str(missed), str(pages.unaccounted),
    )  # fmt: skip


def _within(since: str | None, until: str | None) -> str:
    return (f" since {since}" if since else "") + (f" until {until}" if until else "")
