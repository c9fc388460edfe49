"""`newscrawl replay`: the records again, from captures."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from newscrawl import settings
from newscrawl.commands import adopting, capture_filters, differing, options
from newscrawl.commands.bulk import Bulk
from newscrawl.commands.replaying import Job
from newscrawl.errors import ArchiveError, UsageError


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@capture_filters.options
@click.option("--base", metavar="DIR|URL", help="What the paths in an @LIST are relative to.")
@click.option(
    "--check",
    is_flag=True,
    help="Compare with the records beside the captures; exit 3 if they differ."
    " For some WARCs of an archive, revisions go on from the records beside its other ones.",
)
@click.option(
    "--diff",
    is_flag=True,
    help="Count per source and field what would change in the records beside; exit 3 if anything does.",
)
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="With --diff: compare the records of PATH with those in this folder; no page is read.",
)
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With --diff: write a page with examples side by side as well.",
)
@click.option("--json", "as_json", is_flag=True, help="With --diff: JSON instead of a table.")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write records, index and database there.",
)
@click.option(
    "--adopt",
    is_flag=True,
    help="Put the new records of an archive in force; the earlier ones stay as a generation.",
)
@options.database
@click.option(
    "--parquet",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write the records there as Parquet, a folder for each day of capture.",
)
@click.option(
    "--cluster",
    metavar="tcp://HOST:PORT",
    help="With --into, --parquet: let the workers of this Dask scheduler do it, which see the same files.",
)
@click.option(
    "--workers", type=click.IntRange(min=1), default=os.cpu_count() or 1, show_default=True
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
@options.overrides
def replay(
    paths: tuple[str, ...],
    base: str | None,
    check: bool,
    diff: bool,
    against: Path | None,
    html: Path | None,
    as_json: bool,
    into: Path | None,
    adopt: bool,
    parquet: Path | None,
    cluster: str | None,
    workers: int,
    page_seconds: float,
    worker_bytes: int,
    overrides: tuple[str, ...],
    **choice: Any,
) -> None:
    """Make the records again from archives, WARC, ARC or WACZ files, without a network.

    PATH is a file, a folder, a glob, a URL (https://, s3://; pip install 'newscrawl[remote]'), or @LIST, a
    file with a path on each line. What is chosen by URL or time is read through index.cdxj where
    there is one, and nothing else is.

    Without --check, --diff, --into, --adopt or --parquet the records are printed as JSON lines. `-s` takes
    the limits of a crawl on what a page may cost, as NEWSCRAWL_PAGE_BYTES.
    """
    if sum([check, diff, bool(into), adopt, bool(parquet)]) > 1:
        raise UsageError("--check, --diff, --into, --adopt and --parquet: one of them")
    if adopt and any(value for name, value in choice.items()):
        raise UsageError(
            "--adopt: a generation has the records of all captures; choose none of them"
        )
    limits = options.limits(overrides)
    layout = adopting.layout_to_adopt(paths) if adopt else None
    if (against or html or as_json) and not diff:
        raise UsageError("--against, --html and --json go with --diff")
    if cluster and not (into or parquet):
        raise UsageError("--cluster goes with --into or --parquet")
    index, chosen = capture_filters.index(choice.pop("cdxj")), capture_filters.chosen(**choice)
    if against:
        if len(paths) != 1:
            raise UsageError("--against: name one folder to compare with it")
        found = differing.folders(Path(paths[0]), against, chosen, as_json=as_json, html=html)
        click.get_current_context().exit(ArchiveError.exit_code if found else 0)
    if root := into or parquet:
        bulk = Bulk(
            root,
            paths,
            workers=workers,
            seconds=page_seconds,
            memory=worker_bytes,
            base=base,
            index=index,
            chosen=chosen,
            cluster=cluster,
            limits=limits,
        )
        code = bulk.write() if into else bulk.parquet()
        click.get_current_context().exit(code)
    job = Job(
        paths,
        workers,
        seconds=page_seconds,
        memory=worker_bytes,
        base=base,
        index=index,
        chosen=chosen,
        limits=limits,
    )
    try:
        job.require_pages()
        if check:
            code = job.check()
        elif diff:
            code = job.diff(as_json=as_json, html=html)
        elif layout:
            code = adopting.adopt(job, layout)
        else:
            code = job.print()
    finally:
        job.close()
    click.get_current_context().exit(code)
