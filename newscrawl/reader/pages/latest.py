"""The front page: the latest articles by day and source, and how the sources do."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from newscrawl.query import EVERYTHING
from newscrawl.reader.asked import position_text
from newscrawl.reader.rows import ARTICLE_COLUMNS, article_entries, found_row
from newscrawl.reader.templating import stamp
from newscrawl.reader.view import Feed, View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.reader.asked import Asked
    from newscrawl.reader.library import Library

#: Articles of a source on a day that are shown at once; the others are behind a line that opens.
MAX_SHOWN = 6


def latest(library: Library, asked: Asked) -> View:
    """What was added last, the latest first."""
    page = library.results.page(
        EVERYTHING, order="seen", after=asked.after(), limit=asked.limit(), marks=("", "")
    )
    rows = [found_row(found) for found in page.found]
    following = position_text(page.next)
    data = {"health": _health(library), "rows": rows, "next": following}
    days = by_day(rows)
    return View(
        "latest.html",
        "Latest articles",
        data,
        ARTICLE_COLUMNS,
        Feed(f"urn:newscrawl:{library.title}:latest", f"{library.title}: latest", article_entries(rows)),
        {"days": days, "more": asked.with_(after=following) if following else None,
         "is_first": asked.after() is None, "most": MAX_SHOWN},
    )  # fmt: skip


def by_day(
    rows: Sequence[dict[str, Any]],
) -> list[tuple[str, list[tuple[str, list[dict[str, Any]]]]]]:
    """Rows by the day (UTC) on which they were seen, and there by source, in their order."""
    days = []
    for day, of_day in groupby(rows, key=lambda row: str(row["first_seen_at"])[:10]):
        by_source: dict[str, list[dict[str, Any]]] = {}
        for row in of_day:
            by_source.setdefault(row["source"], []).append(row)
        days.append((day, list(by_source.items())))
    return days


def _health(library: Library) -> dict[str, Any]:
    """The line on health: counts, the last pass, and how many sources are not as they were."""
    articles, sources = library.archive.store.totals()
    run = next(iter(library.archive.store.runs.latest(limit=1)), None)
    watched = library.watched_soon()
    alarms = watched.verdicts if watched else ()
    return {
        "articles": articles,
        "sources": sources,
        "alarms": len(alarms) if watched else None,
        "alarmed_sources": sorted({each.source for each in alarms if each.source})[:20],
        "last_pass": None
        if run is None
        else {
            "began_at": stamp(run.began_at),
            "ended_at": None if run.ended_at is None else stamp(run.ended_at),
            "articles": run.progress.articles,
        },
    }
