"""`newscrawl show`: one record, readable."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import click

from newscrawl.commands import options, printing
from newscrawl.errors import NewscrawlError

if TYPE_CHECKING:
    from pathlib import Path

_WIDTH = 88


@click.command()
@click.argument("wanted", metavar="URL|ID")
@options.archive
@options.database
@click.option("--revision", type=click.IntRange(min=1), help="An earlier revision.")
@options.as_json
def show(wanted: str, archive: Path, revision: int | None, as_json: bool) -> None:
    """Show the latest record of an article, by its URL or its id."""
    from newscrawl.commands.opening import store_of

    record = store_of(archive).find(wanted, revision=revision)
    if record is None:
        raise NewscrawlError(f"{wanted}: no record in {archive}")
    if as_json:
        printing.json_line(record)
        return
    for line in readable(record):
        click.echo(line)


def readable(record: dict[str, Any]) -> list[str]:
    """A record as lines of text: what a reader wants first, then where it all comes from."""
    times = printing.when(record["published_at"])
    if record["modified_at"]:
        times += f", modified {printing.when(record['modified_at'])}"
    facts = [
        ("by", ", ".join(record["authors"])),
        ("with", ", ".join(record["contributors"])),
        ("credit", ", ".join(record["credit"])),
        ("published", times),
        ("in", ", ".join(filter(None, [record["publisher"], record["section"]]))),
        ("language", record["language"]),
        ("tags", ", ".join(record["tags"])),
        ("url", record["url"]),
        ("id", f"{record['id']}, revision {record['revision']}"),
    ]
    lines = [record["title"] or "(no title)", ""]
    lines += [f"{name:>10}  {value}" for name, value in facts if value]
    for paragraph in (record["body"] or "").split("\n"):
        lines += ["", *textwrap.wrap(paragraph, _WIDTH)]
    capture = record["capture"]
    lines += ["", f"  captured  {capture['captured_at']}, status {capture['status']}"]
    lines += [f"        in  {capture['warc']} at {capture['offset']}, {capture['length']} bytes"]
    for name, source in record["provenance"].items():
        lines.append(f"{name:>10}  from {source['source']}: {_short(source['raw'])}")
        lines += [
            f"{'':>10}  not {other['source']}: {_short(other['raw'])}"
            for other in source.get("against", ())
        ]
    return lines


def _short(raw: str | None) -> str:
    return textwrap.shorten(raw or "", _WIDTH - 20, placeholder=" ...")
