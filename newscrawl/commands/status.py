"""`newscrawl status`: what an archive holds, and how its URLs ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from newscrawl.commands import options, printing

if TYPE_CHECKING:
    from pathlib import Path

_ENDED_WELL = frozenset({"article", "links", "due", "leased"})


@click.command()
@options.archive
@options.database
@options.as_json
def status(archive: Path, as_json: bool) -> None:
    """Show sources, captures, articles, and misses by cause."""
    facts = collect(archive)
    if as_json:
        printing.json_line(facts)
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Source", "Articles", "Waiting", "Missed", "Last article"):
        table.add_column(name, justify="left" if name in ("Source", "Last article") else "right")
    for name, source in facts["sources"].items():
        missed = sum(source["missed"].values())
        row = (source["articles"], source["waiting"], missed)
        table.add_row(name, *map(str, row), source["last"] or "-")
    out = printing.console()
    out.print(table)
    out.print()
    out.print(f"{facts['captures']} captures in {facts['warcs']} WARCs, {facts['bytes']:,} bytes")
    out.print(f"{facts['articles']} articles, {facts['records']} records with all revisions")
    for cause, number in sorted(facts["missed"].items(), key=lambda item: (-item[1], item[0])):
        out.print(f"{number:>7} {cause}: {_meaning(cause)}")


def collect(archive: Path) -> dict[str, Any]:
    """What `status --json` prints."""
    from newscrawl.commands.opening import frontier_of, layout_of, store_of

    layout, store = layout_of(archive), store_of(archive)
    stored, urls = store.counts(), frontier_of(archive).counts()
    sources = {
        name: _source(stored.get(name), urls.get(name, {})) for name in sorted({*stored, *urls})
    }
    missed: dict[str, int] = {}
    for source in sources.values():
        for cause, number in source["missed"].items():
            missed[cause] = missed.get(cause, 0) + number
    files = [*layout.finished(), *layout.unfinished()]
    return {
        "archive": str(archive),
        "warcs": len(files),
        "bytes": sum(file.stat().st_size for file in files),
        "captures": store.capture_count(),
        "articles": sum(source["articles"] for source in sources.values()),
        "records": sum(source["records"] for source in sources.values()),
        "missed": missed,
        "sources": dict(sorted(sources.items())),
    }


def _source(stored: dict[str, Any] | None, urls: dict[str, int]) -> dict[str, Any]:
    return {
        "articles": stored["articles"] if stored else 0,
        "records": stored["records"] if stored else 0,
        "last": stored["last"] if stored else None,
        "waiting": urls.get("due", 0) + urls.get("leased", 0),
        "missed": {cause: n for cause, n in urls.items() if cause not in _ENDED_WELL},
    }


def _meaning(cause: str) -> str:
    from newscrawl.items import CAUSES

    return CAUSES.get(cause, "")
