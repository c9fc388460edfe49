"""The `newscrawl` command: each subcommand parses its arguments, calls a room and prints."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from typing import Any

import click

from newscrawl.commands.examples import add_examples
from newscrawl.errors import NewscrawlError
from newscrawl.printable import printable
from newscrawl.version import __version__

DOCUMENTATION = "https://github.com/newscrawl/newscrawl/tree/main/docs"
#: Subcommands, in the order of the help, with the line that the help shows for each.
COMMANDS = {
    "crawl": "Fetch what is new: one pass, then stop.",
    "recrawl": "Fetch known URLs now, and print what became of each.",
    "watch": "Poll the sources of a file when they are due, until stopped.",
    "sources": "Write, discover and check the file of sources.",
    "rules": "Write, check and try rules that correct what is extracted from a site.",
    "replay": "Make the records again from captures, without a network.",
    "show": "Show one record.",
    "search": "Search the articles.",
    "history": "Show each visit to one article, and what had changed.",
    "diff": "Compare two versions of an article, word by word.",
    "changes": "List what changed in articles: edits, removals, returns.",
    "related": "Show the copies and sources of one article.",
    "compare": "Compare two articles: common passages, substitutions, who was first.",
    "stories": "Group the articles of some days by event.",
    "stats": "Count articles by source, day, language, author or section.",
    "status": "Show sources, articles and misses, and what has become worse.",
    "runs": "List the passes: what each fetched, found and missed.",
    "audit": "Account for every URL that was announced.",
    "export": "Write records, misses or a WACZ package.",
    "verify": "Check an archive: files, index, records and database against each other.",
    "prune": "Delete captures that are too old.",
    "compact": "Join the small WARCs of many runs into full ones.",
    "archive": "Copy, move, join, back up and restore archives.",
    "migrate": "Bring the tables of an archive up to this version.",
    "remove": "Remove an article from an archive permanently.",
    "extract": "Make a record from one HTML file.",
    "browse": "Read, search, follow and check an archive in a browser.",
    "serve": "Show captures as they were, in a browser.",
    "proxy": "Capture what a browser or a tool of yours asks for.",
    "doctor": "Show versions, settings and the machine, for a bug report.",
    "completion": "Print the completion for a shell.",
    "man": "Print the manual page.",
    "sample": "Run or crawl the bundled sample newspaper.",
}


_REFUSED_WRITES = {errno.EBADF, errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG}


class _ReaderGone(Exception):
    """Whoever read the command's output does so no longer."""


class Commands(click.Group):
    """Imports a subcommand when it is called: the help must not wait for what only a crawl needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name == "help":
            return _help
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"newscrawl.commands.{name}")
        command: click.Command = getattr(module, name)
        add_examples(command, name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ReaderGone from error  # click would end with 1

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"The pages docs/... are at {DOCUMENTATION}",
)
@click.version_option(__version__, prog_name="newscrawl")
def cli() -> None:
    """Crawl news sites: find new articles, keep the exact bytes, store a clean record of each.

    \b
    Examples:
      newscrawl sample crawl
      newscrawl crawl https://paper.example/ --limit 20
      newscrawl search 'ferry -storm'
      newscrawl help crawl

    Exit codes: 0 fine, 1 failed, 2 usage, 3 archive damaged or records differ, 4 nothing to do.
    """


@click.command("help")
@click.argument("names", nargs=-1, metavar="[COMMAND]...")
def _help(names: tuple[str, ...]) -> None:
    """Show the help of a command, as --help does."""
    cli.main([*names, "--help"], prog_name="newscrawl", standalone_mode=False)


def main() -> None:
    """Run the command; a user's mistake, and what the machine refuses, is one line and an exit code."""
    _open_standard_files()
    try:
        code = cli.main(standalone_mode=False)
        sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except NewscrawlError as error:
        for line in str(error).splitlines():
            click.echo(f"newscrawl: {printable(line)}", err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("newscrawl: stopped", err=True)
        sys.exit(1)
    except (BrokenPipeError, _ReaderGone):
        # The reader of our output, `head` say, has seen enough.
        _discard_output()
        sys.exit(0)
    except OSError as error:
        click.echo(f"newscrawl: {printable(_refused(error))}", err=True)
        _discard_output()
        sys.exit(1)
    except MemoryError:
        click.echo("newscrawl: out of memory", err=True)
        sys.exit(1)


def _refused(error: OSError) -> str:
    """What the operating system refused, and of which file."""
    why = os.strerror(error.errno) if error.errno else str(error)
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {why}"
    # All files of an archive are written by rooms that name them.
    return f"standard output: {why}" if error.errno in _REFUSED_WRITES else why


def _open_standard_files() -> None:
    """Without an output that is open, the next file that is opened would be taken for it.

    What is written to an output that was closed fails.
    """
    for number, mode in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _discard_output() -> None:
    """What is still to be written when the interpreter ends goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
