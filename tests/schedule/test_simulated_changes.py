"""Days of a paper that rewrites, removes and brings back articles: exactly that is told, and no more."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import changing_paper
import feedparser
import planned_paper
import pytest
from changing_paper import HOUR, Fate, Version

from tests.conftest import newscrawl
from tests.schedule.conftest import FIRST, Simulated, simulate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.long

#: Days of the simulation; NEWSCRAWL_DAYS=7 is the planned week of `tests/support/planned_paper.py`.
DAYS = float(os.environ.get("NEWSCRAWL_DAYS", "1.5"))
IS_PLANNED = planned_paper.DAYS <= DAYS
PLAN = planned_paper.plan(FIRST, planned_paper.DAYS + 12) if IS_PLANNED else {}
#: Quotation marks as they are typed.
PLAIN = str.maketrans("“”", '""')
#: Seconds that may pass between a request and its answer; looks are an hour apart.
SLOW = 600


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    folder = tmp_path_factory.mktemp("week")
    if IS_PLANNED:
        by_hour = planned_paper.BY_HOUR_PLANNED
        return simulate(folder, days=planned_paper.DAYS, paper="planned_paper", by_hour=by_hour)
    return simulate(folder, days=DAYS, paper="changing_paper")


def fate(number: int) -> Fate:
    if IS_PLANNED:
        return PLAN.get(number, planned_paper.NOTHING)
    return changing_paper.usual_fate(number)


def looks(week: Simulated) -> dict[int, list[tuple[float, int]]]:
    """When each article that appeared in the time was looked at, and the statuses."""
    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for at, status, path in week.requests:
        if path.startswith("/news/"):
            found[int(path.removeprefix("/news/"))].append((at, status))
    if IS_PLANNED:
        return found
    # An article that is older than its first look had been changed before it.
    return {n: some for n, some in found.items() if some[0][0] < week.times[n] + 0.7 * HOUR}


Fact = tuple[str, str | None, str | None]


def expected(week: Simulated) -> dict[int, list[Fact]]:
    """The facts of each article (kind, statement, noise), from what was done and when it was looked at."""
    found = {
        number: list(due(number, week.times[number], seen)) for number, seen in looks(week).items()
    }
    return {number: facts for number, facts in found.items() if facts}


def due(number: int, time: float, seen: list[tuple[float, int]]) -> Iterator[Fact]:
    last, missed, is_removed = None, None, False
    for at, status in seen:
        if status == 503:
            continue
        if status in (404, 410):
            missed = at if missed is None else missed
            if not is_removed and (status == 410 or at - missed >= HOUR):
                is_removed = True
                yield "removed", None, None
            continue
        if is_removed:
            yield "returned", None, None
        missed, is_removed = None, False
        now = changing_paper.version(number, fate(number), time, at)
        yield from differences(last or now, now)
        last = now


def differences(old: Version, new: Version) -> Iterator[Fact]:
    note = "Correction:" in new.body and "Correction:" not in old.body
    stated = "modified-moved" if new.modified != old.modified else "modified-equal"
    statement = "note" if note else stated if new.modified else "modified-absent"
    if new.title != old.title:
        is_typography = new.title.translate(PLAIN) == old.title.translate(PLAIN)
        yield "headline", statement, "quotes-and-dashes" if is_typography else None
    if new.body != old.body:
        yield "body", statement, None
    if new.section != old.section:
        yield "section", None, None
    if note:
        yield "correction-note-added", None, None
    if new.modified != old.modified and replace(new, modified=old.modified) == old:
        yield "modified-time-moved-alone", None, None


def facts_of(archive: Path) -> list[dict[str, Any]]:
    return newscrawl("changes", "--archive", archive, "--noise", "--format", "jsonl").lines


def number_of(fact: dict[str, Any]) -> int:
    return int(fact["url"].rpartition("/")[2])


def test_exactly_what_was_done_is_told(week: Simulated) -> None:
    assert week.ran.code == 0, week.ran.err
    told: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts_of(week.archive):
        told[number_of(fact)].append((fact["kind"], fact["statement"], fact["noise"]))
    wanted = expected(week)
    kinds = Counter(kind for some in wanted.values() for kind, *_ in some)
    print(f"{len(looks(week))} articles: {kinds}")
    assert {n: some for n, some in told.items() if n in looks(week)} == wanted
    assert set(kinds) >= {"body", "headline", "section", "removed", "modified-time-moved-alone"}
    if not IS_PLANNED:
        assert set(kinds) >= {"returned", "correction-note-added"}


@pytest.mark.skipif(not IS_PLANNED, reason="NEWSCRAWL_DAYS=7 asks for the planned week")
def test_the_planned_week_has_so_many_edits_removals_and_returns(week: Simulated) -> None:
    facts = facts_of(week.archive)
    kinds = Counter(fact["kind"] for fact in facts)
    edits = {
        (fact["url"], fact["record_id"])
        for fact in facts
        if fact["kind"] not in ("removed", "returned")
    }
    returned = {fact["url"] for fact in facts if fact["kind"] == "returned"}
    edits_of_returned = {each for each in edits if each[0] in returned}
    print(
        f"{len(edits - edits_of_returned)} edits, {kinds['removed']} removed, {kinds['returned']} back"
    )
    assert len(edits - edits_of_returned) == planned_paper.EDITS
    assert kinds["removed"] == planned_paper.REMOVALS
    assert kinds["returned"] == planned_paper.RETURNS
    assert sum(status == 503 for _, status, _ in week.requests) > 0


def test_a_feed_reader_finds_the_same_changes(week: Simulated) -> None:
    facts = facts_of(week.archive)
    ran = newscrawl("changes", "--archive", week.archive, "--noise", "--format", "atom")
    feed = feedparser.parse(ran.out)
    assert not feed.bozo, feed.bozo_exception
    assert Counter((entry.link, entry.updated) for entry in feed.entries) == Counter(
        (fact["url"], fact["not_after"]) for fact in facts
    )
    assert len({entry.id for entry in feed.entries}) == len(facts)
    told = Counter(entry.title.partition(": ")[2].partition(",")[0] for entry in feed.entries)
    assert told == Counter(fact["kind"].replace("-", " ") for fact in facts)


def test_each_interval_lies_between_two_looks(week: Simulated) -> None:
    seen = looks(week)
    for fact in facts_of(week.archive):
        moments = [round(at) for at, _ in seen.get(number_of(fact), ())]
        begin, end = (
            datetime.fromisoformat(fact[name]).timestamp() for name in ("not_before", "not_after")
        )
        if moments:
            # The clock goes on while a busy machine works.
            assert min(abs(begin - at) for at in moments) <= SLOW
            assert min(abs(end - at) for at in moments) <= SLOW
        assert begin < end


def test_a_replay_tells_the_same(week: Simulated, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert newscrawl("replay", week.archive, "--into", again).code == 0
    assert facts_of(again) == facts_of(week.archive)
    files = [sorted(line for path in sorted((root / "changes").iterdir())
                    for line in path.read_text("utf-8").splitlines())
             for root in (week.archive, again)]  # fmt: skip
    assert files[0] == files[1]
    assert len(files[0]) == len(facts_of(week.archive))


def test_the_history_of_an_older_archive_is_made_from_its_captures(
    week: Simulated, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    shutil.copytree(week.archive, old)
    shutil.rmtree(old / "changes")
    with closing(sqlite3.connect(old / "news.db")) as db, db:
        db.execute("DELETE FROM changes")
        db.execute("DELETE FROM article_states")
    adopted = newscrawl("replay", old, "--adopt")
    assert adopted.code == 0
    assert "its history is made from the captures anew" in adopted.out + adopted.err
    assert facts_of(old) == facts_of(week.archive)
    assert newscrawl("replay", old, "--adopt").code == 4
