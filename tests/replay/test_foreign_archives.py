"""What others captured of a site gives the records that a live crawl of the same site gives.

All fields are compared but `capture`: places, ids, digests and times of captures are each tool's own.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import foreign_tools
import pytest
from replaying import merged, split

from newscrawl.archive.captures import iter_captures
from newscrawl.archive.files import archive_files
from newscrawl.items import Article
from newscrawl.processing.workers import Workers
from newscrawl.replay import ReplayConfig
from newscrawl.replay.revision_assignment import RevisionAssignment
from newscrawl.replay.shard_processing import process
from tests.conftest import SmallSite, crawl, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Iterator

TOOLS = ["wget", "warcprox", "warcio"]
DATED = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished":'
    ' "2026-03-05T23:30:00-05:00", "author": {"name": "Nora Whitlock"}}</script>'
)
LATIN = story(4)["body"].replace("The harbour council", "Das B\u00fcro im Hafen")

Records = dict[str, dict[str, Any]]


def _answers() -> dict[str, Any]:
    stories = {
        "/news/harbour-council-decides-1.html": story(1, head=DATED),
        "/news/harbour-council-decides-2.html": {**story(2), "coded": ["gzip"]},
        "/news/harbour-council-decides-3.html": {**story(3), "coded": ["chunked"]},
        "/news/harbour-council-decides-4.html": {
            "body": LATIN,
            "coded": ["gzip", "chunked"],
        },
        # The same bytes under another address: to some tools, a revisit.
        "/sport/harbour-council-decides-1.html": story(1, head=DATED),
    }
    links = "".join(
        f"<h2><a href='{path}'>The harbour council decides</a></h2>" for path in stories
    )
    return {
        "/robots.txt": {"body": "User-agent: *\nDisallow: /members/"},
        "/": {"body": f"<html><title>Front</title><body>{links}</body></html>"},
        "/moved.html": {"status": 301, "headers": {"Location": next(iter(stories))}},
        "/gone-from-here-1.html": {"status": 410, "body": "gone"},
        **stories,
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallSite]:
    answering = SmallSite(tmp_path_factory.mktemp("site"), _answers())
    yield answering
    answering.close()


def urls(site: SmallSite) -> list[str]:
    return [site.base + path for path in _answers()]


@pytest.fixture(scope="module")
def live(site: SmallSite, tmp_path_factory: pytest.TempPathFactory) -> Records:
    archive = tmp_path_factory.mktemp("live") / "news"
    assert crawl(archive, *urls(site)[1:]).code == 0
    found = by_url(newscrawl("export", "--archive", archive).lines)
    assert len(found) == 5
    return found


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    pool = Workers(1, seconds=20)
    yield pool
    pool.close()


@pytest.fixture(scope="module")
def by_warcio(site: SmallSite, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return foreign_tools.with_warcio(urls(site), tmp_path_factory.mktemp("warcio"))


def by_url(records: list[dict[str, Any]]) -> Records:
    return {record["url"]: {**record, "capture": None} for record in records}


def fail(damage: object) -> None:
    raise AssertionError(damage)


def replayed(path: Path, workers: Workers) -> Records:
    config = ReplayConfig(60)
    shards = split(archive_files(path), on_damage=fail)
    with TemporaryDirectory() as folder:
        merge = merged(
            shards, config, Path(folder), lambda shard, out: process(shard, out, config, workers)
        )
        with closing(merge):
            read = merge.results()
            assignment = RevisionAssignment(read, is_answered=merge.is_answered, complete=True)
            with closing(assignment):
                results = [result for _, result in assignment.results()]
    return by_url([each.to_dict() for each in results if isinstance(each, Article)])


@pytest.mark.parametrize("tool", TOOLS)
def test_what_a_tool_wrote(
    tool: str, site: SmallSite, live: Records, workers: Workers, tmp_path: Path
) -> None:
    if reason := foreign_tools.missing(tool):
        pytest.skip(reason)
    warc = getattr(foreign_tools, f"with_{tool}")(urls(site), tmp_path)
    answers = list(iter_captures([warc], on_damage=fail))
    assert {answer.uri for answer in answers} == set(urls(site))
    if tool == "warcprox":
        assert any(answer.is_revisit for answer in answers)
    assert replayed(warc, workers) == live


@pytest.mark.parametrize("made", [foreign_tools.as_arc, foreign_tools.as_wacz])
def test_an_arc_and_a_wacz(
    made: Any, by_warcio: Path, live: Records, workers: Workers, tmp_path: Path
) -> None:
    assert replayed(made(by_warcio, tmp_path), workers) == live


def test_a_crawl_of_what_another_tool_captured(
    by_warcio: Path, site: SmallSite, live: Records, tmp_path: Path
) -> None:
    asked = len(site.asked)
    wacz = foreign_tools.as_wacz(by_warcio, tmp_path)
    ran = crawl(tmp_path / "news", "-s", f"NEWSCRAWL_NETWORK={wacz}", *urls(site)[1:], "--json")
    assert (ran.code, by_url(ran.lines)) == (0, live)
    assert len(site.asked) == asked
