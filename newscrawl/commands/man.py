"""`newscrawl man`: the manual page, made from the help of all commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawl.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ENVIRONMENT = {
    "NEWSCRAWL_ARCHIVE": "The archive's folder, for --archive.",
    "NEWSCRAWL_SOURCES": "A file of sources, for --sources.",
    "NEWSCRAWL_DATABASE": "Another database than the archive's own, for --db.",
    "NEWSCRAWL_OPERATOR": "Name and contact of who crawls, for the User-Agent and the WARCs.",
}
_EXIT_CODES = {
    "0": "fine",
    "1": "failed",
    "2": "usage",
    "3": "archive damaged, or records differ",
    "4": "nothing to do",
}


@click.command()
def man() -> None:
    """Print the manual page."""
    from newscrawl.commands import cli

    for line in manual_page(cli):
        click.echo(line)


def manual_page(cli: click.Group) -> Iterator[str]:
    """The lines of the page in the macros of man(7)."""
    context = click.Context(cli, info_name="newscrawl", **cli.context_settings)
    yield f'.TH NEWSCRAWL 1 "" "newscrawl {__version__}" "User Commands"'
    yield from (".SH NAME", r"newscrawl \- news crawler and archiver")
    yield from (".SH SYNOPSIS", r".B newscrawl", r"\fICOMMAND\fR [\fIOPTIONS\fR] [\fIARGUMENTS\fR]")
    yield ".SH DESCRIPTION"
    yield from _text(cli.help)
    yield ".SH COMMANDS"
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        yield from _command(command, click.Context(command, parent=context, info_name=name))
    yield ".SH ENVIRONMENT"
    yield from _terms(_ENVIRONMENT.items())
    yield ".SH EXIT STATUS"
    yield from _terms(_EXIT_CODES.items())


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f".SS {_escaped(context.command_path)}"
    yield r"\fB" + _escaped(context.get_usage().removeprefix("Usage: ")) + r"\fR"
    yield ".PP"
    yield from _text(command.help)
    records = (each.get_help_record(context) for each in command.get_params(context))
    yield from _terms(record for record in records if record is not None)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _command(below, click.Context(below, parent=context, info_name=name))


def _terms(records: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, meaning in records:
        yield from (".TP", rf"\fB{_escaped(term)}\fR", _line(meaning))


def _text(text: str | None) -> Iterator[str]:
    """Paragraphs; one with click's mark is not wrapped."""
    for paragraph in (text or "").split("\n\n"):
        lines = [line for line in paragraph.splitlines() if line.strip()]
        if lines and lines[0].strip() == "\b":
            yield from (".nf", *(_line(line) for line in lines[1:]), ".fi")
        else:
            yield _line(" ".join(paragraph.split()))
        yield ".PP"


def _line(text: str) -> str:
    """Text for a line of its own, which must not begin as a macro does."""
    line = _escaped(text)
    return rf"\&{line}" if line.startswith((".", "'")) else line


def _escaped(text: str) -> str:
    return " ".join(text.replace("\\", r"\e").replace("-", r"\-").split())
