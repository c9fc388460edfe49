"""`newscrawl doctor`: what a bug report needs, and what is wrong with this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawl.commands import options, terminal

if TYPE_CHECKING:
    from pathlib import Path

_SIGNS = {"ok": "   ", "note": " * ", "wrong": " ! "}


@click.command()
@options.archive
@options.database
@click.option(
    "--resolve",
    "hosts",
    multiple=True,
    metavar="HOST",
    help="Look up the address of this host, too.",
)
@options.as_json
def doctor(archive: Path, hosts: tuple[str, ...], as_json: bool) -> None:
    """Show what a bug report needs: versions, extras, environment, archive, database, disk, clock, resolver.

    Writes nothing, and asks nobody but the resolver. Passwords are left out. Exits with 1 if something is
    wrong.
    """
    from newscrawl.commands.diagnosis import findings

    is_wrong = False
    for each in findings(archive, hosts):
        is_wrong = is_wrong or each.state == "wrong"
        if as_json:
            terminal.json_line(
                {"topic": each.topic, "name": each.name, "value": each.value, "state": each.state}
            )
        else:
            terminal.say(f"{_SIGNS[each.state]}{each.topic:<11} {each.name:<21} {each.value}")
    click.get_current_context().exit(1 if is_wrong else 0)
