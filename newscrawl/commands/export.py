"""`newscrawl export`: what is in an archive, in other people's formats."""

from __future__ import annotations

import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

import click

from newscrawl.commands import options, terminal
from newscrawl.commands.record_filters import Chosen, chosen_records, chosen_values, record_filters
from newscrawl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: Formats that go to stdout where no file is named, those of one file, and those of a folder.
_TEXTS, _FILES, _FOLDERS = ("jsonl", "json", "csv"), ("xlsx", "wacz"), ("parquet", "folder")
#: Rows of a table that are written together.
_TOGETHER = 200


@click.command()
@click.argument("what", type=click.Choice(["records", "misses", "lineage"]), default="records")
@options.archive
@options.database
@record_filters
@click.option("--fields", metavar="A,B,C", help="Only these fields, in this order.")
@click.option(
    "--format",
    "form",
    type=click.Choice([*_TEXTS, "graphml", *_FILES, *_FOLDERS]),
    default="jsonl",
    show_default=True,
)
@click.option("--excel", is_flag=True, help="CSV for Excel: a byte order mark, one line a row.")
@click.option(
    "--form",
    "page_form",
    type=click.Choice(["html", "md"]),
    help="HTML (default) or Markdown pages; with --format folder.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="A file or folder instead of stdout."
)
@click.option("--force", is_flag=True, help="Overwrite the file.")
@click.option(
    "--key", type=click.Path(path_type=Path), help="Sign the WACZ with this ECDSA key (PEM)."
)
def export(
    what: str,
    archive: Path,
    since: str | None,
    until: str | None,
    sources: tuple[str, ...],
    languages: tuple[str, ...],
    asked: str | None,
    latest: bool,
    fields: str | None,
    form: str,
    excel: bool,
    page_form: Literal["html", "md"] | None,
    output: Path | None,
    force: bool,
    key: Path | None,
) -> None:
    """Write the records (all revisions), the misses, or who has whose words (lineage), of an archive.

    jsonl: one JSON object a line; json: an array; csv and xlsx: tables; parquet: tables in a folder;
    folder: a page for each record, with its picture if that was captured, and index.html; wacz: a package of
    captures, index, records and pages; graphml: lineage alone, a graph of copies.
    """
    from newscrawl.export.columns import named_fields

    _check(what, form, excel=excel, page_form=page_form, fields=fields, key=key)
    query = options.query(options.readable(asked)) if asked is not None else None
    chosen = Chosen(since, until, sources, languages, latest, query)
    if what == "lineage" and (since or until or languages or asked or latest):
        raise UsageError("export lineage takes --source alone to choose by")
    _check_output(output, form, force=force)
    if form == "wacz":
        from newscrawl.commands.export_wacz import write_package

        assert output is not None
        write_package(archive, output, chosen, key)
        return
    if what == "lineage":
        from newscrawl.commands.export_lineage import write_lineage

        with _opened(output) as file:
            write_lineage(archive, file, chosen, form, excel=excel)
        return
    names = named_fields(fields, of_misses=what == "misses")
    if form == "csv":
        _write_csv(archive, output, what, chosen, names, excel=excel)
        return
    rows = _rows(archive, what, chosen, names)
    if form in _FOLDERS:
        assert output is not None
        _write_folder(archive, output, rows, page_form or "html" if form == "folder" else None)
    else:
        _write_file(output, rows, form, names, what)


def _rows(
    archive: Path, what: str, chosen: Chosen, names: tuple[str, ...] | None
) -> Iterator[dict[str, Any]]:
    from newscrawl.commands.archive_access import engine_of, require_sources
    from newscrawl.frontier import SqlFrontier

    if what == "records":
        return chosen_records(archive, chosen, names=names)
    engine = engine_of(archive)
    require_sources(engine, chosen.sources)
    return chosen.of_misses(SqlFrontier(engine).misses())


