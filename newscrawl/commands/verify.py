"""`newscrawl verify`: prove an archive."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from newscrawl.commands import options, printing
from newscrawl.errors import ArchiveError, UsageError
from newscrawl.plain import json_line, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newscrawl.archive.layout import Layout
    from newscrawl.archive.verify import Fault, Summary
    from newscrawl.errors import DamagedRecord


@click.command()
@options.archive
@options.database
@options.as_json
@click.option("--records", "remake", is_flag=True, help="Make every record again and compare.")
@click.option(
    "--rebuild-index", "reindex", is_flag=True, help="First write index.cdxj anew from the WARCs."
)
@click.option(
    "--repair", metavar="DIR", help="Write sound copies of damaged WARCs to this new folder."
)
def verify(archive: Path, as_json: bool, remake: bool, reindex: bool, repair: str | None) -> None:
    """Check WARCs, index, records and database against each other.

    Names each fault with its file and place; exits with 3 if there is one.
    """
    from newscrawl.archive.verify import Summary
    from newscrawl.commands.opening import layout_of

    layout, summary, began = layout_of(archive), Summary(), monotonic()
    into = _new_folder(repair) if repair else None
    tell = _Telling(as_json, to_the_end=into is not None)
    if reindex:
        _rebuild(layout, tell)
    damaged = _tell_faults(_faults(layout, summary), tell)
    if into is not None:
        _repair(layout, damaged, into, tell)
    differences = _differences(archive, summary, tell) if remake else None
    _tell_summary(summary, differences, monotonic() - began, tell)
    if summary.faults or differences:
        click.get_current_context().exit(ArchiveError.exit_code)


class _Telling:
    """Prints, for people or for machines; `to_the_end` also where nobody listens any more."""

    def __init__(self, as_json: bool, *, to_the_end: bool) -> None:
        self._as_json, self._to_the_end = as_json, to_the_end

    def __call__(self, text: str, **value: Any) -> None:
        try:
            click.echo(json_line(value) if self._as_json else plain(text))
        except BrokenPipeError:
            if not self._to_the_end:
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _faults(layout: Layout, summary: Summary) -> Iterator[Fault]:
    """What is wrong with the database as a file, then everything else."""
    from newscrawl.archive.verify import Fault
    from newscrawl.archive.verify import verify as prove
    from newscrawl.commands.opening import engine_of
    from newscrawl.database.engine import integrity
    from newscrawl.monitoring.tallied import disagreements
    from newscrawl.store.agreement import Agreement

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
    yield from prove(layout.root, summary=summary, beside=None if causes else tables)


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
    tell(f"{layout.index}: {number} lines written", index_lines=number)


def _differences(archive: Path, summary: Summary, tell: _Telling) -> int:
    from newscrawl.commands.replaying import Job

    job = Job([str(archive)])
    try:
        differences, number = job.differences()
    except ArchiveError as error:
        summary.faults += 1
        tell(str(error), error=str(error))
        return 0
    finally:
        job.close()
    for each in differences:
        text = f"{each.where}: {each.url}: {each.field} differs from the record"
        tell(text, difference=asdict(each))
    tell(f"{number} records made again, {len(differences)} differences", made_again=number)
    return len(differences)


def _tell_summary(
    summary: Summary, differences: int | None, seconds: float, tell: _Telling
) -> None:
    facts: dict[str, Any] = {**asdict(summary), "seconds": round(seconds, 3)}
    found = f"{summary.faults or 'no'} faults"
    if differences is not None:
        facts["differences"] = differences
        found += f", {differences or 'no'} differences"
    rate = summary.bytes / 1e6 / max(seconds, 0.001)
    tell(
        f"{summary.files} WARCs, {summary.records} records, {summary.answers} answers,"
        f" {summary.index_lines} index lines, {summary.articles} articles:"
        f" {found} ({summary.bytes:,} bytes in {seconds:.1f} s, {rate:.0f} MB/s)",
        summary=facts,
    )


def _new_folder(name: str) -> Path:
    folder = Path(name)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--repair {folder}: this is a file; name a new folder")
    if folder.is_dir() and any(folder.iterdir()):
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
    what = printing.command_line("replay", str(into), "--into", "NEW")
    tell(f"Try next:\n  {what}", next=what)
