"""All captures of one address: a list, a calendar, and a TimeMap of Memento (RFC 7089)."""

from __future__ import annotations

from calendar import Calendar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newscrawl.errors import UsageError
from newscrawl.reader.asked import NotThere
from newscrawl.reader.view import View

if TYPE_CHECKING:
    from newscrawl.items import Page
    from newscrawl.reader.asked import Asked
    from newscrawl.reader.library import Library

CAPTURE_COLUMNS = (
    "captured_at", "status", "url", "warc", "offset", "length", "payload_digest", "record_id", "is_same",
)  # fmt: skip
#: Days and months of the calendar, and captures of a TimeMap.
MAX_DAYS, MAX_MONTHS, MAX_MEMENTOS = 1_000, 24, 10_000


def captures(library: Library, asked: Asked) -> View:
    """The captures of the address `url` in its spellings, oldest first; with `day`, those of a day."""
    url = asked.text("url")
    if not url:
        return View("captures.html", "Captures", _nothing(""), CAPTURE_COLUMNS, shown=_NOT_SHOWN)
    names, limit = library.spellings(url), asked.limit()
    place = asked.pair("after")
    since, until = _bounds(asked.text("day"))
    found = library.captures.of(names, after=place, since=since, until=until, limit=limit + 1)
    some = found[:limit]
    days = library.captures.days(names, most=MAX_DAYS)
    last = some[-1].capture if len(found) > limit else None
    following = asked.pair_text(last.captured_at, last.record_id) if last else None
    data = {
        "url": url,
        "number": sum(n for _, n in days),
        "rows": _rows(some),
        "next": following,
        "days": [{"day": day, "captures": n} for day, n in days],
    }
    return View(
        "captures.html", f"Captures of {url}", data, CAPTURE_COLUMNS,
        shown={"months": _months(days), "day": asked.text("day"),
               "more": asked.with_(after=following) if following else None},
    )  # fmt: skip


def timemap(library: Library, asked: Asked) -> View:
    """The captures of an address that were answered, as a TimeMap; `base` stands for the reader's address."""
    url = asked.text("url")
    if not url:
        raise UsageError("url: name an address")
    found = library.captures.of(library.spellings(url), limit=MAX_MEMENTOS)
    mementos = [
        {"datetime": _second(page.capture.captured_at), "uri": library.at(page.url, page.capture.captured_at)}
        for page in found
        if page.capture.status in (200, 304)
    ]  # fmt: skip
    if not mementos:
        raise NotThere(f"there is no capture of {url} in this archive")
    data = {
        "original_uri": url,
        "timemap_uri": {form: asked.with_(path=f"/timemap.{form}") for form in ("link", "json")},
        "timegate_uri": library.at(url, None),
        "mementos": {"first": mementos[0], "last": mementos[-1], "list": mementos},
    }
    return View("", f"TimeMap of {url}", data)


_NOT_SHOWN: dict[str, Any] = {"months": [], "day": "", "more": None}


def _nothing(url: str) -> dict[str, Any]:
    return {"url": url, "number": 0, "rows": [], "next": None, "days": []}


def _rows(pages: list[Page]) -> list[dict[str, Any]]:
    """The captures; `is_same` says that the payload is that of the capture before."""
    rows, before = [], None
    for page in pages:
        row = {"url": page.url, **page.capture.to_dict()}
        rows.append({**row, "is_same": before == page.capture.payload_digest})
        before = page.capture.payload_digest
    return rows


def _bounds(day: str) -> tuple[str | None, str | None]:
    if not day:
        return None, None
    try:
        datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise UsageError(f"day={day[:40]}: write a day as 2026-05-19") from None
    return day, f"{day}U"  # sorts behind all times of that day, which go on with a T


def _months(days: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """The latest months with captures as weeks of days: number of the day, its date and its captures."""
    numbers = dict(days)
    names = sorted({day[:7] for day in numbers}, reverse=True)[:MAX_MONTHS]
    out = []
    for name in names:
        year, month = int(name[:4]), int(name[5:])
        weeks = [
            [
                None if each == 0 else {"day": each, "date": f"{name}-{each:02}",
                                        "captures": numbers.get(f"{name}-{each:02}", 0)}
                for each in week
            ]
            for week in Calendar().monthdayscalendar(year, month)
        ]  # fmt: skip
        out.append({"name": datetime(year, month, 1, tzinfo=UTC).strftime("%B %Y"), "weeks": weeks})
    return out


def _second(stated: str) -> str:
    return datetime.fromisoformat(stated).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
