"""Sources are governed while a crawl runs, and by every crawl: pauses, rates, patterns, polls."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import crawl, feed, newscrawl, story
from tests.crawl.test_watch import start_watch, stop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

    Start = Callable[[dict[str, Any]], SmallSite]

NEWS, SPORT = "/news/story-of-the-harbour-1", "/sport/story-of-the-harbour-2"


def paper(small_site: Start) -> SmallSite:
    front = {"body": "<html><body><h1>A paper</h1><p>No links.</p></body></html>"}
    feeds = {"/feed": feed(NEWS, SPORT), "/": front}
    return small_site({**feeds, NEWS: story(1), SPORT: story(2)})


def table(name: str, site: SmallSite, more: str = "") -> str:
    return (
        f'[[source]]\nname = "{name}"\nhome = "{site.base}/"\nfeeds = ["{site.base}/feed"]\n{more}'
    )


def test_no_crawl_asks_a_paused_or_disabled_source(tmp_path: Path, small_site: Start) -> None:
    """Not a crawl of the file, not one of everything, not one of a URL; until it is resumed."""
    one, other, off = (paper(small_site) for _ in range(3))
    file, archive = tmp_path / "sources.toml", tmp_path / "news"
    file.write_text(
        table("One", one) + table("Other", other) + table("Off", off, "enabled = false")
    )
    where = ("--archive", archive, "--sources", file)
    assert crawl(archive, "--sources", file).code == 0
    assert not off.asked and len(other.asked) == 5
    ran = newscrawl("sources", "pause", "Othre", *where)
    assert (ran.code, "did you mean 'Other'?" in ran.err) == (2, True)
    for said in ("is paused", "was paused already"):
        assert f"Other {said}" in newscrawl("sources", "pause", "Other", *where).err
    before, count = list(other.asked), len(one.asked)
    for arguments in (("--sources", file, "--now"), ("--now",), (f"{other.base}/feed",)):
        ran = crawl(archive, *arguments)
        assert "Traceback" not in ran.err
    assert "its source is paused" in ran.err and ran.code == 4
    assert other.asked == before and not off.asked and len(one.asked) > count
    rows = {row["name"]: row for row in newscrawl("sources", "list", *where, "--json").lines}
    assert (
        rows["Other"]["paused_at"] and not rows["One"]["paused_at"] and not rows["Off"]["enabled"]
    )
    shown = newscrawl("sources", "list", *where).out
    assert "disabled" in shown and "paused since 20" in shown
    status = newscrawl("status", "--archive", archive)
    assert "Other: paused since 20" in status.out
    assert "is crawled again" in newscrawl("sources", "resume", "Other", *where).err
    assert crawl(archive, "--sources", file, "--now").code == 0
    assert len(other.asked) > len(before)


def test_a_crawl_of_a_url_keeps_to_the_patterns_of_the_file(
    tmp_path: Path, small_site: Start
) -> None:
    """Of the file that was crawled before, and of the one that the environment names."""
    site = paper(small_site)
    file = tmp_path / "sources.toml"
    file.write_text(table("One", site, "exclude = ['/sport/']\n"))
    assert crawl(tmp_path / "news", "--sources", file, "-s", "NEWSCRAWL_LIMIT=1").code == 0
    assert crawl(tmp_path / "news", f"{site.base}/feed").code == 0
    env = {"NEWSCRAWL_SOURCES": str(file)}
    ran = newscrawl("crawl", f"{site.base}/feed", "--archive", tmp_path / "other", env=env)
    assert ran.code == 0, ran.err
    assert SPORT not in site.asked and site.asked.count(NEWS) == 2
    # What is named is fetched all the same.
    assert crawl(tmp_path / "news", site.base + SPORT).code == 0
    assert SPORT in site.asked


def test_a_named_article_of_a_source_stays_its_article(tmp_path: Path, small_site: Start) -> None:
    site = paper(small_site)
    file, archive = tmp_path / "sources.toml", tmp_path / "news"
    file.write_text(table("One", site))
    assert crawl(archive, "--sources", file).code == 0
    audit = newscrawl("audit", "--archive", archive, "--json").out
    assert crawl(archive, site.base + NEWS).code == 0
    assert site.asked.count(NEWS) == 2
    assert newscrawl("audit", "--archive", archive, "--json").out == audit


@pytest.mark.parametrize("is_known", [True, False])
def test_shorter_polls_are_not_kept_waiting_by_the_old_plan(
    tmp_path: Path, small_site: Start, is_known: bool
) -> None:
    site = paper(small_site)
    file, archive = tmp_path / "sources.toml", tmp_path / "news"
    file.write_text(table("One", site, 'poll = { min = "6h", max = "6h" }\nrevisit = []\n'))
    assert crawl(archive, "--sources", file).code == 0
    with closing(sqlite3.connect(archive / "news.db")) as database, database:
        if not is_known:
            database.execute("DELETE FROM sources")
        # As if it had been an hour ago.
        database.execute("UPDATE urls SET settled_at = settled_at - 3600, due_at = due_at - 3600")
        database.execute("UPDATE hosts SET next_due = next_due - 3600")
    assert crawl(archive, "--sources", file).code == 4
    file.write_text(table("One", site, 'poll = { min = "1m", max = "2m" }\nrevisit = []\n'))
    ran = crawl(archive, "--sources", file, "--json")
    assert ran.code == 0, ran.err
    assert site.asked.count("/feed") == 2


def test_a_running_watch_obeys_within_a_minute(tmp_path: Path, small_site: Start) -> None:
    """A rate that is raised, while all that is in hand waits for the old one; and a pause."""
    slow, other = paper(small_site), paper(small_site)
    poll = 'poll = { min = "1s", max = "1s" }\nrevisit = []\n'
    # Under another name, for the pace is that of a host.
    there = table("Other", other, poll).replace("127.0.0.1", "localhost")
    sources = table("Slow", slow, "rate = 0.001\n") + there
    watch = start_watch(
        tmp_path, sources, "-s", "NEWSCRAWL_ROBOTS=False", "-s", "NEWSCRAWL_STOP_SECONDS=0.5"
    )
    file, archive = tmp_path / "sources.toml", tmp_path / "news"
    while not slow.asked or other.asked.count("/feed") < 2:
        _lives(watch)
    assert len(slow.asked) == 1
    assert newscrawl("sources", "pause", "Other", "--archive", archive).code == 0
    file.write_text(sources.replace("0.001", "50"))
    began = monotonic()
    while len(slow.asked) < 4:
        _lives(watch)
        assert monotonic() - began < 60
    asked, began = len(other.asked), monotonic()
    while monotonic() - began < 3:
        _lives(watch)
    assert len(other.asked) <= asked + 1
    said = stop(watch)
    assert watch.returncode == 0, said


def _lives(watch: subprocess.Popen[str]) -> None:
    """Wait for a moment in which the watch does not end."""
    with pytest.raises(subprocess.TimeoutExpired):
        watch.wait(0.1)
