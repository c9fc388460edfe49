"""How what differs between two sets of records is told: as a table, as JSON, as a page."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from newscrawl.commands import terminal
from newscrawl.errors import NotAnArchive, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.replay.compare import Comparison
    from newscrawl.replay.diff import Diff
    from newscrawl.replay.selection import Selection


def folders(
    old: Path, new: Path, chosen: Selection | None, *, as_json: bool, html: Path | None
) -> bool:
    """Tell what differs between the records in two folders; whether anything does."""
    from newscrawl.replay.compare import Comparison
    from newscrawl.replay.kept import KeptRecords

    made = KeptRecords(_files(new), chosen, are_records=True)
    with closing(Comparison(KeptRecords(_files(old), chosen, are_records=True))) as comparison:
        for key in made.keys():  # noqa: SIM118 - not a mapping
            if (record := made.get(key)) is not None:
                comparison.add(record)
        return tell(comparison, as_json=as_json, html=html)


def tell(comparison: Comparison, *, as_json: bool, html: Path | None) -> bool:
    """Print what differs, and write the page; whether anything differs."""
    from newscrawl.replay.diff import Diff
    from newscrawl.replay.diff_page import page

    diff = Diff(comparison.differences())
    if html is not None:
        _write(html, page(diff.tallies, number=comparison.number, differ=diff.records))
    if as_json:
        fields = [tally.to_dict() for tally in diff.tallies]
        terminal.json_line({"records": comparison.number, "differ": diff.records, "fields": fields})
    else:
        _print(diff, comparison.number)
    return diff.records > 0


def _files(folder: Path) -> Iterator[Path]:
    found = folder / "records" if (folder / "records").is_dir() else folder
    files = sorted(found.glob("*.jsonl"))
    if not files:
        raise NotAnArchive(f"{folder}: no records in this folder")
    yield from files


def _write(path: Path, pieces: Iterator[str]) -> None:
    try:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(pieces)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error


def _print(diff: Diff, number: int) -> None:
    from rich.table import Table

    out = terminal.console()
    if diff.tallies:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in ("Source", "Field", "New", "Lost", "Changed", "For example"):
            is_figure = name in ("New", "Lost", "Changed")
            table.add_column(name, no_wrap=True, justify="right" if is_figure else "left")
        for each in diff.tallies:
            figures = (str(each.new), str(each.lost), str(each.changed))
            table.add_row(each.source, each.field, *figures, each.examples[0].url)
        out.print(table)
    out.print(f"{number} records, {diff.records} differ")
