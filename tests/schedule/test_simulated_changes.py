"""Days of a paper that rewrites, removes and brings back articles: exactly that is told, and no more."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections import defaultdict
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

import changing_paper
import pytest
from changing_paper import FACTS, HOUR

from tests.conftest import newscrawl
from tests.schedule.conftest import Simulated, simulate

if TYPE_CHECKING:
    from pathlib import Path

#: Days of the simulation; NEWSCRAWL_DAYS=7 is a whole week.
DAYS = float(os.environ.get("NEWSCRAWL_DAYS", "2.5"))


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


def expected(week: Simulated) -> dict[int, list[tuple[str, str | None, str | None]]]:
    """The facts of each article, from what was done and when it was looked at."""
    out = {}
    for number, seen in looks(week).items():
        facts = list(FACTS.get(changing_paper.action(number), []))
        time = week.times[number]
        answered = [(at, status) for at, status in seen if status != 503]
        after = [at for at, _ in answered if at >= time + 3 * HOUR]
        match changing_paper.action(number):
            case "quietly gone" | "returned":
                missing = [at for at, status in answered if status == 404]
                removed = bool(missing) and missing[-1] - missing[0] >= HOUR
                back = bool(missing) and any(s == 200 and at > missing[-1] for at, s in answered)
                came = any(s == 200 and at >= time + 12 * HOUR for at, s in answered)
                facts = facts[: 1 if removed else 0] + (facts[1:2] if removed and back else [])
                if came and changing_paper.action(number) == "returned":
                    facts.append(FACTS["returned"][2])
            case _ if not after:
                facts = []
        out[number] = facts
    return {number: facts for number, facts in out.items() if facts}


def facts_of(archive: Path) -> list[dict[str, Any]]:
    return newscrawl("changes", "--archive", archive, "--noise", "--format", "jsonl").lines


def number_of(fact: dict[str, Any]) -> int:
    return int(fact["url"].rpartition("/")[2])


def test_exactly_what_was_done_is_told(week: Simulated) -> None:
    assert week.ran.code == 0, week.ran.err
    told: dict[int, list[tuple[str, str | None, str | None]]] = defaultdict(list)
    for fact in facts_of(week.archive):
        told[number_of(fact)].append((fact["kind"], fact["statement"], fact["noise"]))
    due = expected(week)
    print(f"{sum(map(len, due.values()))} changes of {len(looks(week))} articles")
    assert {n: some for n, some in told.items() if n in looks(week)} == due
    kinds = {kind for some in due.values() for kind, *_ in some}
    assert kinds >= {"body", "headline", "section", "removed", "modified-time-moved-alone"}


def test_each_interval_lies_between_two_looks(week: Simulated) -> None:
    seen = looks(week)
    for fact in facts_of(week.archive):
        moments = [round(at) for at, _ in seen.get(number_of(fact), ())]
        begin, end = (
            datetime.fromisoformat(fact[name]).timestamp() for name in ("not_before", "not_after")
        )
        if moments:
            assert min(abs(begin - at) for at in moments) <= 2
            assert min(abs(end - at) for at in moments) <= 2
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
