"""`newscrawl replay`: the records again, from captures."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any

import click

from newscrawl import settings
from newscrawl.commands import capture_filters, options, terminal
from newscrawl.errors import ArchiveError, NothingToDo, UsageError
from newscrawl.printable import counted

if TYPE_CHECKING:
    from newscrawl.commands.replay_output import TerminalObserver
    from newscrawl.replay import Execution, Replay, ReplayConfig, ReplayInput, Selection


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@capture_filters.options
@click.option("--base", metavar="DIR|URL", help="What the paths in an @LIST are relative to.")
@click.option(
    "--check",
    is_flag=True,
    help="Compare with the records beside the captures; exit 3 if they differ."
    " For some WARCs of an archive, revisions continue from the records beside its other ones.",
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

    Without --check, --diff, --into, --adopt or --parquet the records are printed as JSON lines. `-s` sets
    the limits of a crawl on the cost of a page, such as NEWSCRAWL_PAGE_BYTES.
    """
    form = _Form(**{name: given.pop(name) for name in _FORM_OPTIONS})
    form.require_consistent(is_narrow=any(given.values()), cluster=cluster)
    limits = options.limits(overrides)
    index, selection = capture_filters.index(cdxj), capture_filters.chosen(**given)
    if form.against:
        code = _compare_folders(paths, form, selection)
    else:
        from newscrawl.replay import Execution, ReplayConfig, ReplayInput

        inputs = ReplayInput(paths, base, index)
        ruleset = options.read_ruleset(rules)
        config = ReplayConfig(page_seconds, worker_bytes, selection, limits, ruleset)
        code = _run(form, inputs, config, Execution(workers, cluster), is_ruled=rules is not None)
    click.get_current_context().exit(code)


@dataclass(frozen=True, slots=True)
class _Form:
    """Which form of replay is asked for; none of them prints the records."""

    check: bool
    diff: bool
    against: Path | None
    html: Path | None
    as_json: bool
    into: Path | None
    adopt: bool
    parquet: Path | None

    @property
    def folder(self) -> Path:
        """The folder that is written to."""
        folder = self.into or self.parquet
        assert folder is not None
        return folder

    def require_consistent(self, *, is_narrow: bool, cluster: str | None) -> None:
        """Raise UsageError for options that do not go together."""
        forms = [self.check, self.diff, bool(self.into), self.adopt, bool(self.parquet)]
        if sum(forms) > 1:
            raise UsageError("--check, --diff, --into, --adopt and --parquet: one of them")
        if self.adopt and is_narrow:
            raise UsageError(
                "--adopt: a generation has the records of all captures; choose none of them"
            )
        if (self.against or self.html or self.as_json) and not self.diff:
            raise UsageError("--against, --html and --json go with --diff")
        if cluster and not any(forms):
            raise UsageError("--cluster goes with --into, --parquet, --check, --diff or --adopt")
        # What the environment names is for all commands; this one need not use it.
        if options.database_arguments() and (self.against or self.parquet or not any(forms)):
            raise UsageError(
                "--db: only --into, --check, --diff without --against, and --adopt use a database;"
                " leave it out"
            )


_FORM_OPTIONS = tuple(_Form.__dataclass_fields__)


def _compare_folders(paths: tuple[str, ...], form: _Form, selection: Selection) -> int:
    from newscrawl.commands.diff_output import print_diff_of_folders

    if len(paths) != 1 or form.against is None:
        raise UsageError("--against: name one folder to compare with it")
    differ = print_diff_of_folders(
        Path(paths[0]), form.against, selection, as_json=form.as_json, html=form.html
    )
    return ArchiveError.exit_code if differ else 0


def _run(
    form: _Form,
    inputs: ReplayInput,
    config: ReplayConfig,
    execution: Execution,
    *,
    is_ruled: bool,
) -> int:
    """Replay in this form; return the exit code. `is_ruled` says whether the user named rules, or none."""
    from newscrawl.commands.replay_output import TerminalObserver
    from newscrawl.replay import RecordSink, Replay

    observer = TerminalObserver(name_failed_pages=bool(form.into or form.parquet))
    job = Replay(inputs, config, execution, observer)
    differ = False
    if form.check or form.diff:
        differ = _compare(form, job, inputs)
    elif form.adopt:
        _adopt(job, inputs, keeps_rules=not is_ruled and not config.rules.rules)
    elif form.into or form.parquet:
        _write(form, job, observer)
    else:
        job.run(RecordSink(terminal.json_line))
    return ArchiveError.exit_code if differ or job.has_damage else 0


def _compare(form: _Form, job: Replay, inputs: ReplayInput) -> bool:
    from newscrawl.commands import diff_output
    from newscrawl.replay import ComparisonSink

    sink = ComparisonSink(inputs, database=options.named_database())
    with closing(job.run(sink)) as comparison:
        diff_output.tell_absent_rules(comparison)
        if form.check:
            return diff_output.print_check(comparison)
        return diff_output.print_diff(comparison, as_json=form.as_json, html=form.html)


def _adopt(job: Replay, inputs: ReplayInput, *, keeps_rules: bool) -> None:
    from newscrawl.commands import replay_output
    from newscrawl.replay import AdoptionSink

    layout = replay_output.layout_to_adopt(inputs.paths)
    try:
        database = options.named_database()
        adoption = job.run(AdoptionSink(layout, database=database, keeps_rules=keeps_rules))
    except NothingToDo as error:
        if not job.has_damage:
            raise
        terminal.say(f"newscrawl: {error}", err=True)
    else:
        replay_output.print_adoption(layout, adoption)


def _write(form: _Form, job: Replay, observer: TerminalObserver) -> None:
    from newscrawl.commands import replay_output
    from newscrawl.replay import ArchiveSink, ParquetSink, Sink

    sink: Sink[int]
    if form.into:
        sink = ArchiveSink(form.into, now=time(), database=options.named_database())
    else:
        sink = ParquetSink(form.folder)
    number = job.run(sink)
    if form.into:
        _honour_tombstones(form.into)
    observer.print_failed()
    replay_output.print_written(form.folder, number, job.pages)


def _honour_tombstones(into: Path) -> None:
    """Take out of the new archive what was removed from one of the files, if another has it still."""
    from newscrawl.archive.layout import Layout
    from newscrawl.collection import changing, removal

    with changing.changing(Layout(into), options.named_database()) as collection:
        number = removal.honour(collection, options.signature())
    if number:
        terminal.say(f"newscrawl: {counted(number, 'capture')} of removed URLs taken out", err=True)
