"""`newscrawl export`: what is in an archive, in other people's formats."""

from __future__ import annotations

import csv
import json
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from newscrawl.commands import options
from newscrawl.errors import StorageError, UsageError
from newscrawl.printable import json_line, spreadsheet_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COLUMNS = (
    "id", "revision", "url", "title", "authors", "published_at", "published_precision",
    "modified_at", "language", "publisher", "section", "tags", "credit", "description", "body",
)  # fmt: skip


@click.command()
@click.argument("what", type=click.Choice(["records", "misses"]), default="records")
@options.archive
@options.database
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "wacz"]),
    default="jsonl",
    show_default=True,
)
@click.option(
    "--query", "asked", metavar="QUERY", help="Only records that match it: see docs/search.md."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file instead of stdout.")
@click.option(
    "--key", type=click.Path(path_type=Path), help="Sign the WACZ with this Ed25519 key (PEM)."
)
def export(
    what: str,
    archive: Path,
    form: str,
    asked: str | None,
    output: Path | None,
    key: Path | None,
) -> None:
    """Write the records (all revisions), or the misses, of an archive.

    jsonl: one JSON object a line; csv: the main fields; wacz: a package of captures, index and pages.
    """
    if key is not None and form != "wacz":
        raise UsageError("--key signs a package: give --format wacz with it")
    if output is not None and not output.parent.is_dir():
        raise UsageError(f"--output {output}: there is no folder {output.parent}")
    if asked is not None and (what, form == "wacz") != ("records", False):
        raise UsageError("--query is for records, as jsonl or csv")
    query = options.query(options.readable(asked)) if asked is not None else None
    if form == "wacz":
        _wacz(archive, output, key)
        return
    if what == "misses":
        from newscrawl.commands.archive_access import frontier_of

        rows: Iterable[dict[str, Any]] = frontier_of(archive).misses()
        columns: tuple[str, ...] = ("url", "cause", "detail", "status", "seen_at", "capture")
    else:
        from newscrawl.commands.archive_access import store_of

        rows = (record for _, record in store_of(archive).records(query=query))
        columns = COLUMNS
    with _opened(output) as file:
        if form == "csv":
            _write_csv(file, rows, columns)
        else:
            for row in rows:
                file.write(json_line(row) + "\n")


def _write_csv(file: TextIO, rows: Iterable[dict[str, Any]], columns: tuple[str, ...]) -> None:
    writer = csv.writer(file)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])


def _cell(value: Any) -> str:
    """A value as a spreadsheet shows it, and never as one that it runs."""
    if isinstance(value, list):
        value = "; ".join(value)
    elif isinstance(value, dict):
        value = json.dumps(value)
    return "" if value is None else spreadsheet_cell(value)


def _wacz(archive: Path, output: Path | None, key: Path | None) -> None:
    from newscrawl.archive import wacz
    from newscrawl.commands.archive_access import layout_of, store_of

    if output is None:
        raise UsageError("--format wacz needs --output FILE")
    signer = wacz.signer(key) if key else None
    pages = (wacz_page(record) for _, record in store_of(archive).records())
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    wacz.write_wacz(layout_of(archive).root, output, pages=pages, created=created, signer=signer)


def wacz_page(record: dict[str, Any]) -> dict[str, Any]:
    """A record as the list of pages in a WACZ has it."""
    return {
        "id": f"{record['id']}-{record['revision']}",
        "url": record["url"],
        "ts": record["capture"]["captured_at"],
        "title": record["title"],
        "text": record["body"],
    }


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise StorageError(f"{output}: {error.strerror}") from error
