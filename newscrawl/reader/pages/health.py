"""How the sources and the archive do: verdicts, audit, passes, bytes, disk, and all sources."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from newscrawl.baselines import health as health_of
from newscrawl.causes import meaning_of
from newscrawl.monitoring.alerts import VERDICTS
from newscrawl.monitoring.metrics import HOUR
from newscrawl.monitoring.summary import day as day_of
from newscrawl.monitoring.summary import lacking
from newscrawl.reader.charts import Day, chart, days_of
from newscrawl.reader.library import DAYS
from newscrawl.reader.templating import stamp
from newscrawl.reader.view import View
from newscrawl.storage.disk_space import free_bytes
from newscrawl.storage.file_names import age_of, local_size

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from newscrawl.monitoring.metrics import Facts
    from newscrawl.reader.asked import Asked
    from newscrawl.reader.library import Library

MAX_PASSES = 10
SOURCE_COLUMNS = (
    "source", "articles", "records", "last", "day", "usual_low", "usual_high", "without_date",
    "without_author", "feeds", "feeds_bad", "alarms", "paused_at",
)  # fmt: skip
_STAMP = re.compile(r"\d{8}")
#: What a URL that was no miss is called.
PLACES = {
    "captured": "an article in the archive",
    "elsewhere": "redirects to such an article, or is a variant of one",
    "waiting": "due, in hand, or to be tried again",
    "unaccounted": "no end is known: a fault in newscrawl",
}


def health(library: Library, asked: Asked) -> View:
    """The whole archive at a glance, and a row for each source."""
    watched = library.watched()
    counts = library.archive.store.counts()
    today, begun = datetime.fromtimestamp(asked.now, UTC).date(), watched.begun
    files = library.archive.layout.finished() + library.archive.layout.unfinished()
    days = days_of(watched.by_day, first=begun, last=today, number=DAYS)
    byte_days = _bytes_by_day(files, begun, today)
    names = sorted({*counts, *watched.everything.sources})
    place, limit = asked.text("after"), asked.limit()
    some = [name for name in names if not place or name > place][: limit + 1]
    alarms = Counter(each.source for each in watched.verdicts if each.source)
    rows = [
        _row(name, counts.get(name), watched.everything.sources.get(name), asked.now)
        | {"alarms": alarms[name],
           "paused_at": stamp(watched.paused[name]) if name in watched.paused else None}
        for name in some[:limit]
    ]  # fmt: skip
    following = some[limit - 1] if len(some) > limit else None
    data = {
        "as_of": stamp(watched.at),
        "verdicts": [
            {**each.to_dict(), "means": VERDICTS[each.what]} for each in watched.verdicts
        ],
        "articles": sum(each["articles"] for each in counts.values()),
        "records": sum(each["records"] for each in counts.values()),
        "captures": library.archive.store.capture_count(),
        "warcs": len(files),
        "bytes": sum(map(local_size, files)),
        "free_bytes": free_bytes(library.archive.root),
        "days": [{"day": d.day, "articles": d.value} for d in days],
        "bytes_by_day": [{"day": d.day, "bytes": d.value} for d in byte_days],
        "audit": watched.account.to_dict(),
        "passes": _passes(library),
        "rows": rows,
        "next": following,
    }  # fmt: skip
    shown = {
        "more": asked.with_(after=following) if following else None,
        "is_first": not place,
        "articles_chart": chart(days),
        "bytes_chart": chart([_in_megabytes(d) for d in byte_days], unit=" MB"),
        "places": [
            {"place": name, "urls": n, "means": PLACES.get(name) or meaning_of(name)}
            for name, n in watched.account.places.items()
        ],
    }
    return View("health.html", "Health", data, SOURCE_COLUMNS, shown=shown)


def _row(
    name: str, counts: dict[str, Any] | None, facts: Facts | None, now: float
) -> dict[str, Any]:
    """One source on one line."""
    found: dict[str, Any] = {"articles": 0, "usual": None}
    if facts:
        found = day_of(facts.counts, int(now // HOUR) + 1)
    low, _, high = found["usual"] or (None, None, None)
    without = lacking(facts) if facts else {}
    bad = _bad_hubs(facts)
    return {
        "source": name,
        "articles": counts["articles"] if counts else 0,
        "records": counts["records"] if counts else 0,
        "last": counts["last"] if counts else None,
        "day": found["articles"],
        "usual_low": low,
        "usual_high": high,
        "without_date": without.get("date", {}).get("latest"),
        "without_author": without.get("author", {}).get("latest"),
        "feeds": len(facts.hubs) if facts else 0,
        "feeds_bad": bad,
    }


def _bad_hubs(facts: Facts | None) -> int:
    return sum(health_of(hub).is_bad for hub in facts.hubs) if facts else 0


def _passes(library: Library) -> list[dict[str, Any]]:
    return [
        {
            "began_at": stamp(run.began_at),
            "ended_at": None if run.ended_at is None else stamp(run.ended_at),
            "kind": run.kind,
            "ended": run.ended,
            **asdict(run.progress),
            "missed": sum(run.progress.missed.values()),
        }
        for run in library.archive.store.runs.latest(limit=MAX_PASSES)
    ]


def _bytes_by_day(files: Iterable[Path], begun: str | None, today: date) -> list[Day]:
    """Bytes of WARCs by the day on which they were begun, which their names say."""
    found: Counter[str] = Counter()
    for path in files:
        stated = age_of(path.name.removesuffix(".open"))[0]
        if _STAMP.match(stated):
            found[f"{stated[:4]}-{stated[4:6]}-{stated[6:8]}"] += local_size(path)
    first = min([*found, *([begun] if begun else [])], default=None)
    return days_of(found, first=first, last=today, number=DAYS)


def _in_megabytes(day: Day) -> Day:
    return replace(day, value=None if day.value is None else round(day.value / 1e6, 3))
