"""Attention: how many articles match a query, day by day, and what share of all articles that is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from newscrawl.query.tree import Time
from newscrawl.reader.charts import Day, chart
from newscrawl.reader.view import View
from newscrawl.store.matches_by_day import articles_by_day, matches_by_day

if TYPE_CHECKING:
    from datetime import date

    from newscrawl.reader.asked import Asked
    from newscrawl.reader.library import Library

ATTENTION_COLUMNS = ("day", "articles", "all", "share")
#: Days that are shown where no time is asked for, and at most.
DAYS, MAX_DAYS = 30, 366
#: Records that match and are counted.
MAX_COUNTED = 50_000
_DAY = 86_400


def attention(library: Library, asked: Asked) -> View:
    """Matches by the day of publication to the end of the span; undated ones are counted beside."""
    first, last = _days(asked)
    begin, end = (_midnight(day) for day in (first, last + timedelta(days=1)))
    query = asked.wanted_at_any_time()
    in_span = [Time("published", begin, end)]
    found, is_complete = matches_by_day(library.engine, query.narrowed(in_span), most=MAX_COUNTED)
    everything = _all(library, asked, begin, end)
    undated = library.results.undated_count(query, begin, end, most=MAX_COUNTED)
    watched = library.watched_soon()
    begun = watched.begun if watched else None
    rows = [
        _row(day, found, everything, begun)
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
    ]
    data = {
        "query": asked.text("q"),
        "since": str(first),
        "until": str(last),
        "articles": sum(row["articles"] or 0 for row in rows),
        "is_complete": is_complete,
        "undated": undated,
        "notes": [str(note) for note in query.notes],
        "rows": rows,
    }
    shares = [Day(r["day"], None if r["share"] is None else 100 * r["share"]) for r in rows]
    shown = {
        "most": MAX_COUNTED,
        "search": asked.with_(path="/search"),
        "counts_chart": chart([Day(row["day"], row["articles"]) for row in rows]),
        "share_chart": chart(shares, unit=" %", top=_top(shares)),
        "chosen": {name: asked.texts(name) for name in ("source", "lang")},
    }
    title = f"Attention: {asked.text('q') or 'all articles'}"
    return View("attention.html", title, data, ATTENTION_COLUMNS, shown=shown)


def _row(
    day: date, found: dict[int, int], everything: dict[int, int], begun: str | None
) -> dict[str, Any]:
    """A day before the first crawl of which nothing is held is not known, and no zero."""
    number = int(_midnight(day)) // _DAY
    # An article whose revisions state two days matches on both.
    all_ = max(everything.get(number, 0), found.get(number, 0))
    is_known = all_ > 0 or begun is None or str(day) >= begun
    return {
        "day": str(day),
        "articles": found.get(number, 0) if is_known else None,
        "all": all_ if is_known else None,
        "share": found.get(number, 0) / all_ if all_ else None,
    }


def _all(library: Library, asked: Asked, begin: float, end: float) -> dict[int, int]:
    """All articles of the sources and languages that are asked for."""
    if not asked.texts("source") and not asked.texts("lang"):
        return articles_by_day(library.engine, begin, end)
    pairs = [pair for pair in asked.query if pair[0] in ("source", "lang")]
    query = replace(asked, query=pairs).wanted_at_any_time()
    query = query.narrowed([Time("published", begin, end)])
    return matches_by_day(library.engine, query, most=4 * MAX_COUNTED)[0]


def _days(asked: Asked) -> tuple[date, date]:
    """The first and the last day of the span."""
    begin, end = asked.span()
    last = _date(min(asked.now, end - 1 if end is not None else asked.now))
    first = _date(begin) if begin is not None else last - timedelta(days=DAYS - 1)
    return min(last, max(first, last - timedelta(days=MAX_DAYS - 1))), last


def _date(at: float) -> date:
    return datetime.fromtimestamp(at, UTC).date()


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _top(shares: list[Day]) -> float:
    """The top of the scale in percent: one that shows small shares, too."""
    largest = max((day.value or 0 for day in shares), default=0)
    return next(top for top in (1, 2, 5, 10, 20, 50, 100) if largest <= top)
