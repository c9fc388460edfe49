"""How differences between two sets of records are printed: as a list, as a table, as JSON, as a page."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from newscrawl.commands import terminal
from newscrawl.errors import NotAnArchive
from newscrawl.printable import counted
from newscrawl.storage.durable import storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.replay import Comparison, Difference, Selection
    from newscrawl.replay.field_diff import Diff

#: Differences that are listed; the rest is counted.
MAX_LISTED = 200


def tell_absent_rules(comparison: Comparison) -> None:
    """Say on stderr which rules made records that differ, and are not given."""
    if hint := str(comparison.absent_rules):
        terminal.say(f"newscrawl: {hint}", err=True)


def print_check(comparison: Comparison) -> bool:
    """List the fields that differ, and count the records; whether any differs."""
    number = 0
    for number, each in enumerate(comparison.differences(), 1):
        if number <= MAX_LISTED:
            _print_difference(each)
    if number > MAX_LISTED:
        terminal.say(f"... and {counted(number - MAX_LISTED, 'more difference')}")
    if comparison.unread:
        terminal.say(f"{counted(comparison.unread, 'page')} not read within the limits")
    if comparison.left_out:
        pages = counted(comparison.left_out, "page")
        terminal.say(f"{pages} left out by the dates or sections of the crawl")
    terminal.say(f"{counted(comparison.number, 'record')}, {comparison.identical} identical")
    return number > 0


def print_diff(comparison: Comparison, *, as_json: bool, html: Path | None) -> bool:
    """Print what differs per source and field, and write the page; whether anything differs."""
    from newscrawl.replay.diff_page import page
    from newscrawl.replay.field_diff import Diff

    diff = Diff(comparison.differences())
    if html is not None:
        _write(html, page(diff.tallies, number=comparison.number, differ=diff.records))
    if as_json:
        fields = [tally.to_dict() for tally in diff.tallies]
        terminal.json_line({"records": comparison.number, "differ": diff.records, "fields": fields})
    else:
        _print_table(diff, comparison.number)
    return diff.records > 0


def print_diff_of_folders(
    old: Path, new: Path, selection: Selection, *, as_json: bool, html: Path | None
) -> bool:
    """Print what differs between the records in two folders; whether anything does."""
    from newscrawl.replay.comparison import Comparison
    from newscrawl.replay.existing_records import ExistingRecords

    made = ExistingRecords(_record_files(new), selection)
    existing = ExistingRecords(_record_files(old), selection)
    with closing(Comparison(existing)) as comparison:
        for key in made.keys():  # noqa: SIM118 - not a mapping
            if (record := made.get(key)) is not None:
                comparison.add(record)
        return print_diff(comparison, as_json=as_json, html=html)


def _record_files(folder: Path) -> Iterator[Path]:
    found = folder / "records" if (folder / "records").is_dir() else folder
    files = sorted(found.glob("*.jsonl"))
    if not files:
        raise NotAnArchive(f"{folder}: no records in this folder")
    yield from files


def _write(path: Path, pieces: Iterator[str]) -> None:
    with storage_errors(path), path.open("w", encoding="utf-8") as file:
        file.writelines(pieces)


def _print_difference(each: Difference) -> None:
    terminal.say(f"{each.url} ({each.where})")
    terminal.say(f"  {each.field}: kept {each.kept!r}")
    terminal.say(f"  {'':>{len(each.field)}}  made {each.made!r}")


def _print_table(diff: Diff, number: int) -> None:
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
    out.print(f"{counted(number, 'record')}, {diff.records} differ")
