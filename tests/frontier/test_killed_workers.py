"""Crawls that share a database, and are killed: nothing is lost, nothing is recorded twice.

NEWSCRAWL_PAGES is the number of pages (48 unless told); told, a lone crawl is killed three times as well.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import FAST, feed, kill_group, newscrawl, start_newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from started_commands import StartedCommand

    from tests.conftest import SmallSite

PAGES = int(os.environ.get("NEWSCRAWL_PAGES", "48"))
HOSTS = 4
#: Requests that may be running at once, and so be lost with a crawl. Each has two URLs leased for it, so that
#: one crawl takes half of the hosts. (Without a delay, Scrapy keeps to no lower bound for one host.)
IN_FLIGHT = 1
BOUND = ("-s", f"CONCURRENT_REQUESTS={IN_FLIGHT}")


@dataclass(frozen=True)
class SourceRules:
    """Sites whose feeds announce all their pages."""

    sites: list[SmallSite]
    paths: list[str]

    @property
    def feeds(self) -> list[str]:
        return [f"{site.base}/feed.xml" for site in self.sites]

    @property
    def urls(self) -> set[str]:
        return {site.base + path for site in self.sites for path in self.paths}

    @property
    def asked(self) -> Counter[str]:
        return Counter(
            site.base + path for site in self.sites for path in site.asked if path in self.paths
        )


@pytest.fixture
def papers(small_site: Callable[..., SmallSite]) -> SourceRules:
    answers = {f"/news/2026/story-{n}.html": story(n) for n in range(PAGES // HOSTS)}
    site = {"/feed.xml": feed(*answers), **answers}
    return SourceRules([small_site(site) for _ in range(HOSTS)], list(answers))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def database(request: pytest.FixtureRequest) -> list[str]:
    """The options that choose the database."""
    if request.param == "sqlite":
        return []
    return ["--db", request.getfixturevalue("postgresql").database()]


@contextmanager
def crawling(archive: Path, *arguments: str) -> Iterator[StartedCommand]:
    """A crawl in a process group of its own, none of which is left."""
    process = start_newscrawl("crawl", "--archive", archive, *FAST, *BOUND, *arguments)
    try:
        yield process
    finally:
        kill_group(process)
        process.communicate()


def wait_for(papers: SourceRules, number: int, process: StartedCommand) -> None:
    """Until so many pages have been asked for, or the crawl has ended."""
    while papers.asked.total() < number:
        try:
            process.wait(0.02)
        except subprocess.TimeoutExpired:
            continue
        return


def finish(papers: SourceRules, archive: Path, options: list[str]) -> None:
    with crawling(archive, *options, *papers.feeds) as crawl:
        _, said = crawl.communicate(timeout=600)
    assert crawl.returncode == 0, said
    assert "Traceback" not in said, said


def assert_each_once(
    papers: SourceRules, archive: Path, options: list[str], *, killed: int
) -> None:
    recorded: Counter[str] = Counter(record["url"] for record in records(archive))
    assert recorded == Counter(papers.urls)
    exported = newscrawl("export", "--archive", archive, *options).lines
    assert Counter(record["url"] for record in exported) == recorded
    asked = papers.asked
    twice = asked.total() - len(asked)
    print(f"{len(recorded)} of {len(papers.urls)} pages recorded, {twice} of them fetched twice")
    assert twice <= max(killed * IN_FLIGHT, PAGES // 50)
    assert newscrawl("verify", "--archive", archive, *options).code == 0


def records(archive: Path) -> list[dict[str, Any]]:
    files = sorted((archive / "records").glob("*.jsonl"))
    return [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines()]


def test_two_crawls_of_which_one_is_killed(
    papers: SourceRules, tmp_path: Path, database: list[str]
) -> None:
    archive = tmp_path / "news"
    arguments = [*database, *papers.feeds]
    with crawling(archive, *arguments) as first, crawling(archive, *arguments) as second:
        wait_for(papers, PAGES // 3, first)
        kill_group(first)
        _, said = second.communicate(timeout=600)
        assert second.returncode == 0, said
        assert "another crawl" not in said, "the second one had no share of the work"
    finish(papers, archive, database)
    assert_each_once(papers, archive, database, killed=1)


@pytest.mark.skipif("NEWSCRAWL_PAGES" not in os.environ, reason="takes long; set NEWSCRAWL_PAGES")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "told to stop"])
def test_a_crawl_that_is_stopped_three_times(
    papers: SourceRules, tmp_path: Path, database: list[str], how: signal.Signals
) -> None:
    archive, rng = tmp_path / "news", random.Random(PAGES)
    for _ in range(3):
        with crawling(archive, *database, *papers.feeds) as crawl:
            wait_for(papers, papers.asked.total() + rng.randint(PAGES // 10, PAGES // 4), crawl)
            if how == signal.SIGTERM:
                crawl.send_signal(how)
                _, said = crawl.communicate(timeout=60)
                assert "Traceback" not in said, said
            kill_group(crawl)
    finish(papers, archive, database)
    assert_each_once(papers, archive, database, killed=3)
