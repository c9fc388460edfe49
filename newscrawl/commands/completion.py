"""`newscrawl completion`: what a shell has to read so that it completes commands and options."""

from __future__ import annotations

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion for a shell."""
    from click.shell_completion import get_completion_class

    from newscrawl.commands import cli

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(cli, {}, "newscrawl", "_NEWSCRAWL_COMPLETE").source())
