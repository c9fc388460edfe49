"""`newscrawl rules coverage`: which rules still match the latest pages of their sites?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newscrawl.commands import terminal
from newscrawl.printable import printable

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.monitoring.rule_coverage import Coverage
    from newscrawl.rules import Ruleset


def coverages(archive: Path, rules: Ruleset) -> list[Coverage]:
    """The coverage of the rules that are in force today. Raises NotAnArchive, StorageError."""
    from newscrawl import settings
    from newscrawl.commands.archive_access import layout_of, store_of
    from newscrawl.monitoring.rule_coverage import coverage
    from newscrawl.processing.workers import Workers

    layout, store = layout_of(archive), store_of(archive)
    # One: a second one may still be starting when all is read, and would then end with a traceback.
    workers = Workers(
        1,
        seconds=settings.NEWSCRAWL_PAGE_SECONDS,
        memory=settings.NEWSCRAWL_WORKER_BYTES,
        network=layout.has_remote_files(),
    )
    try:
        return coverage(rules, store, layout, workers, today=datetime.now(UTC).date())
    finally:
        workers.close()


def show(found: list[Coverage]) -> None:
    """Print a table of the rules, and what does not match any more."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    terminal.add_name_column(table, "Rule", (each.rule.name for each in found))
    for name in ("State", "Pages", "Title", "Authors", "Published", "Body"):
        table.add_column(name, justify="left" if name == "State" else "right")
    for each in found:
        shares = (_share(each, key) for key in ("title", "authors", "published", "body"))
        terminal.add_row(table, each.rule.name, each.state, len(each.pages), *shares)
    out = terminal.console()
    out.print(table)
    for each in found:
        for failing in each.failing:
            where = f"{each.rule.name} ({each.rule.file}:{each.rule.line})"
            out.print(
                printable(f"{where}: since {failing.since[:16]}Z: {failing.says}"), style="bold"
            )


def _share(coverage: Coverage, key: str) -> str:
    if not getattr(coverage.rule, key) or not coverage.pages:
        return "-"
    return f"{coverage.hits(key) / len(coverage.pages):.0%}"
