"""However many crawls there are, at once and one behind the other, a host sees one pace."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from tests.conftest import feed, newscrawl, start_newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

#: Seconds between two requests: longer than a crawl takes to start.
GAP = 3.0


def test_crawls_share_the_pace_of_a_host(
    tmp_path: Path, small_site: Callable[..., SmallSite]
) -> None:
    paths = [f"/news/the-harbour-story-{n}" for n in range(3)]
    site = small_site({"/feed.xml": feed(*paths), **{p: story(n) for n, p in enumerate(paths)}})
    sources, archive = tmp_path / "sources.toml", tmp_path / "news"
    sources.write_text(f'[[source]]\nname = "A"\nhome = "{site.base}/feed.xml"\nrate = {1 / GAP}\n')
    command = ["crawl", "--archive", archive, "--sources", sources, "-s", "NEWSCRAWL_ROBOTS=False"]
    first = [start_newscrawl(*command, "--limit", "1") for _ in range(3)]
    said = [crawl.communicate(timeout=100) for crawl in first]
    assert {crawl.returncode for crawl in first} <= {0, 4}, said
    # The next one begins at once, and has never asked this host.
    assert newscrawl(*command).code == 0
    assert sorted(path for path in site.asked if path in paths) == sorted(paths)
    gaps = [later - earlier for earlier, later in pairwise(sorted(site.times))]
    # The server sees when a request came, not when it was sent.
    assert min(gaps) > 0.9 * GAP, gaps
    assert len(newscrawl("export", "--archive", archive).lines) == len(paths)
