"""`newscrawl rules`: an example, mistakes, what a rule does to a page, and which still match."""

from __future__ import annotations

from pathlib import Path

import click

from newscrawl.commands import options, terminal
from newscrawl.errors import NothingToDo, RuleError, UsageError
from newscrawl.printable import counted

_DEFAULT = Path("rules.toml")


@click.group()
def rules() -> None:
    """What you state of a site's pages, as data: docs/rules.md."""


@rules.command()
@click.argument("file", type=click.Path(path_type=Path), default=_DEFAULT)
def init(file: Path) -> None:
    """Write an example of a rules file to FILE (rules.toml), with each key explained."""
    from newscrawl.rules import example

    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(example())
    except FileExistsError as error:
        raise UsageError(f"{file} is there already, and is left as it is") from error
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
    terminal.say(f"{file} is written: an example to edit. Then:", err=True)
    terminal.say(f"  {terminal.command_line('rules', 'check', str(file))}", err=True)


@rules.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@options.rules
def check(file: Path | None, rules: Path | None) -> None:
    """Name every mistake in FILE, a file or folder of rules, with its line; exit with 2 if there is one.

    Without FILE, the rules that a crawl would take.
    """
    from newscrawl.rules import read_rules

    path = file or options.rules_path(rules)
    if path is None:
        raise NothingToDo("no rules: name a file or folder of them")
    read = read_rules(path)
    if read.mistakes:
        raise RuleError(read.mistakes)
    terminal.say(f"{path}: {counted(len(read.rules.rules), 'rule')}, no mistakes")
