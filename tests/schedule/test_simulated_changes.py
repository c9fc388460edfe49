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
import pytest
from changing_paper import HOUR, Version

from tests.conftest import newscrawl
from tests.schedule.conftest import Simulated, simulate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Days of the simulation; NEWSCRAWL_DAYS=7 is a whole week.
DAYS = float(os.environ.get("NEWSCRAWL_DAYS", "2.5"))
#: Quotation marks as they are typed.
PLAIN = str.maketrans("“”", '""')
#: Seconds that may pass between a request and its answer; looks are an hour apart.
SLOW = 600


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    return simulate(tmp_path_factory.mktemp("week"), days=DAYS, paper="changing_paper")


def looks(week: Simulated) -> dict[int, list[tuple[float, int]]]:
    """When each article that appeared in the time was looked at, and the statuses."""
    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for at, status, path in week.requests:
        if path.startswith("/news/"):
            found[int(path.removeprefix("/news/"))].append((at, status))
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
        now = changing_paper.version(number, time, at)
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
