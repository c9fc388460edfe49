"""`newscrawl replay`: the records again, from captures."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from newscrawl import settings
from newscrawl.commands import capture_filters, options, replay_choice
from newscrawl.commands.replay_forms import Request

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.replay import ReplayConfig


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@capture_filters.options
@click.option("--base", metavar="DIR|URL", help="What the paths in an @LIST are relative to.")
@replay_choice.options
@options.database
@click.option(
    "--cluster",
    metavar="tcp://HOST:PORT",
    help="Use the workers of this Dask scheduler, which need the same files; not when printing.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    show_default=True,
    help="Number of processes that read pages.",
)
@click.option(
    "--page-seconds",
    type=click.FloatRange(min=0.1),
    default=float(settings.NEWSCRAWL_PAGE_SECONDS),
    show_default=True,
    help="CPU that one page may take; by the clock three times as long.",
)
@click.option(
    "--worker-bytes",
    type=click.IntRange(min=0),
    default=settings.NEWSCRAWL_WORKER_BYTES,
    show_default=True,
    help="Address space of one worker; 0: no limit.",
)
@options.rules
@options.overrides
def replay(
    paths: tuple[str, ...],
    base: str | None,
    cluster: str | None,
    workers: int,
    page_seconds: float,
    worker_bytes: int,
    rules: Path | None,
    overrides: tuple[str, ...],
    cdxj: Path | None,
    **given: Any,
) -> None:
    """Make the records again from archives, WARC, ARC or WACZ files, without a network.

    PATH is a file, a folder, a glob, a URL (https://, s3://; pip install 'newscrawl[remote]'), or @LIST, a
    file with a path on each line. If captures are chosen by URL or time, and there is an index.cdxj, only
    these are read.

    Without {forms} the records are printed as JSON lines. `-s` sets the limits of a crawl on the cost of
    a page, such as NEWSCRAWL_PAGE_BYTES.
    """
    values = replay_choice.taken_out_of(given)
    form = replay_choice.chosen(values, is_narrow=any(given.values()), cluster=cluster)
    limits = options.limits(overrides)
    index, selection = capture_filters.index(cdxj), capture_filters.chosen(**given)
    from newscrawl.replay import Execution, ReplayConfig, ReplayInput

    def read_config() -> ReplayConfig:
        ruleset = options.read_ruleset(rules)
        return ReplayConfig(page_seconds, worker_bytes, selection, limits, ruleset)

    request = Request(
        values,
        ReplayInput(paths, base, index),
        selection,
        Execution(workers, cluster),
        read_config,
        is_ruled=rules is not None,
    )
    click.get_current_context().exit(form.run(request))
