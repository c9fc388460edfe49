"""`newscrawl replay`: the records again, from captures."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawl.commands import printing
from newscrawl.errors import ArchiveError, NothingToDo, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.errors import DamagedRecord, Missed
    from newscrawl.items import Article
    from newscrawl.replay.captured import Captured
    from newscrawl.replay.compare import Difference

#: Differences that are listed; the rest is counted.
_LISTED = 200


@click.command()
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path)
)
@click.option(
    "--check",
    is_flag=True,
    help="Compare with the records beside the captures; exit 3 if they differ.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write records, index and database there.",
)
@click.option(
    "--workers", type=click.IntRange(min=1), default=os.cpu_count() or 1, show_default=True
)
@click.option("--page-seconds", type=click.FloatRange(min=0.1), default=20.0, show_default=True)
def replay(
    paths: tuple[Path, ...], check: bool, into: Path | None, workers: int, page_seconds: float
) -> None:
    """Make the records again from archives, WARC, ARC or WACZ files, without a network.

    Without --check or --into the records are printed as JSON lines.
    """
    if check and into:
        raise UsageError("--check and --into: one or the other")
    job = Job(paths, workers, page_seconds)
    try:
        job.require_pages()
        if check:
            code = job.check()
        elif into:
            code = job.write(into)
        else:
            code = job.print()
    finally:
        job.close()
    click.get_current_context().exit(code)


class Job:
    """One replay: what it reads, and what was damaged."""

    def __init__(
        self, paths: tuple[Path, ...], workers: int | None = None, page_seconds: float = 20.0
    ) -> None:
        from newscrawl.reading.workers import Workers
        from newscrawl.replay.captured import captures_of, warcs_of

        self._paths = paths
        self.damages: list[DamagedRecord] = []
        self.warcs = warcs_of(paths)
        self.captures = captures_of(self.warcs, on_damage=self._damaged)
        self._workers = Workers(workers or os.cpu_count() or 1, seconds=page_seconds)

    def require_pages(self) -> None:
        """Raise NothingToDo where sound files hold no captured page."""
        if not self.captures.pages and not self.damages:
            raise NothingToDo(f"no captured page in {', '.join(map(str, self._paths))}")

    def results(self) -> Iterator[tuple[Captured, Article | Missed]]:
        from newscrawl.archive.layout import Layout
        from newscrawl.replay.remade import Remaking

        ours = all(Layout(warc.parent.parent).records.is_dir() for warc in self.warcs)
        return Remaking(self.captures, self._workers, complete=not ours).results()

    def records(self) -> Iterator[dict[str, Any]]:
        from newscrawl.items import Article

        for _, result in self.results():
            if isinstance(result, Article):
                yield result.to_dict()

    def print(self) -> int:
        for record in self.records():
            printing.json_line(record)
        return self._code()

    def check(self) -> int:
        found, number = self.differences()
        for each in found[:_LISTED]:
            click.echo(f"{each.url} ({each.where})")
            click.echo(f"  {each.field}: kept {each.kept!r}")
            click.echo(f"  {'':>{len(each.field)}}  made {each.made!r}")
        if len(found) > _LISTED:
            click.echo(f"... and {len(found) - _LISTED} more differences")
        click.echo(f"{number} records, {number - len({each.where for each in found})} identical")
        return ArchiveError.exit_code if found else self._code()

    def differences(self) -> tuple[list[Difference], int]:
        """What differs from the records beside the captures, and how many records either side has."""
        from newscrawl.archive.layout import Layout
        from newscrawl.replay.compare import by_capture, differences
        from newscrawl.store import jsonl

        kept: list[dict[str, Any]] = []
        for warc in self.warcs:
            beside = Layout(warc.parent.parent).records_beside(warc.name)
            kept += jsonl.read(beside) if beside.exists() else ()
        old, new = by_capture(kept), by_capture(self.records())
        return list(differences(old, new)), len({*old, *new})

    def write(self, root: Path) -> int:
        from newscrawl.replay import into

        layout = into.prepare(root, self.warcs)
        number = into.write(layout, self.results(), now=time.time())
        into.index(layout, self.warcs, self._damaged)
        click.echo(
            f"{number} records of {len(self.captures.pages)} captured pages written to {root}/"
        )
        return self._code()

    def close(self) -> None:
        self._workers.close()

    def _damaged(self, damage: DamagedRecord) -> None:
        if all(str(damage) != str(known) for known in self.damages):
            self.damages.append(damage)
            click.echo(f"newscrawl: {damage}", err=True)

    def _code(self) -> int:
        return ArchiveError.exit_code if self.damages else 0
