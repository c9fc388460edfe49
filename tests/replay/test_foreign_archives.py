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

from newscrawl.archive.captures import iter_captures
from newscrawl.archive.files import archive_files
from newscrawl.items import Article
from newscrawl.processing.workers import Workers
from newscrawl.replay.captured import captures_of
from newscrawl.replay.cut import cut
from newscrawl.replay.gathered import Gathered
from newscrawl.replay.make import make
from newscrawl.replay.remade import Remaking, read_pages
from newscrawl.replay.revisited import revisit_units
from newscrawl.replay.selection import Selection
from newscrawl.replay.unit import Recipe, Unit, part_name
from tests.conftest import SmallSite, crawl, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    captures = captures_of(archive_files(path), on_damage=fail)
    read = read_pages(captures.pages, workers)
    remaking = Remaking(read, answered=captures.answered.__contains__, complete=True)
    with closing(remaking):
        results = [result for _, result in remaking.results()]
    records = [each.to_dict() for each in results if isinstance(each, Article)]
    assert records == replayed_in_units(path, workers)
    return by_url(records)


def replayed_in_units(path: Path, workers: Workers) -> list[dict[str, Any]]:
    """The same by what `--into` and `--parquet` do: each file read once, revisits at the end."""
    chosen = Selection()
    recipe = Recipe(chosen, 60, 0)
    found = cut(archive_files(path), chosen, None, on_damage=fail, long=1 << 30)
    with closing(Gathered(keep_answered=False)) as gathered, TemporaryDirectory() as folder:

        def gather(units: Iterable[Unit]) -> None:
            for unit in units:
                part = Path(folder) / part_name(unit, recipe)
                make(unit, part, recipe, workers)
                gathered.add(part, unit)

        gather(found.units)
        gather(list(revisit_units(gathered, chosen, found.indexes, found.stamps)))
        remaking = Remaking(gathered.results(), answered=gathered.answered, complete=True)
        with closing(remaking):
            results = [result for _, result in remaking.results()]
    return [each.to_dict() for each in results if isinstance(each, Article)]


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
