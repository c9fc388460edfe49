"""A source: its articles a day against what is usual, its fields, polls, misses and silences."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from newscrawl.baselines import FIELDS, usual_range
from newscrawl.causes import meaning_of
from newscrawl.database.engine import reading
from newscrawl.frontier import accounting
from newscrawl.monitoring.metrics import Facts
from newscrawl.monitoring.summary import summary
from newscrawl.query.tree import Query, Source
from newscrawl.reader.asked import NotThere, position_text
from newscrawl.reader.charts import Day, chart, days_of
from newscrawl.reader.rows import ARTICLE_COLUMNS, article_entries, found_row
from newscrawl.reader.templating import stamp
from newscrawl.reader.view import Feed, View
from newscrawl.store import tallies

if TYPE_CHECKING:
    from newscrawl.reader.asked import Asked
    from newscrawl.reader.library import Library
    from newscrawl.store.tallies import Hours

#: Days of the charts, by default and at most; and how far back what is usual needs to look.
DAYS, MAX_DAYS, PAST_DAYS = 90, 366, 60
MAX_SILENCES, MAX_OTHERS, HOUR = 5, 12, 3600
#: How URLs end that are no miss.
_ENDED_WELL = ("article", "links", "due", "leased")


def source(library: Library, asked: Asked) -> View:
    """One source, by its name."""
    name, number = asked.parts["name"], asked.number("days", most=MAX_DAYS, default=DAYS, least=1)
    watched = library.watched()
    facts = watched.everything.sources.get(name)
    counts = library.archive.store.counts(name).get(name)
    if facts is None and counts is None:
        raise NotThere(f"no source of this archive is called {name}")
    today = datetime.fromtimestamp(asked.now, UTC).date()
    with reading(library.engine).connect() as connection:
        since = asked.now - (number + PAST_DAYS) * 86_400
        hours = tallies.hourly_of(connection, name, since=since)
        first = tallies.first_day(connection, name)
        ends = accounting.counts(connection, {name}).get(name, {})
    query = Query(f"source:{name}", Source(name))
    page = library.results.page(
        query, order="seen", after=asked.after(), limit=asked.limit(), marks=("", "")
    )
    days = _with_usual(hours, first, today, number)
    shares = {field: _shares(hours, bit, first, today, number) for field, bit in FIELDS.items()}
    following = position_text(page.next)
    begin = (today - timedelta(days=number - 1)).isoformat()
    data = {
        "source": name,
        "articles": counts["articles"] if counts else 0,
        "records": counts["records"] if counts else 0,
        "last": counts["last"] if counts else None,
        "paused_at": stamp(watched.paused[name]) if name in watched.paused else None,
        "verdicts": [each.to_dict() for each in watched.verdicts if each.source == name],
        **_summary(facts, asked.now),
        "days": [
            {"day": d.day, "articles": d.value, "usual_low": d.low, "usual_high": d.high}
            for d in days
        ],
        "shares": {
            field: [{"day": d.day, "share": d.value} for d in found]
            for field, found in shares.items()
        },
        "undated": _lacking(hours, FIELDS["date"], begin),
        "silences": _silences(hours, begin, asked.now),
        "reuse": _reuse(library, name),
        "misses": [
            {"cause": cause, "urls": n, "means": meaning_of(cause)}
            for cause, n in sorted(ends.items(), key=lambda each: -each[1])
            if cause not in _ENDED_WELL
        ],
        "rows": [found_row(found) for found in page.found],
        "next": following,
    }  # fmt: skip
    return View(
        "source.html", name, data, ARTICLE_COLUMNS,
        Feed(f"urn:newscrawl:{library.title}:source:{name}", f"{library.title}: {name}",
             article_entries(data["rows"])),
        {"more": asked.with_(after=following) if following else None, "range": number,
         "articles_chart": chart(days),
         "share_charts": {
             field: chart([Day(d.day, None if d.value is None else 100 * d.value) for d in found],
                          unit=" %", top=100, width=300, height=100)
             for field, found in shares.items()
         }},
    )  # fmt: skip


def _reuse(library: Library, name: str) -> dict[str, Any]:
    """How many of its articles have words of earlier ones of other sources; and the other way."""
    found = library.archive.store.reuse_log.by_source(name)[name].to_dict()
    return {
        key: value if isinstance(value, int) else dict(list(value.items())[:MAX_OTHERS])
        for key, value in found.items()
    }


def _summary(facts: Facts | None, now: float) -> dict[str, Any]:
    """As `status --json` has it."""
    found = summary(facts or Facts(), now=now)
    return {"day": found["day"], "feeds": found["feeds"], "failures": found["failures"],
            "succeeded": found["succeeded"]}  # fmt: skip


def _with_usual(hours: Hours, first: str | None, today: date, number: int) -> list[Day]:
    """The days, each with the range in which its weekday lay in the eight weeks before."""
    counts = {hour: sum(found.values()) for hour, found in hours}
    by_day: Counter[str] = Counter()
    for hour, n in counts.items():
        by_day[_day(hour)] += n
    out = []
    for day in days_of(by_day, first=first, last=today, number=number):
        end = date.fromisoformat(day.day) + timedelta(days=1)
        usual = usual_range(counts, _hour(end)) if day.value is not None else None
        low, high = (usual.low, usual.high) if usual else (None, None)
        out.append(Day(day.day, day.value, low, high))
    return out


def _shares(hours: Hours, bit: int, first: str | None, today: date, number: int) -> list[Day]:
    """Of the articles of each day the share that has a field; None on days without any."""
    have: Counter[str] = Counter()
    all_: Counter[str] = Counter()
    for hour, found in hours:
        all_[_day(hour)] += sum(found.values())
        have[_day(hour)] += sum(n for lacks, n in found.items() if not lacks & bit)
    days = days_of(all_, first=first, last=today, number=number)
    return [Day(d.day, have[d.day] / all_[d.day] if all_[d.day] else None) for d in days]


def _lacking(hours: Hours, bit: int, begin: str) -> int:
    return sum(
        n
        for hour, found in hours
        if _day(hour) >= begin
        for lacks, n in found.items()
        if lacks & bit
    )


def _silences(hours: Hours, begin: str, now: float) -> list[dict[str, Any]]:
    """The longest times without an article, within the range of the charts."""
    known = [hour for hour, _ in hours if _day(hour) >= begin]
    if not known:
        return []
    ends = [*known[1:], int(now // HOUR)]
    gaps = sorted(
        ((end - start, start, end) for start, end in zip(known, ends, strict=True)), reverse=True
    )
    return [
        {"from": stamp(start * HOUR), "to": stamp(end * HOUR), "hours": length}
        for length, start, end in gaps[:MAX_SILENCES]
        if length > 1
    ]


def _day(hour: int) -> str:
    return datetime.fromtimestamp(hour * HOUR, UTC).strftime("%Y-%m-%d")


def _hour(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) // HOUR
