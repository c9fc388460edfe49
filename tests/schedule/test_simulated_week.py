"""A week of a paper that publishes by the hour: each article once, soon, and with few requests."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

import hourly_paper
import pytest

from newscrawl.archive.frontier_notes import note_in
from newscrawl.sources import Poll
from newscrawl.warc.reader import iter_records
from tests.conftest import newscrawl
from tests.schedule.conftest import BEGIN, Simulated, simulate

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

HUBS = ("/", "/feed.xml")
#: The first days of the week; NEWSCRAWL_DAYS=7 is all of it.
DAYS = int(os.environ.get("NEWSCRAWL_DAYS", "2"))


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    return simulate(tmp_path_factory.mktemp("week"), days=DAYS)


def test_every_article_is_found_in_time_and_recorded_once(week: Simulated) -> None:
    assert week.ran.code == 0, week.ran.err
    found: dict[int, float] = {}
    for at, status, path in week.requests:
        if status == 200 and path.startswith("/news/"):
            found.setdefault(int(path.removeprefix("/news/")), at)
    bound = Poll().max
    new = [n for n, at in enumerate(week.times) if BEGIN < at < week.end - bound]
    late = sorted(found[n] - week.times[n] for n in new)
    print(f"{len(new)} articles, found after {late[len(late) // 2] / 60:.0f} minutes (median)")
    assert len(new) > 15 * DAYS
    assert late[-1] <= bound
    assert late[len(late) // 2] < 20 * 60
    records = newscrawl("export", "--archive", week.archive).lines
    assert {record["url"] for record in records} == {f"{week.base}/news/{n}" for n in found}
    assert max(Counter((record["url"], record["revision"]) for record in records).values()) == 1


def test_a_third_of_the_requests_at_most(week: Simulated) -> None:
    polls = Counter(path for _, _, path in week.requests if path in HUBS)
    fixed = len(HUBS) * DAYS * hourly_paper.DAY / Poll().min
    print(f"{polls.total()} polls; at the shortest interval {fixed:.0f}")
    assert polls.total() <= fixed / 3
    first = {path: next(s for _, s, p in week.requests if p == path) for path in HUBS}
    assert first == dict.fromkeys(HUBS, 200)
    feed = Counter(status for _, status, path in week.requests if path == "/feed.xml")
    # What has not changed is answered by 304, but for a look a day that asks for all of it.
    changes = sum(BEGIN < at < week.end for at in week.times)
    assert feed[200] <= changes + DAYS + 1
    asked = [at for at, _, path in week.requests if path == "/robots.txt"]
    assert len(asked) == DAYS
    night = [
        at for at, _, path in week.requests if path in HUBS and at % hourly_paper.DAY < 4 * 3600
    ]
    assert len(night) < polls.total() / 12


def test_articles_are_seen_again_and_changes_kept(week: Simulated) -> None:
    ages: dict[int, list[float]] = {}
    for at, _, path in week.requests:
        if path.startswith("/news/"):
            ages.setdefault(int(path.removeprefix("/news/")), []).append(at)
    whole = [
        n for n, at in enumerate(week.times) if BEGIN < at < BEGIN + (DAYS - 1.5) * hourly_paper.DAY
    ]
    for number in whole:
        first, *again = ages[number]
        assert [round((at - first) / 3600) for at in again] == [1, 6, 24]
    corrected = next(n for n in whole if hourly_paper.corrected(n))
    url = f"{week.base}/news/{corrected}"
    shown = newscrawl("show", "--archive", week.archive, "--json", url).lines[-1]
    assert shown["revision"] == 2
    assert shown["body"].startswith("CORRECTED")
    unchanged = next(n for n in whole if not hourly_paper.corrected(n))
    url = f"{week.base}/news/{unchanged}"
    assert newscrawl("show", "--archive", week.archive, "--json", url).lines[-1]["revision"] == 1


def test_what_was_taken_down_is_noted_and_its_record_stays(week: Simulated) -> None:
    misses = newscrawl("export", "misses", "--archive", week.archive).lines
    gone = {miss["url"]: miss for miss in misses if miss["cause"] == "http-410"}
    times = enumerate(week.times)
    number = next(n for n, at in times if hourly_paper.withdrawn(n) and at > BEGIN)
    url = f"{week.base}/news/{number}"
    assert gone[url]["detail"] == "status 410; it was an article before"
    assert newscrawl("show", "--archive", week.archive, "--json", url).lines


def test_replay_gives_the_same_records(week: Simulated) -> None:
    assert newscrawl("replay", week.archive, "--check").code == 0
    assert newscrawl("verify", "--archive", week.archive).code == 0


def test_the_warcs_have_the_schedule_of_the_watch(week: Simulated, tmp_path: Path) -> None:
    """A note each hour, of what has changed in it: an archive that is made of the WARCs goes on there."""
    records = [
        record
        for warc in sorted((week.archive / "warc").iterdir())
        for record in iter_records(warc, on_damage=print)
    ]
    notes = [note for record in records if (note := note_in(record)) is not None]
    assert 12 * DAYS <= len(notes) <= 25 * DAYS
    assert sum(len(note.urls) for note in notes) < sum(record.is_capture for record in records)
    again = tmp_path / "again"
    ran = newscrawl("archive", "restore", week.archive / "warc", "--archive", again)
    assert ran.code == 0, ran.err
    told = [newscrawl("status", "--feeds", "--archive", each).out for each in (week.archive, again)]
    assert told[0] == told[1]
