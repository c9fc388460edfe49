"""A browser that does not start, or is none: what the user is told. No Chromium is needed."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.conftest import crawl, newscrawl

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from small_site import SmallSite

#: A program that ends at once.
BROKEN = shutil.which("false") or ""
SCRIPTED = {
    "body": "<!doctype html><html><body><div id=app></div><script>x()</script></body></html>"
}
FRONT = "<!doctype html><html><body><h2><a href=/a/ferries-return-47112>{}</a></h2></body></html>"


def test_a_named_url_that_could_not_be_drawn_is_a_miss_for_that_cause(
    tmp_path: Path, small_site: Callable[..., SmallSite]
) -> None:
    title = "Evening ferries return to the estuary after two years"
    site = small_site({"/story": SCRIPTED, "/": {"body": FRONT.format(title)}})
    browser = ("-s", f"NEWSCRAWL_BROWSER={BROKEN}", "-s", "NEWSCRAWL_RENDER=always")
    crawl(tmp_path / "news", f"{site.base}/story", f"{site.base}/", *browser)
    misses = newscrawl("export", "misses", "--archive", tmp_path / "news").lines
    found = {miss["url"].removeprefix(site.base): miss for miss in misses}
    assert found["/story"]["cause"] == "render-failed"
    assert found["/story"]["detail"] == f"{BROKEN} does not start"
    # A front page that has links without its script is read, and its fault is told.
    assert set(found) == {"/story", "/a/ferries-return-47112"}
    assert "/ is faulty (read without what was not drawn: render-failed" in (
        newscrawl("status", "--archive", tmp_path / "news").out
    )


def test_sample_crawl_uses_the_browser_that_is_named(tmp_path: Path) -> None:
    named = {"NEWSCRAWL_BROWSER": str(tmp_path / "nothing")}
    ran = newscrawl("sample", "crawl", "--archive", tmp_path / "news", env=named)
    assert (ran.code, ran.out) == (2, "")
    assert f"NEWSCRAWL_BROWSER: {tmp_path}/nothing is no program" in ran.err
    without = ("sample", "crawl", "--archive", tmp_path / "news", "--no-browser", "--limit", "1")
    assert newscrawl(*without, env={**named, "NEWSCRAWL_RENDER": "always"}).code == 0
