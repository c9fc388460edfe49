"""Each kind of change happens in some edition: history, diff and changes say what stands beside the pages."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import pytest

from newscrawl.edits.change import ChangeKind
from newscrawl.newspaper import Newspaper, expected_changes
from newscrawl.newspaper.stories import CLOCK
from tests.conftest import FAST, newscrawl
from tests.schedule.conftest import SUPPORT

if TYPE_CHECKING:
    from pathlib import Path

EDITIONS = sorted(CLOCK)
FIRST_NEW = 3


@dataclass(frozen=True)
class Read:
    """An archive of all editions, each crawled at its time, and the changes that each pass found."""

    archive: Path
    sites: dict[str, str]
    found: dict[int, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    folder = tmp_path_factory.mktemp("editions")
    archive, port, known = folder / "news", 0, list[dict[str, Any]]()
    found: dict[int, list[dict[str, Any]]] = {}
    for edition in EDITIONS:
        with Newspaper(edition=edition, port=port) as paper:
            port = paper.own_port
            crawl_at(CLOCK[edition].timestamp(), archive, paper.sites["gazette"])
        facts = changes_of(archive)
        found[edition] = [fact for fact in facts if fact not in known]
        known = facts
    return Read(archive, paper.sites, found)


def crawl_at(time: float, archive: Path, base: str) -> None:
    """Crawl what the gazette announces, and all articles that are known, at that time."""
    urls = [f"{base}/{name}" for name in ("feed.xml", "sitemap.xml", "sitemap-news.xml")]
    if archive.exists():
        urls += dict.fromkeys(r["url"] for r in newscrawl("export", "--archive", archive).lines)
    ran = newscrawl(
        *("crawl", "--archive", archive, *FAST, *urls),
        *("-s", "NEWSCRAWL_CLOCK=simulated_clock.SimulatedClock"),
        env={
            "SIMULATED": f"{archive.parent / 'clock'} {time} {time + 3000}",
            "PYTHONPATH": os.pathsep.join([str(SUPPORT), os.environ.get("PYTHONPATH", "")]),
        },
    )
    assert ran.code in (0, 1), ran.err


def changes_of(archive: Path) -> list[dict[str, Any]]:
    return newscrawl("changes", "--archive", archive, "--noise", "--format", "jsonl").lines


@pytest.mark.parametrize("edition", [e for e in EDITIONS if e >= FIRST_NEW])
def test_exactly_what_the_edition_changed_is_told(read: Read, edition: int) -> None:
    due = expected_changes(read.sites, edition)
    told: dict[str, list[dict[str, Any]]] = {}
    for fact in read.found[edition]:
        told.setdefault(fact["url"], []).append(fact)
    assert told.keys() == due.keys()
    for url, facts in due.items():
        stated = [
            {name: fact[name] for name in wanted}
            for wanted, fact in zip(facts, told[url], strict=True)
        ]
        assert stated == facts, url


def test_every_kind_happens(read: Read) -> None:
    told = {fact["kind"] for facts in read.found.values() for fact in facts}
    assert told == set(get_args(ChangeKind))


def test_history_and_diff_tell_it_of_one_article(read: Read) -> None:
    base = read.sites["gazette"]
    ferry = newscrawl(
        "history", "--archive", read.archive, f"{base}/transport/ferry-summer-timetable-47112"
    )
    assert "modified time moved alone" in ferry.out
    # What is at a new address is one article with what was at the old one.
    url = f"{base}/news/skerry-point-goes-dark-47131"
    looks = newscrawl("history", "--archive", read.archive, "--json", url).lines
    told = [change["kind"] for look in looks for change in look["changes"]]
    assert told == ["body", "address-changed", "headline"]
    # A, B, A: three revisions, of which the first and the last say the same.
    market = f"{base}/news/fish-market-roof-47087"
    same = newscrawl("diff", "--archive", read.archive, market, "--from", "1", "--to", "3")
    assert "revision 3 says the same as revision 1" in same.out
    [words] = newscrawl(
        "diff", "--archive", read.archive, "--json", market, "--from", "1", "--to", "2"
    ).lines
    assert [field["name"] for field in words["fields"]] == ["body"]


def test_a_replay_tells_the_same(read: Read, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert newscrawl("replay", read.archive, "--into", again).code == 0
    assert changes_of(again) == changes_of(read.archive)
