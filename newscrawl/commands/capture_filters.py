"""Options that choose among captures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from newscrawl.commands.options import span as named_span
from newscrawl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.replay import Selection

F = TypeVar("F", bound="Callable[..., object]")

_OPTIONS = (
    click.option(
        "--url-prefix", multiple=True, metavar="URL", help="Only URLs that begin with this."
    ),
    click.option(
        "--domain", multiple=True, metavar="NAME", help="Only this host and hosts below it."
    ),
    click.option(
        "--since", metavar="TIME", help="Captured then or later: 2026-05-19, 2026-05, 7d, ..."
    ),
    click.option("--until", metavar="TIME", help="Captured then or earlier."),
    click.option(
        "--status",
        multiple=True,
        type=click.IntRange(100, 999),
        help="Answers with this status, 200 if none is named; others end as misses.",
    ),
    click.option("--mime", multiple=True, metavar="TYPE", help="As text/html or text/*."),
    click.option(
        "--cdxj",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Choose through this index instead of the one beside the files.",
    ),
)


def options(command: F) -> F:
    """`--url-prefix`, `--domain`, `--since`, `--until`, `--status`, `--mime`, `--cdxj`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def chosen(
    *,
    url_prefix: tuple[str, ...],
    domain: tuple[str, ...],
    since: str | None,
    until: str | None,
    status: tuple[int, ...],
    mime: tuple[str, ...],
) -> Selection:
    """What was chosen. Raises UsageError."""

    from newscrawl.replay import select

    return select(
        prefixes=url_prefix,
        domains=domain,
        span=named_span(since, until),
        statuses=status,
        mimes=mime,
    )


def index(cdxj: Path | None) -> Path | None:
    """The index that was named. Raises UsageError if it is not there."""
    if cdxj is not None and not cdxj.is_file():
        raise UsageError(f"--cdxj {cdxj}: no such file")
    return cdxj
