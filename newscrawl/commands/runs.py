"""`newscrawl runs`: what each pass fetched, found and missed, and how it ended."""

from __future__ import annotations

import os
import socket
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from newscrawl.commands import options, terminal

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.store.runs import Run

#: Seconds without a sign of life after which a pass on another machine is taken for dead.
_SILENT = 120.0


@click.command()
@click.option(
    "--since", metavar="TIME", help="Passes that began then or later: 12h, 2026-05-19, ..."
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Maximum number of passes.",
)
@options.archive
@options.database
@options.as_json
def runs(archive: Path, since: str | None, limit: int, as_json: bool) -> None:
    """List the latest passes of crawls and watches, the last one first.

    One that was killed is named so, with what it had done a few seconds before.
    """
    from newscrawl.commands.archive_access import engine_of, layout_of
    from newscrawl.store.runs import Runs

    layout_of(archive)
    begin = options.span(since, None).begin
    table = Runs(engine_of(archive))
    found = list(table.latest(limit=limit, since=begin.timestamp() if begin else None))
    if as_json:
        for run in found:
            terminal.json_line(_facts(run))
    else:
        _show(found)


def how_it_ended(run: Run, *, now: float) -> str:
    """How a pass ended; `running` or `killed` for one that has not said so."""
    if run.ended is not None:
        return run.ended
    here = run.host == socket.gethostname()
    is_alive = _is_alive(run.process) if here else now - run.seen_at < _SILENT
    return "running" if is_alive else "killed"


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _facts(run: Run) -> dict[str, Any]:
    done, now = run.progress, time.time()
    return {
        "id": run.id, "kind": run.kind, "what": run.what, "host": run.host,
        "began_at": _iso(run.began_at), "ended_at": _iso(run.ended_at), "seen_at": _iso(run.seen_at),
        "ended": how_it_ended(run, now=now), "fetched": done.fetched, "found": done.found,
        "articles": done.articles, "missed": dict(done.missed),
    }  # fmt: skip


def _show(found: list[Run]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Began (UTC)", no_wrap=True, min_width=16)
    for name in ("Took", "Fetched", "Found", "Articles", "Missed"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Kind")
    table.add_column("Ended", overflow="fold")
    now = time.time()
    for run in found:
        done, until = run.progress, run.ended_at or run.seen_at
        numbers = (done.fetched, done.found, done.articles, sum(done.missed.values()))
        began = datetime.fromtimestamp(run.began_at, UTC).strftime("%Y-%m-%d %H:%M")
        took = _length(until - run.began_at)
        terminal.add_row(table, began, took, *numbers, run.kind, how_it_ended(run, now=now))
    terminal.console().print(table)


def _length(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def _iso(moment: float | None) -> str | None:
    from newscrawl.monitoring.alerts import said

    return said(moment, iso=True) if moment is not None else None
