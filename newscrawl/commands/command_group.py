"""A group of commands, as `newscrawl sources`."""

from __future__ import annotations

import click


class CommandGroup(click.Group):
    """A group whose help has the first sentence of each command as a whole."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        named = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, _first_sentence(each)) for name, each in named if each])


def _first_sentence(command: click.Command) -> str:
    text = " ".join((command.help or "").partition("\n\n")[0].split())
    return text.partition(". ")[0].removesuffix(".") + "."
