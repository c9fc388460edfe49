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
#: Columns of what is no terminal: no line is so long.
_UNLIMITED = 1_000_000
#: Columns that a name or address has at least, if it is so long.
_NAME_WIDTH = 24
#: Columns that a title has at least, if byline and source can be shorter.
_LEAST_WIDTH = 10


def console() -> Console:
    """The terminal, or a pipe with lines that are not cut."""
    from rich.console import Console

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            raise

    width = None if sys.stdout.isatty() else _UNLIMITED
    return Terminal(width=width, highlight=False, emoji=False, markup=False)


def say(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print a line, with what could act on a terminal written out."""
    click.echo(printable.printable(text), err=err, nl=nl)


def print_line(out: Console, text: str, *, style: str | None = None, folds: bool = True) -> None:
    """Print a line as `out.print` does, with what could act on a terminal written out.

    A line that nothing is to be done to costs no rendering: there may be thousands. On a terminal that is
    narrower, a line that `folds` is broken between words.
    """
    shown = printable.printable(text)
    is_plain = shown.isascii() and shown.isprintable() and not (style and out.is_terminal)
    if is_plain and (len(shown) <= out.width or not folds):
        out.file.write(shown + "\n")
    else:
        out.print(shown, style=style, soft_wrap=not folds)


def add_row(table: Table, *cells: object) -> None:
    """Add a row of cells, each on one line."""
    table.add_row(*(printable.printable(" ".join(str(cell).split())) for cell in cells))


def article_table(records: Iterable[dict[str, Any]]) -> int:
    """Print time, byline, title and source, the latest first; return the number of records.

    A pipe gets them whole.
    """
    from rich.table import Table

    rows = sorted(records, key=newest_first, reverse=True)
    if not rows:
        return 0
    table = Table(box=None, pad_edge=False, header_style="bold")
    shown, out = rows[:_ROWS], console()
    cells = [_cells(record) for record in shown]
    names = ("Published", "Byline", "Title", "Source")
    for name, width in zip(names, _widths(cells, out.width), strict=True):
        table.add_column(name, no_wrap=True, width=width)
    for row in cells:
        add_row(table, *row)
    out.print(table)
    if len(rows) > _ROWS:
        out.print(f"... and {len(rows) - _ROWS} more")
    return len(rows)


def _cells(record: dict[str, Any]) -> tuple[str, ...]:
    """Time, byline, title and source of an article."""
    return (
        when(record["published_at"]),
        ", ".join(record["authors"]) or "-",
        record["title"] or "-",
        record["publisher"] or host_of(record["url"]),
    )


def _widths(cells: list[tuple[str, ...]], width: int) -> tuple[int | None, ...]:
    """The widths of these columns on a terminal of `width` columns: None takes what its cells need.

    The title gives way first, then source and byline; what is cut ends with an ellipsis. Times stay whole.
    """
    from rich.cells import cell_len

    if width >= _UNLIMITED:
        return (None,) * 4
    time, byline, title, source = (
        max(map(cell_len, column)) for column in zip(*cells, strict=True)
    )
    byline, source = (
        max(min(byline, 28), len("Byline")),
        max(min(source, _NAME_WIDTH), len("Source")),
    )
    time = max(time, len("Published"))
    room = width - time - 6  # two blanks between columns
    if room < byline + source + _LEAST_WIDTH:
        byline = source = max((room - _LEAST_WIDTH) // 2, 1)
    return time, byline, max(min(title, 80, room - byline - source), 1), source


def add_name_column(table: Table, header: str, names: Iterable[str]) -> None:
    """Add a column of names and addresses, which are never broken; too long ones end with an ellipsis."""
    longest = max((len(name) for name in names), default=0)
    table.add_column(header, no_wrap=True, min_width=min(longest, _NAME_WIDTH))


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