def _check(
    what: str,
    form: str,
    *,
    excel: bool,
    page_form: str | None,
    fields: str | None,
    key: Path | None,
) -> None:
    """Raise UsageError for options that do not go together."""
    if (what == "lineage" and form not in ("jsonl", "csv", "graphml")) or (
        form == "graphml" and what != "lineage"
    ):
        raise UsageError(f"--format {form} is not for {what}")
    if fields and what == "lineage":
        raise UsageError("--fields is for records and misses")
    if key is not None and form != "wacz":
        raise UsageError("--key signs a package: give --format wacz with it")
    if excel and form != "csv":
        raise UsageError("--excel is for --format csv")
    if page_form and form != "folder":
        raise UsageError("--form is for --format folder")
    if fields and form not in (*_TEXTS, "xlsx"):
        raise UsageError(f"--fields: {form} has all fields")
    if what == "misses" and form not in (*_TEXTS, "xlsx"):
        raise UsageError(f"--format {form} is for records")


def _check_output(output: Path | None, form: str, *, force: bool) -> None:
    """Raise UsageError where nothing can be written to, or something is there already."""
    if output is None:
        if form in (*_TEXTS, "graphml"):
            return
        raise UsageError(f"--format {form} needs --output {'DIR' if form in _FOLDERS else 'FILE'}")
    if not output.parent.is_dir():
        raise UsageError(f"--output {output}: there is no folder {output.parent}")
    if form in _FOLDERS:
        if output.exists() and (not output.is_dir() or any(output.iterdir())):
            raise UsageError(f"--output {output}: not empty: name a new folder")
    elif output.is_dir():
        raise UsageError(f"--output {output}: is a folder")
    elif output.is_file() and not force:
        raise UsageError(f"--output {output}: exists: --force overwrites it")


def _write_folder(
    archive: Path,
    output: Path,
    rows: Iterable[dict[str, Any]],
    page_form: Literal["html", "md"] | None,
) -> None:
    if page_form:
        from newscrawl.archive.pictures import CapturedPictures
        from newscrawl.commands.archive_access import layout_of
        from newscrawl.export.folder import write_folder

        pictures = CapturedPictures(
            layout_of(archive), lambda error: terminal.say(f"newscrawl: {error}", err=True)
        )
        write_folder(output, rows, page_form, picture_of=pictures.picture_of)
        return
    from newscrawl.store import parquet

    parquet.require()
    parquet.write(output, rows)


def _write_file(
    output: Path | None,
    rows: Iterable[dict[str, Any]],
    form: str,
    names: tuple[str, ...] | None,
    what: str,
) -> None:
    from newscrawl.export import columns, text_files, workbook

    table = names or (columns.MISS_FIELDS if what == "misses" else columns.COLUMNS)
    if form == "xlsx":
        assert output is not None
        workbook.require()
        with _whole(output) as path:
            workbook.write_workbook(path, rows, table)
        return
    with _opened(output) as file:
        if form == "json":
            text_files.write_json(file, rows, names)
        else:
            text_files.write_json_lines(file, rows, names)


def _write_csv(
    archive: Path,
    output: Path | None,
    what: str,
    chosen: Chosen,
    names: tuple[str, ...] | None,
    *,
    excel: bool,
) -> None:
    from newscrawl.database.batches import batches
    from newscrawl.export import columns, csv_files

    rows: Iterable[Sequence[Sequence[Any]]]
    if what == "misses":
        names = names or columns.MISS_FIELDS
        misses = _rows(archive, what, chosen, names)
        rows = batches((columns.values_of(miss, names) for miss in misses), _TOGETHER)
    else:
        names = names or columns.COLUMNS
        rows = chosen_values(archive, chosen, names)
    with _opened(output) as file:
        csv_files.write_csv(file, rows, names, excel=excel)


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    with _whole(output) as path, path.open("w", encoding="utf-8", newline="") as file:
        yield file


@contextmanager
def _whole(output: Path) -> Iterator[Path]:
    """The path to write to: what is there stays until the new file is whole. Raises StorageError."""
    from newscrawl.storage.durable import partial_file, storage_errors

    is_special = output.exists() and not output.is_file()
    whole = nullcontext(output) if is_special else partial_file(output)
    with storage_errors(output), whole as working:
        yield working
