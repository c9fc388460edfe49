"""`newscrawl sources`: the papers to crawl, and whether they are where the file says."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawl.commands import options, terminal
from newscrawl.commands.command_group import CommandGroup
from newscrawl.errors import SourceError, UsageError

if TYPE_CHECKING:
    from newscrawl.sources import Source

_DEFAULT = Path("sources.toml")
_ARCHIVE = click.option(
    "--archive",
    type=click.Path(path_type=Path),
    default=Path("archives/discover"),
    show_default=True,
    help="The archive for what is fetched; NEWSCRAWL_ARCHIVE, which is for crawls, does not change it.",
)
_FILE = click.option(
    "--sources",
    "file",
    type=click.Path(path_type=Path),
    default=_DEFAULT,
    show_default=True,
    envvar="NEWSCRAWL_SOURCES",
    show_envvar=True,
    help="The file of sources.",
)
_OUTPUT = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="A new file instead of stdout."
)


@click.group(cls=CommandGroup)
def sources() -> None:
    """Write, discover, check and convert the file of sources."""


@sources.command()
@click.argument("file", type=click.Path(path_type=Path), default=_DEFAULT)
def init(file: Path) -> None:
    """Write an example of a sources file to FILE (sources.toml), with each key explained."""
    from newscrawl.sources import example

    _write_new(file, example())
    terminal.say(f"{file} is written: an example to edit. Then:", err=True)
    terminal.say(f"  {terminal.command_line('crawl', '--sources', str(file))}", err=True)


@sources.command("import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@_OUTPUT
def import_(file: Path, output: Path | None) -> None:
    """Make a sources file of an OPML subscription list, FILE (- for stdin)."""
    from newscrawl.sources import read_opml, write_toml

    faults: list[str] = []
    try:
        found = read_opml(_read(file), faults=faults)
    except SourceError as error:
        raise SourceError([f"{file}: {line}" for line in error.lines]) from error
    for fault in faults:
        terminal.say(f"newscrawl: {file}: {fault}", err=True)
    if not found:
        raise SourceError([f"{file}: no feed in it"])
    _print(write_toml(found), output)


@sources.command()
@_FILE
@click.option("--opml", "form", flag_value="opml", default="opml", help="OPML; the default.")
@click.option("--toml", "form", flag_value="toml", help="TOML, in the order and form of this tool.")
@_OUTPUT
def export(file: Path, form: str, output: Path | None) -> None:
    """Print the sources for other programs. OPML has their names, homes, feeds and languages."""
    from newscrawl.sources import read_sources, write_opml, write_toml

    found = read_sources(file)
    _print(write_opml(found) if form == "opml" else write_toml(found), output)


@sources.command("list")
@_FILE
@options.archive
@options.database
@options.as_json
def list_sources(file: Path, archive: Path, as_json: bool) -> None:
    """Show the sources of a file, and which are paused in the archive. Every mistake in the file is named,
    with its line."""
    from newscrawl.commands.source_pauses import paused_sources, state_of
    from newscrawl.monitoring.alerts import said
    from newscrawl.sources import read_sources

    found, paused, day = read_sources(file), paused_sources(archive), datetime.now(UTC).date()
    if as_json:
        for source in found:
            since = said(paused[source.name], iso=True) if source.name in paused else None
            terminal.json_line({**source.to_dict(), "paused_at": since})
        return
    from newscrawl.commands.text_table import Column, name_column, print_table

    rows = [_row(source, state_of(source, paused.get(source.name), day)) for source in found]
    # What no source states needs no column.
    names = [n for n in _COLUMNS if n in ("Home", "Feeds", "Sitemaps") or any(r[n] for r in rows)]
    columns = [name_column("Name", (source.name for source in found))]
    for name in names:
        is_right = name in ("Feeds", "Sitemaps", "Rate")
        columns.append(Column(name, is_right=is_right, is_wrapped=True, overflow="fold"))
    cells = (
        (source.name, *(row[name] for name in names))
        for source, row in zip(found, rows, strict=True)
    )
    print_table(terminal.console(), columns, cells)


_COLUMNS = ("Home", "Feeds", "Sitemaps", "Language", "Zone", "Rate", "Until", "State")


def _row(source: Source, state: str) -> dict[str, str]:
    return {
        "Home": source.home,
        "Feeds": str(len(source.feeds)),
        "Sitemaps": str(len(source.sitemaps)),
        "Language": source.language or "",
        "Zone": source.zone or "",
        "Rate": f"{source.rate:g}" if source.rate else "",
        "Until": source.valid_until.isoformat() if source.valid_until else "",
        "State": state,
    }


@sources.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@_FILE
@options.archive
@options.database
def pause(names: tuple[str, ...], file: Path, archive: Path) -> None:
    """Fetch nothing of these sources until they are resumed.

    The archive's database keeps it, for every crawl; a crawl or watch that runs obeys within a minute.
    Requests in flight are still sent.
    """
    from newscrawl.commands.source_pauses import pause as pause_all

    pause_all(names, archive, file)


@sources.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@_FILE
@options.archive
@options.database
def resume(names: tuple[str, ...], file: Path, archive: Path) -> None:
    """Crawl these sources again that were paused."""
    from newscrawl.commands.source_pauses import resume as resume_all

    resume_all(names, archive, file)


@sources.command()
@click.argument("url")
@_ARCHIVE
@options.as_json
@options.overrides
def discover(url: str, archive: Path, as_json: bool, overrides: tuple[str, ...]) -> None:
    """Examine the site at URL and print a `[[source]]` table for it.

    Asks for robots.txt, the front page, feeds and sitemaps where they usually are, and three articles.
    If URL is a feed and the front page refuses or is missing, the table is made from the feed.
    """
    from newscrawl.commands.source_discovery import run

    run(url, archive, as_json=as_json, overrides=options.overridden(overrides))


@sources.command()
@click.argument("url")
@_FILE
@_ARCHIVE
@click.option("--name", help="Name of the source, instead of the one that the site states.")
@options.overrides
def add(url: str, file: Path, archive: Path, name: str | None, overrides: tuple[str, ...]) -> None:
    """Examine the site at URL, as `discover` does, and append its table to the file of sources.

    The file is made if it is not there; what is in it, comments too, stays as it is.
    """
    from newscrawl.commands.source_discovery import add as append

    append(url, file, archive, name=name, overrides=options.overridden(overrides))


@sources.command()
@_FILE
@_ARCHIVE
@click.option("--write", is_flag=True, help="Print new tables for what has moved.")
@options.as_json
@options.overrides
def check(
    file: Path, archive: Path, write: bool, as_json: bool, overrides: tuple[str, ...]
) -> None:
    """Ask each source for all that its table names, and say what does not answer, moved or is broken.

    Exits with 1 if something does not answer.
    """
    from newscrawl.commands.source_check import run

    settings = options.overridden(overrides)
    code = run(file, archive, write=write, as_json=as_json, overrides=settings)
    click.get_current_context().exit(code)


def _read(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error


def _print(text: str, output: Path | None) -> None:
    if output is None:
        terminal.say(text, nl=False)
    else:
        _write_new(output, text)


def _write_new(file: Path, text: str) -> None:
    """Write a file that is not there yet."""
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    except FileExistsError as error:
        raise UsageError(f"{file} is there already, and is left as it is") from error
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
