"""`newscrawl sample`: the bundled newspaper, for a first look without the internet."""

from __future__ import annotations

import shutil
import signal
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from newscrawl.commands import options
from newscrawl.commands.command_group import CommandGroup
from newscrawl.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.newspaper import Newspaper

#: Asked for first, so that a second run finds the same paper; any free one will do.
_PORT = 8471

#: Loopback is not a site that must be spared.
_SETTINGS: dict[str, Any] = {
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "NEWSCRAWL_OPERATOR": "sample crawl on loopback",
}

#: The program that draws the pages which scripts make, where it is installed.
_BROWSER = "chromium"


@click.group(cls=CommandGroup)
def sample() -> None:
    """Run or crawl the bundled sample newspaper: three sites on loopback addresses."""


@sample.command("crawl")
@options.archive
@options.rules
@click.option(
    "--edition",
    type=click.IntRange(1, 5),
    default=1,
    help="2 to 5 are later editions of the newspaper.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Stop after this number of new articles.")
@click.option(
    "--browser/--no-browser",
    default=None,
    help="Fetch the looks of articles and draw pages that scripts make; the default where `chromium` is"
    " installed or NEWSCRAWL_BROWSER is set.",
)
@options.as_json
def crawl_sample(
    archive: Path,
    rules: Path | None,
    edition: int,
    limit: int | None,
    browser: bool | None,
    as_json: bool,
) -> None:
    """Start the newspaper on loopback, crawl it, stop it.

    Where Chromium is installed, or NEWSCRAWL_BROWSER names it, style sheets and pictures of articles are
    fetched too, and the three articles whose text comes by a script are drawn; else these are misses
    (not-an-article).
    """
    from newscrawl.commands.crawl import run
    from newscrawl.newspaper import Newspaper

    settings = {**_SETTINGS, **_looks(browser), **options.rules_setting(rules)}
    with Newspaper(edition=edition, port=_PORT, fallback=True) as paper:
        _tell_other_port(paper)
        code = run(paper.seeds, archive, limit=limit, as_json=as_json, settings=settings)
    click.get_current_context().exit(code)


def _looks(is_wanted: bool | None) -> dict[str, Any]:
    """The settings that have looks of articles captured; none without a browser. Raises UsageError."""
    from newscrawl import settings

    if is_wanted is False:
        return {"NEWSCRAWL_BROWSER": "", "NEWSCRAWL_RENDER": "never"}
    program = settings.NEWSCRAWL_BROWSER or shutil.which(_BROWSER)
    if program is not None:
        return {
            "NEWSCRAWL_BROWSER": program,
            "NEWSCRAWL_REQUISITES": "look",
            "NEWSCRAWL_REQUISITE_DELAY": 0,
        }
    if is_wanted:
        raise UsageError(f"--browser: {_BROWSER} is not installed")
    click.echo(
        f"newscrawl: {_BROWSER} is not installed: articles are crawled without their looks, and three that"
        " scripts make are left out",
        err=True,
    )
    return {}


@sample.command("serve")
@click.option(
    "--edition",
    type=click.IntRange(1, 5),
    default=1,
    help="2 to 5 are later editions of the newspaper.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=_PORT, show_default=True)
def serve_sample(edition: int, port: int) -> None:
    """Serve the newspaper until Ctrl-C.

    A port that is named and taken is an error; where the usual one is taken, any free one is used.
    """
    from newscrawl.newspaper import Newspaper

    context = click.get_current_context()
    is_usual = context.get_parameter_source("port") is ParameterSource.DEFAULT
    with Newspaper(edition=edition, port=port, fallback=is_usual) as paper:
        _tell_other_port(paper)
        for name, base in paper.sites.items():
            click.echo(f"{name:>12}  {base}/")
        signal.pause()


def _tell_other_port(paper: Newspaper) -> None:
    if not paper.port_was_taken:
        return
    from newscrawl.newspaper.process import answers_at

    is_own = answers_at(_PORT)
    user = "another `newscrawl sample`" if is_own else "another program"
    click.echo(
        f"newscrawl: port {_PORT} is in use by {user}; this run uses port {paper.own_port}, so its URLs"
        " differ from those in the documentation"
        + ("; stop the other one first" if is_own else ""),
        err=True,
    )
