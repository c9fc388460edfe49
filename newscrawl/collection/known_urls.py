"""Make the frontier again from WARCs: which URLs were asked for, as what, for whom, and how they ended last.

The metadata record beside each capture says kind, depth, source and announcement of its URL. Notes of the
frontier say what no capture does. WARCs of older versions and of other tools say less: what they do not say
is left to the next crawl.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, get_args

from newscrawl.archive.frontier_notes import note_in
from newscrawl.causes import CAUSES, REQUISITE, UrlKind, status_cause
from newscrawl.database.batches import batches
from newscrawl.errors import NotHttp
from newscrawl.frontier import HUBS, DiscoveredUrl, Outcome
from newscrawl.frontier.noting import key_of
from newscrawl.items import Capture
from newscrawl.processing.page_hints import DEPTH, KIND, announcement_of
from newscrawl.urls import fetchable, key
from newscrawl.warc.captured_response import response_in
from newscrawl.warc.reader import iter_records
from newscrawl.warc.warc_fields import parse_warc_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from newscrawl.archive.frontier_notes import FrontierNote
    from newscrawl.errors import DamagedRecord
    from newscrawl.frontier import Frontier
    from newscrawl.warc.record import WarcRecord

#: URLs that are entered together.
BATCH_SIZE = 500

#: Key, URL, kind, depth, source, via, announcement, time, status, error, target, and the capture as JSON.
_Row = tuple[
    str, str, str, int, str, str | None, str | None, str, int, str, str | None, str | None
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came of a request, `at` a time: a response, or an error."""

    url: str
    at: str
    status: int = 0
    error: str = ""
    target: str | None = None
    capture: str | None = None


class KnownUrls:
    """What WARCs say of URLs, held in a temporary file. The caller closes it."""

    def __init__(self, warcs: Iterable[Path]) -> None:
        self._table = sqlite3.connect("", isolation_level=None)
        self._table.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE seen (key, url, kind, depth, source, via, announcement, at, status, error,"
            " target, capture);"
            "CREATE TABLE noted (key, at, row);"
            "BEGIN"
        )
        self._paused: tuple[float, dict[str, float]] = (0.0, {})
        for warc in warcs:
            rows = _rows(warc, self._note)
            self._table.executemany(
                "INSERT INTO seen VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
            )
        self._table.executescript(
            "CREATE INDEX by_key ON seen (key, at); CREATE INDEX noted_by_key ON noted (key, at)"
        )

    def enter(self, frontier: Frontier) -> int:
        """Enter the URLs of which they say what they were fetched as; return how many.

        Lists, misses and failures end as they did last. Articles are left to whoever reads their captures.
        """
        number = 0
        # What ended at about one time is entered together.
        for some in self._last_rows():
            number += len(some)
            _enter(frontier, some)
        return number

    def resume(self, frontier: Frontier, *, now: float) -> None:
        """Take over what notes of the frontier say: what was never fetched, when each URL is due, and which
        sources were paused. The captures are entered before."""
        for some in self._last_rows():
            _end_again(frontier, some)
        query = "SELECT row, max(at) FROM noted GROUP BY key"
        frontier.resume((json.loads(row) for row, _ in self._table.execute(query)), now=now)
        for name, at in self._paused[1].items():
            frontier.register.pause(name, now=at)

    def close(self) -> None:
        self._table.close()

    def _last_rows(self) -> Iterator[list[_Row]]:
        # With max, the other columns are those of its row.
        query = "SELECT *, max(at) AS last FROM seen GROUP BY key ORDER BY last"
        for some in batches(self._table.execute(query), BATCH_SIZE):
            yield [row[:12] for row in some]

    def _note(self, note: FrontierNote) -> None:
        rows = ((key_of(row), note.noted_at, json.dumps(row)) for row in note.urls)
        self._table.executemany("INSERT INTO noted VALUES (?, ?, ?)", rows)
        self._paused = max(
            self._paused, (note.noted_at, dict(note.paused)), key=lambda each: each[0]
        )


