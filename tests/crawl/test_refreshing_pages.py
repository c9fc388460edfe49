"""A page that sends its reader on is followed as a redirect is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

NEW = "/the-harbour-council-decides-1"
REFRESH = {"body": f'<html><head><meta http-equiv=refresh content="0; URL={NEW}"></head></html>'}


def ends(archive: Path) -> tuple[list[str], list[tuple[str, str]]]:
    records = [record["url"] for record in newscrawl("export", "--archive", archive).lines]
    lines = newscrawl("export", "misses", "--archive", archive).lines
    return records, [(miss["url"], miss["cause"]) for miss in lines]


def test_announced_pages_and_pages_by_name(
    tmp_path: Path, small_site: Callable[[dict[str, Any]], SmallSite]
) -> None:
    header = {"body": "<p>Moved.", "headers": {"Refresh": f"1; url={NEW}"}}
    site = small_site({"/feed": feed("/a"), "/a": REFRESH, "/b": header, NEW: story(1)})
    for number, seed in enumerate(("/feed", "/a", "/b")):
        archive = tmp_path / str(number)
        ran = crawl(archive, site.base + seed)
        records, misses = ends(archive)
        moved = "/a" if seed == "/feed" else seed
        assert (records, misses) == ([site.base + NEW], [(site.base + moved, "moved")]), ran.err


def test_pages_that_send_to_each_other_end(
    tmp_path: Path, small_site: Callable[[dict[str, Any]], SmallSite]
) -> None:
    back = {"body": '<meta http-equiv=refresh content="0; url=/a">'}
    forth = {"body": '<meta http-equiv=refresh content="0; url=/b">'}
    site = small_site({"/a": forth, "/b": back})
    crawl(tmp_path / "news", f"{site.base}/a")
    assert len(site.asked) <= 4
    records, misses = ends(tmp_path / "news")
    assert records == []
    assert {cause for _, cause in misses} == {"moved"}
