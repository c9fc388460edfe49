"""A disk that is nearly full is said, and a crawl ends before it is full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Start

#: More than any disk has.
MUCH = str(1 << 60)


def test_below_one_bound_it_is_said_and_below_another_nothing_is_fetched(
    tmp_path: Path, small_site: Start
) -> None:
    path = "/news/2026/story.html"
    site = small_site({"/feed.xml": feed(path), path: story(1)})
    root, seed = tmp_path / "news", site.base + "/feed.xml"
    warned = crawl(root, seed, "-s", f"NEWSCRAWL_DISK_WARN_BYTES={MUCH}")
    assert (warned.code, site.asked.count(path)) == (0, 1)
    assert "fewer than NEWSCRAWL_DISK_WARN_BYTES" in warned.err
    other = tmp_path / "other"
    ended = crawl(other, seed, "-s", f"NEWSCRAWL_DISK_STOP_BYTES={MUCH}")
    assert ended.code == 1
    assert "nothing more is fetched" in ended.err
    assert site.asked.count(path) == 1
    checked = newscrawl(
        "status", "--check", "--archive", root, env={"NEWSCRAWL_DISK_WARN_BYTES": MUCH}
    )
    assert checked.code == 1
    assert "disk-space" in checked.out
