"""`newscrawl rules`: an example, mistakes, what a rule does to a page, and which still match."""

from __future__ import annotations

from pathlib import Path

import click

from newscrawl.commands import options, terminal
from newscrawl.commands.command_group import CommandGroup
from newscrawl.errors import NothingToDo, RuleError, UsageError
from newscrawl.printable import counted

_DEFAULT = Path("rules.toml")


@click.group(cls=CommandGroup)
def rules() -> None:
    """Write, check and try rules that correct what is extracted from a site: docs/reference/rules.md."""


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


@rules.command("try")
@click.argument("wanted", metavar="URL|FILE|ID")
@options.rules
@options.archive
@options.database
@click.option("--url", help="Where a FILE is from, so that its rule is found and links are read.")
@options.as_json
@options.overrides
def try_(
    wanted: str,
    rules: Path | None,
    archive: Path,
    url: str | None,
    as_json: bool,
    overrides: tuple[str, ...],
) -> None:
    """Show the record of a page without and with its rule, side by side, and what each selector finds.

    The page is a file of HTML (- for stdin), the capture of an article in the archive, by URL or id, or a
    URL, which is fetched if the archive does not have it; then it is captured in archives/discover.
    """
    from newscrawl.commands.rules_trial import show, try_rule

    settings = options.overridden(overrides)
    trial = try_rule(wanted, rules, archive, url=url, overrides=settings)
    if as_json:
        terminal.json_line(trial.to_dict())
    else:
        show(trial)


@rules.command()
@options.rules
@options.archive
@options.database
@options.as_json
def coverage(rules: Path | None, archive: Path, as_json: bool) -> int:
    """Show which rules in force match the latest pages of their sites; exit with 1 if one does not.

    Of each rule the latest 20 articles in the archive are looked at.
    """
    from newscrawl.commands.rules_coverage import coverages, show

    _, read = options.read_rules_of(rules)
    found = coverages(archive, read.rules)
    if as_json:
        for each in found:
            terminal.json_line(each.to_dict())
    else:
        show(found)
    return 1 if read.skipped or any(each.failing for each in found) else 0
