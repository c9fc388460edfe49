"""`newscrawl verify`: prove an archive."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from newscrawl.commands import options, terminal
from newscrawl.errors import ArchiveError, NothingToDo, UsageError
from newscrawl.printable import byte_size, counted, json_line, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newscrawl.archive.layout import Layout
    from newscrawl.archive.verify import Fault, Summary
    from newscrawl.errors import DamagedRecord
    from newscrawl.rules import Ruleset

#: Fewer bytes say nothing of how fast they are checked.
RATED_BYTES = 10_000_000


@click.command()
@options.archive
@options.database
@options.as_json
@click.option("--records", "remake", is_flag=True, help="Make every record again and compare.")
@options.rules
@click.option(
    "--independent", is_flag=True, help="Read every WARC a second time, with warcio, and compare."
)
@click.option(
    "--rebuild-index", "reindex", is_flag=True, help="First write index.cdxj anew from the WARCs."
)
@click.option(
    "--repair", metavar="DIR", help="Write sound copies of damaged WARCs to this new folder."
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
def verify(
    archive: Path,
    as_json: bool,
    remake: bool,
    rules: Path | None,
    independent: bool,
    reindex: bool,
    repair: str | None,
    files: tuple[Path, ...],
) -> None:
    """Check WARCs, index, records and database against each other.

    With FILEs only these are checked: WARC, ARC and WACZ files of any tool, and folders of them.
    Names each fault with its file and place; exits with 3 if there is one.
    """
    from newscrawl.archive.verify import Summary
    from newscrawl.commands.archive_access import layout_of

    summary, began = Summary(), monotonic()
    into = _new_folder(repair) if repair else None
    tell = _Telling(as_json, to_the_end=into is not None)
    if files:
        _require_alone(remake=remake, reindex=reindex, repair=repair)
        _tell_faults(_file_faults(files, summary, independent=independent), tell)
        differences = None
    else:
        if reindex:
            _rebuild(layout_of(archive), tell)
        differences = _verify_archive(
            archive,
            summary,
            tell,
            remake=options.read_ruleset(rules) if remake else None,
            independent=independent,
            into=into,
        )
    if independent:
        _tell_independent(summary, tell)
    _tell_summary(summary, differences, monotonic() - began, tell)
    if summary.faults or differences:
        click.get_current_context().exit(ArchiveError.exit_code)


def _verify_archive(
    archive: Path,
    summary: Summary,
    tell: _Telling,
    *,
    remake: Ruleset | None,
    independent: bool,
    into: Path | None,
) -> int | None:
    """Print the faults of an archive; return how many records differ from those made again by these rules."""
    from newscrawl.commands.archive_access import layout_of

    layout = layout_of(archive)
    damaged = _tell_faults(_faults(layout, summary, independent=independent), tell)
    if into is not None:
        _repair(layout, damaged, into, tell)
    return None if remake is None else _differences(archive, summary, tell, remake)


def _require_alone(*, remake: bool, reindex: bool, repair: str | None) -> None:
    """Refuse, with FILEs, what needs a whole archive. Raises UsageError."""
    refused = {"--records": remake, "--rebuild-index": reindex, "--repair": repair}
    for option, parameter in (("--archive", "archive"), ("--db", "database")):
        source = click.get_current_context().get_parameter_source(parameter)
        refused[option] = source is ParameterSource.COMMANDLINE
    if given := [option for option, value in refused.items() if value]:
        raise UsageError(f"{given[0]} is for an archive: leave it out, or name no FILE")


def _file_faults(
    files: tuple[Path, ...], summary: Summary, *, independent: bool
) -> Iterator[Fault]:
    from newscrawl.archive.verify import verify_files
    from newscrawl.storage.remote import pointer_path

    for path in files:
        if not (path.exists() or pointer_path(path).exists()):
            raise UsageError(f"{path}: no such file or folder")
    return verify_files(files, summary=summary, independent=independent)


class _Telling:
    """Prints, for people or for machines; `to_the_end` also where nobody listens any more."""

    def __init__(self, as_json: bool, *, to_the_end: bool) -> None:
        self._as_json, self._to_the_end = as_json, to_the_end

    def __call__(self, text: str, **value: Any) -> None:
        try:
            click.echo(json_line(value) if self._as_json else printable(text))
        except BrokenPipeError:
            if not self._to_the_end:
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _faults(layout: Layout, summary: Summary, *, independent: bool) -> Iterator[Fault]:
    """What is wrong with the database as a file, then everything else."""
    from newscrawl.archive.verify import Fault
    from newscrawl.archive.verify import verify as prove
    from newscrawl.collection.consistency import Agreement
    from newscrawl.commands.archive_access import engine_of
    from newscrawl.database.engine import integrity
    from newscrawl.monitoring.tallied import disagreements

    named = options.named_database()
    wrong: list[str] = []
    name, tables = "the database" if named else layout.database.name, None
    if not named and not layout.database.exists():
        causes = [
            "is not there; the next crawl makes it again and takes in the records"
            " (if another database was used, name it with --db)"
        ]
    else:
        try:
            engine = engine_of(layout.root)
            causes = integrity(engine)
            wrong = [] if causes else list(disagreements(engine))
            tables = Agreement(engine, layout, name=name, shared=named is not None)
        except ArchiveError as error:
            causes = [str(error)]
    for cause in (*causes, *wrong):
        summary.faults += 1
        yield Fault(name, None, cause)
    beside = None if causes else tables
    yield from prove(layout.root, summary=summary, beside=beside, independent=independent)


def _tell_faults(faults: Iterable[Fault], tell: _Telling) -> set[str]:
    """Print each; return the WARCs that are damaged."""
    damaged = set()
    for fault in faults:
        facts = asdict(fault)
        if facts.pop("is_note"):
            tell(f"note: {fault}", note=facts)
            continue
        tell(str(fault), fault=facts)
        if fault.file.startswith("warc/"):
            damaged.add(fault.file)
    return damaged


def _rebuild(layout: Layout, tell: _Telling) -> None:
    from newscrawl.archive.verify import rebuild_index

    def on_damage(_: DamagedRecord) -> None:
        """The proof that follows names it."""

    number = rebuild_index(layout, on_damage=on_damage)
    tell(f"{layout.index}: {counted(number, 'line')} written", index_lines=number)


def _differences(archive: Path, summary: Summary, tell: _Telling, rules: Ruleset) -> int:
    from newscrawl import settings
    from newscrawl.commands.diff_output import tell_absent_rules
    from newscrawl.commands.replay_output import TerminalObserver
    from newscrawl.replay import ComparisonSink, Execution, Replay, ReplayConfig, ReplayInput

    class Damages(TerminalObserver):
        """What belongs to a crawl that lives is left alone, and is nothing to be told."""

        def notice(self, text: str) -> None: ...

    inputs = ReplayInput((str(archive),))
    config = ReplayConfig(
        settings.NEWSCRAWL_PAGE_SECONDS, settings.NEWSCRAWL_WORKER_BYTES, rules=rules
    )
    job = Replay(inputs, config, Execution(os.cpu_count() or 1), Damages())
    try:
        sink = ComparisonSink(inputs, database=options.named_database(), resumable=False)
        with closing(job.run(sink)) as comparison:
            differences, number = list(comparison.differences()), comparison.number
            tell_absent_rules(comparison)
    except NothingToDo:
        differences, number = [], 0
    except ArchiveError as error:
        summary.faults += 1
        tell(str(error), error=str(error))
        return 0
    for each in differences:
        text = f"{each.where}: {each.url}: {each.field} differs from the record"
        tell(text, difference=asdict(each))
    found = counted(len(differences), "difference")
    tell(f"{counted(number, 'record')} made again, {found}", made_again=number)
    return len(differences)


def _tell_independent(summary: Summary, tell: _Telling) -> None:
    from importlib.metadata import version

    tool, number = f"warcio {version('warcio')}", summary.independent
    tell(
        f"{counted(number, 'record')} read with {tool} as well",
        independent={"tool": tool, "records": number},
    )


def _tell_summary(
    summary: Summary, differences: int | None, seconds: float, tell: _Telling
) -> None:
    facts: dict[str, Any] = {**asdict(summary), "seconds": round(seconds, 3)}
    found = counted(summary.faults, "fault") if summary.faults else "no faults"
    if differences is not None:
        facts["differences"] = differences
        found += f", {counted(differences, 'difference') if differences else 'no differences'}"
    rate = ""
    if summary.bytes >= RATED_BYTES:
        rate = f", {byte_size(summary.bytes / max(seconds, 0.001))}/s"
    tell(
        f"{counted(summary.files, 'WARC')}, {counted(summary.records, 'record')},"
        f" {counted(summary.answers, 'answer')}, {counted(summary.index_lines, 'index line')},"
        f" {counted(summary.articles, 'article')}:"
        f" {found} ({summary.bytes:,} bytes in {seconds:.1f} s{rate})",
        summary=facts,
    )


def _new_folder(name: str) -> Path:
    folder = Path(name)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--repair {folder}: this is a file; name a new folder")
    # A run that was killed leaves the beginning of a copy, which is written anew.
    if folder.is_dir() and any(path.suffix != ".partial" for path in folder.iterdir()):
        raise UsageError(f"--repair {folder}: this folder is not empty; name a new one")
    return folder


def _repair(layout: Layout, damaged: set[str], into: Path, tell: _Telling) -> None:
    from newscrawl.archive.verify import repair

    for path in layout.finished():
        if path.relative_to(layout.root).as_posix() in damaged:
            done = repair(path, into)
            left_out = len(done.left_out)
            facts = {"file": str(done.path), "records": done.records, "left_out": left_out}
            tell(f"{done.path}: {done.records} sound records, {left_out} left out", repaired=facts)
    if not damaged:
        tell("no WARC needs repair: nothing was written", repaired=None)
        return
    what = terminal.command_line("replay", str(into), "--into", "NEW")
    tell(f"Try next:\n  {what}", next=what)
