"""However many crawls there are, a host sees one pace."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

from tests.conftest import feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

CRAWLS, RATE = 3, 5.0


def test_three_crawls_share_the_pace_of_a_host(
    tmp_path: Path, small_site: Callable[..., SmallSite]
) -> None:
    paths = [f"/news/the-harbour-story-{n}" for n in range(20)]
    site = small_site({"/feed.xml": feed(*paths), **{p: story(n) for n, p in enumerate(paths)}})
    sources, archive = tmp_path / "sources.toml", tmp_path / "news"
    sources.write_text(
        f'[[source]]\nname = "A"\nhome = "{site.base}/"\nfeeds = ["{site.base}/feed.xml"]\nrate = {RATE}\n'
    )
    command = [sys.executable, "-m", "newscrawl", "crawl", "--sources", str(sources), "--archive"]
    crawls = [
        subprocess.Popen(
            [*command, str(archive)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(CRAWLS)
    ]
    said = [crawl.communicate(timeout=100) for crawl in crawls]
    assert {crawl.returncode for crawl in crawls} <= {0, 4}, said
    assert sorted(path for path in site.asked if path in paths) == sorted(paths)
    gaps = [later - earlier for earlier, later in pairwise(sorted(site.times))]
    # The clock of the server does not see when a request was sent, only when it came.
    assert min(gaps) > 0.8 / RATE, sorted(gaps)[:5]
    assert len(newscrawl("export", "--archive", archive).lines) == len(paths)
