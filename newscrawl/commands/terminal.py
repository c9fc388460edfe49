"""How results look on a terminal; nothing a page says can act on it."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawl import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console
    from rich.table import Table

#: Rows of a table of articles; the rest is counted.
_ROWS = 60


def console() -> Console:
    """The terminal, or a pipe with lines that are not cut."""
    from rich.console import Console

    plain = not sys.stdout.isatty()
    return Console(width=160 if plain else None, highlight=False, emoji=False, markup=False)


def say(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print a line, with what could act on a terminal written out."""
    click.echo(printable.printable(text), err=err, nl=nl)


def add_row(table: Table, *cells: object) -> None:
    """Add a row of cells, each on one line."""
    table.add_row(*(printable.printable(" ".join(str(cell).split())) for cell in cells))


def article_table(records: Iterable[dict[str, Any]]) -> int:
    """Print time, byline, title and source, the latest first; return the number of records."""
    from rich.table import Table

    rows = sorted(records, key=newest_first, reverse=True)
    if not rows:
        return 0
    table = Table(box=None, pad_edge=False, header_style="bold")
    # On a narrow terminal the title gives way first, and of a time only its zone.
    table.add_column("Published", no_wrap=True, min_width=16, overflow="crop")
    table.add_column("Byline", no_wrap=True, min_width=10, max_width=28, overflow="ellipsis")
    table.add_column("Title", no_wrap=True, max_width=80, overflow="ellipsis")
    table.add_column("Source", no_wrap=True, min_width=10, overflow="ellipsis")
    for record in rows[:_ROWS]:
        add_row(
            table,
            when(record["published_at"]),
            ", ".join(record["authors"]) or "-",
            record["title"] or "-",
            record["publisher"] or host_of(record["url"]),
        )
    out = console()
    out.print(table)
    if len(rows) > _ROWS:
        out.print(f"... and {len(rows) - _ROWS} more")
    return len(rows)


def json_line(value: Any) -> None:
    click.echo(printable.json_line(value))


def when(stated: str | None) -> str:
    """A time as people read it: `2026-11-20 09:30 +01:00`."""
    if not stated:
        return "-"
    day, _, time = stated.partition("T")
    if not time:
        return day
    zone = "" if time.endswith("Z") else time[8:] if len(time) > 8 else ""
    return f"{day} {time[:5]} {zone.lstrip('.0123456789')}".rstrip()


def host_of(url: str | None) -> str:
    from urllib.parse import urlsplit

    return urlsplit(url or "").netloc or "-"


def command_line(*words: str) -> str:
    """A command to try next, spelled so that it works where the user stands."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        program = f"{shlex.quote(sys.executable)} -m newscrawl"
    elif called.is_absolute() and called.is_relative_to(Path.cwd()):
        program = str(called.relative_to(Path.cwd()))
    else:
        program = sys.argv[0] if "/" in sys.argv[0] and not called.is_absolute() else "newscrawl"
    return " ".join([program, *(shlex.quote(word) for word in words)])


def newest_first(record: dict[str, Any]) -> tuple[str, str]:
    return (record["published_at"] or record["capture"]["captured_at"], record["url"] or "")
