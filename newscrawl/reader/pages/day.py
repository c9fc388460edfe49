"""One day: the articles that state it as their day of publication (UTC), and undated ones first seen then."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from newscrawl.query.tree import Query, Time
from newscrawl.reader.asked import NotThere, position_text
from newscrawl.reader.rows import ARTICLE_COLUMNS, article_entries, article_row, found_row
from newscrawl.reader.view import Feed, View

if TYPE_CHECKING:
    from newscrawl.reader.asked import Asked
    from newscrawl.reader.library import Library

#: Articles without a date that are shown beside those of a day.
MAX_UNDATED = 40


def day(library: Library, asked: Asked) -> View:
    """The articles of a day, the latest first."""
    wanted = _date(asked.parts["date"])
    begin, end = (_midnight(wanted + timedelta(days=n)) for n in (0, 1))
    query = Query(f"published:{wanted}", Time("published", begin.timestamp(), end.timestamp()))
    page = library.results.page(
        query, order="published", after=asked.after(), limit=asked.limit(), marks=("", "")
    )
    undated = library.results.undated(
        begin.strftime("%Y-%m-%dT"), end.strftime("%Y-%m-%dT"), limit=MAX_UNDATED
    )
    rows = [found_row(found) for found in page.found]
    following = position_text(page.next)
    data = {
        "date": str(wanted),
        "rows": rows,
        "next": following,
        "undated": [
            article_row(r, matching_revisions=[r["revision"]], latest_revision=r["revision"], snippet="")
            for r in undated
        ],
        "previous_day": str(wanted - timedelta(days=1)) if wanted > date.min else None,
        "next_day": str(wanted + timedelta(days=1)) if wanted < date(9999, 12, 30) else None,
    }  # fmt: skip
    return View(
        "day.html", str(wanted), data, ARTICLE_COLUMNS,
        Feed(f"urn:newscrawl:{library.title}:day:{wanted}", f"{library.title}: {wanted}",
             article_entries(rows)),
        {"more": asked.with_(after=following) if following else None, "most": MAX_UNDATED},
    )  # fmt: skip


def _date(stated: str) -> date:
    try:
        found = date.fromisoformat(stated)
    except ValueError:
        raise NotThere(f"{stated} is no day: write it as 2026-05-19") from None
    if len(stated) != 10 or not 1000 <= found.year < 9999:
        raise NotThere(f"{stated} is no day: write it as 2026-05-19")
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