def _enter(frontier: Frontier, rows: list[_Row]) -> None:
    frontier.add(map(_discovered, rows), now=_seconds(rows[0][7]))
    ended = ((row[0], outcome) for row in rows if (outcome := _outcome(row)) is not None)
    frontier.settle(ended, now=_seconds(rows[-1][7]))


def _end_again(frontier: Frontier, rows: list[_Row]) -> None:
    """Let articles that were gone at last end so: their captures, which were read since, are earlier."""
    lost = {
        row[1]: (row, outcome)
        for row in rows
        if row[2] not in HUBS and (outcome := _outcome(row)) is not None
    }
    for url, ended in frontier.ended(lost).items():
        if ended.kind == "article":
            row, outcome = lost[url]
            assert outcome.cause is not None
            if CAUSES[outcome.cause].gone:
                outcome = replace(outcome, detail=f"{outcome.detail}; it was an article before")
            frontier.settle([(row[0], outcome)], now=_seconds(row[7]))


def _discovered(row: _Row) -> DiscoveredUrl:
    _, url, kind, depth, source, via, announcement, *_ = row
    return DiscoveredUrl(
        url, _kind(kind), source, depth=depth, priority=_PRIORITY[_kind(kind)], via=via,
        announcement=announcement,
    )  # fmt: skip


#: As a crawl leases them: what was asked for first, articles last.
_PRIORITY: dict[UrlKind, int] = {
    "seed": 0, "feed": 10, "sitemap": 12, "section": 15, "article": 20, "page": 25,
}  # fmt: skip


def _kind(stated: str) -> UrlKind:
    return next((kind for kind in get_args(UrlKind) if kind == stated), "page")


def _outcome(row: _Row) -> Outcome | None:
    kind, (at, status, error, target, stored) = row[2], row[7:]
    capture = Capture(**json.loads(stored)) if stored else None
    if status in (200, 304):
        if kind not in HUBS:
            return None
        return Outcome("links", status=status, seen_at=at, capture=capture)
    cause = status_cause(status) if status else None
    if cause is None:
        cause = next((name for name in CAUSES if name == error), "error")
    detail = target or (f"status {status}" if status else None)
    return Outcome("miss", cause, detail, status or None, at, capture, target=target)


def _rows(warc: Path, on_note: Callable[[FrontierNote], None]) -> Iterator[_Row]:
    answer: _Answer | None = None
    answer_id = ""
    for record in iter_records(warc, on_damage=_left_to_verify):
        if record.is_capture:
            answer, answer_id = _answer(record), record.id
        elif (note := note_in(record)) is not None:
            on_note(note)
        elif record.type == "metadata" and record.held is not None:
            said = parse_warc_fields(record.held)
            if said.get(KIND, REQUISITE) == REQUISITE:
                continue
            if answer is not None and answer_id in record.all("WARC-Concurrent-To"):
                yield _row(said, answer)
            elif "fetcherror" in said and (url := fetchable(record.uri or "")):
                yield _row(said, _Answer(url, record.date, error=said["fetcherror"]))


def _answer(record: WarcRecord) -> _Answer | None:
    url = fetchable(record.uri or "")
    try:
        found = response_in(record)
    except NotHttp:
        return None
    if url is None or found is None:
        return None
    capture = json.dumps(found.capture.to_dict())
    return _Answer(url, record.date, found.status, target=found.redirect_target, capture=capture)


def _row(said: dict[str, str], answer: _Answer) -> _Row:
    depth = said.get(DEPTH, "0")
    return (
        key(answer.url), answer.url, said[KIND], int(depth) if depth.isdecimal() else 0,
        said.get("source", ""), said.get("via"), announcement_of(said), answer.at, answer.status,
        answer.error, answer.target, answer.capture,
    )  # fmt: skip


def _seconds(date: str) -> float:
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _left_to_verify(_: DamagedRecord) -> None:
    """A damaged record is named by `verify`."""
