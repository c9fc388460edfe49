"""`newscrawl verify`: prove an archive."""

from __future__ import annotations

from dataclasses import asdict
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from newscrawl.commands import options, printing
from newscrawl.errors import ArchiveError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from newscrawl.archive.layout import Layout
    from newscrawl.archive.verify import Fault, Summary


@click.command()
@options.archive
@options.as_json
@click.option("--records", "remake", is_flag=True, help="Make every record again and compare.")
@click.option(
    "--repair", metavar="DIR", help="Write sound copies of damaged WARCs to this new folder."
)
def verify(archive: Path, as_json: bool, remake: bool, repair: str | None) -> None:
    """Check WARCs, index, records and database against each other.

    Names each fault with its file and place; exits with 3 if there is one.
    """
    from newscrawl.archive.verify import Summary
    from newscrawl.archive.verify import verify as prove
    from newscrawl.commands.opening import layout_of

    layout, summary, began = layout_of(archive), Summary(), monotonic()
    damaged = _print_faults(prove(layout.root, summary=summary), as_json)
    damaged |= _print_faults(_database_faults(layout), as_json)
    same = _records_are_the_same(archive, as_json) if remake else True
    _print_summary(summary, monotonic() - began, as_json)
    if repair:
        _repair(layout, damaged, repair)
    if damaged or not same:
        click.get_current_context().exit(ArchiveError.exit_code)


def _print_faults(faults: Iterable[Fault], as_json: bool) -> set[str]:
    """Print each; return the files they are in."""
    files = set()
    for fault in faults:
        files.add(fault.file)
        if as_json:
            printing.json_line({"fault": asdict(fault)})
        else:
            click.echo(str(fault))
    return files


def _database_faults(layout: Layout) -> Iterable[Fault]:
    from newscrawl.archive.verify import Fault
    from newscrawl.database.engine import integrity, read_database

    if not layout.database.exists():
        return
    name = layout.database.name
    try:
        found = integrity(read_database(layout.database))
    except ArchiveError as error:
        found = [str(error)]
    for cause in found:
        yield Fault(name, None, cause)


def _records_are_the_same(archive: Path, as_json: bool) -> bool:
    from newscrawl.commands.replay import Job

    job = Job((archive,))
    try:
        differences, number = job.differences()
    finally:
        job.close()
    for each in differences:
        if as_json:
            printing.json_line({"difference": asdict(each)})
        else:
            click.echo(f"{each.where}: {each.url}: {each.field} differs from the record")
    if not as_json:
        click.echo(f"{number} records made again, {len(differences)} differences")
    return not differences


def _print_summary(summary: Summary, seconds: float, as_json: bool) -> None:
    facts: dict[str, Any] = {**asdict(summary), "seconds": round(seconds, 3)}
    if as_json:
        printing.json_line({"summary": facts})
        return
    rate = summary.bytes / 1e6 / max(seconds, 0.001)
    click.echo(
        f"{summary.files} WARCs, {summary.records} records, {summary.answers} answers,"
        f" {summary.index_lines} index lines, {summary.articles} articles:"
        f" {summary.faults or 'no'} faults ({summary.bytes:,} bytes in {seconds:.1f} s, {rate:.0f} MB/s)"
    )


def _repair(layout: Layout, damaged: set[str], folder: str) -> None:
    from pathlib import Path

    from newscrawl.archive.verify import repair

    into = Path(folder)
    if into.resolve() == layout.warcs.resolve():
        raise UsageError(f"--repair {folder}: name another folder than the archive's own")
    for path in (*layout.finished(), *layout.unfinished()):
        if path.relative_to(layout.root).as_posix() in damaged:
            repaired = repair(path, into)
            click.echo(
                f"{repaired.path}: {repaired.records} sound records, {len(repaired.left_out)} left out"
            )
