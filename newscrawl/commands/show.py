"""`newscrawl show`: one record, readable."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawl.commands import options, terminal
from newscrawl.errors import NewscrawlError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newscrawl.archive.layout import Layout
    from newscrawl.store import Store

_WIDTH = 88


@click.command()
@click.argument("wanted", metavar="URL|ID")
@options.archive
@options.database
@click.option("--revision", type=click.IntRange(min=1), help="An earlier revision.")
@click.option(
    "--generation",
    type=click.IntRange(min=1),
    help="As it was before `replay --adopt`; 1 is the first.",
)
@click.option(
    "--screenshot",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write the picture that a browser has drawn of the page (a PNG).",
)
@options.as_json
def show(
    wanted: str,
    archive: Path,
    revision: int | None,
    generation: int | None,
    screenshot: Path | None,
    as_json: bool,
) -> None:
    """Show the latest record of an article, by its URL or its id."""
    from newscrawl.commands.archive_access import layout_of, store_of

    layout = layout_of(archive)
    if generation:
        from newscrawl.collection.generations import find

        record = find(layout, generation, options.readable(wanted), revision=revision)
        if record is None:
            raise NewscrawlError(f"{wanted}: no record in generation {generation} of {archive}")
    else:
        try:
            record = _in_force(store_of(archive), archive, wanted, revision)
        except NewscrawlError:
            if screenshot is None or revision or not _write_of_miss(wanted, layout, screenshot):
                raise
            return
    if screenshot is not None:
        _write_screenshot(record, layout, screenshot)
    if as_json:
        terminal.json_line(record)
        return
    for line in readable(record, is_drawn=_is_drawn(record, layout)):
        terminal.say(line)


def _write_screenshot(record: dict[str, Any], layout: Layout, target: Path) -> None:
    """Write the picture that was drawn with the document that the record was made of."""
    from newscrawl.archive.drawn_pages import screenshot_of

    picture = screenshot_of(layout, record["url"], record["capture"]["captured_at"])
    if picture is None:
        why = (
            "none was taken (NEWSCRAWL_SCREENSHOT)"
            if _is_drawn(record, layout)
            else "the page was not drawn"
        )
        raise NewscrawlError(f"{record['url']}: no screenshot in {layout.root}: {why}")
    _write(picture, target)


def _write_of_miss(wanted: str, layout: Layout, target: Path) -> bool:
    """Write the last picture of a page that was drawn and has no record; False if there is none."""
    from newscrawl.archive.drawn_pages import last_screenshot

    found = last_screenshot(layout, wanted)
    if found is None:
        return False
    captured_at, picture = found
    _write(picture, target)
    terminal.say(f"newscrawl: {wanted} has no record; it was drawn at {captured_at}", err=True)
    return True


def _write(picture: bytes, target: Path) -> None:
    from newscrawl.storage.durable import storage_errors

    with storage_errors(target):
        target.write_bytes(picture)
    terminal.say(f"newscrawl: wrote {target}", err=True)


def _is_drawn(record: dict[str, Any], layout: Layout) -> bool:
    from newscrawl.archive.drawn_pages import is_drawn

    return is_drawn(layout, record["url"], record["capture"]["captured_at"])


def _in_force(store: Store, archive: Path, wanted: str, revision: int | None) -> dict[str, Any]:
    record = store.find(options.readable(wanted), revision=revision)
    if record is None:
        if (reason := store.removed(wanted)) is not None:
            raise NewscrawlError(f"{wanted}: removed from {archive}: {reason}")
        latest = store.find(wanted) if revision else None
        what = (
            f"no revision {revision}, the latest is {latest['revision']}" if latest else "no record"
        )
        raise NewscrawlError(f"{wanted}: {what} in {archive}")
    return record


def readable(record: dict[str, Any], *, is_drawn: bool) -> list[str]:
    """A record as lines of text: what a reader wants first, then where it all comes from."""
    times = terminal.when(record["published_at"])
    if record["modified_at"]:
        times += f", modified {terminal.when(record['modified_at'])}"
    facts = [
        ("by", ", ".join(record["authors"])),
        ("with", ", ".join(record["contributors"])),
        ("credit", ", ".join(record["credit"])),
        ("published", times),
        ("in", ", ".join(filter(None, [record["publisher"], record["section"]]))),
        ("source", record["source"]),
        ("language", record["language"]),
        ("tags", ", ".join(record["tags"])),
        ("url", record["url"]),
        ("id", f"{record['id']}, revision {record['revision']}"),
    ]
    lines = [*textwrap.wrap(record["title"] or "(no title)", _WIDTH), ""]
    lines += _columns(facts)
    for paragraph in filter(None, (record["body"] or "").split("\n")):
        lines += ["", *textwrap.wrap(paragraph, _WIDTH)]
    capture = record["capture"]
    lines += ["", "The capture", ""]
    lines += _columns(
        [
            ("at", f"{capture['captured_at']}, status {capture['status']}"),
            ("in", f"{capture['warc']} at {capture['offset']}, {capture['length']} bytes"),
            ("is", "the document that a browser made of the page" if is_drawn else None),
        ]
    )
    lines += ["", "Where each field comes from", ""]
    return lines + _columns(_sources(record["provenance"]))


def _sources(provenance: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, source in provenance.items():
        yield name, f"from {_statement(source)}"
        for other in source.get("against", ()):
            yield "", f"not {_statement(other)}"


def _statement(source: dict[str, Any]) -> str:
    raw = textwrap.shorten(source["raw"] or "", _WIDTH - 20, placeholder=" ...")
    return f"{source['source']}: {raw}" if raw else str(source["source"])


def _columns(facts: Iterable[tuple[str, str | None]]) -> list[str]:
    """Names and values side by side, the names as wide as the widest; without those of no value."""
    rows = [(name, value) for name, value in facts if value]
    width = max((len(name) for name, _ in rows), default=0) + 2
    return [f"{name:>{width}}  {value}" for name, value in rows]
