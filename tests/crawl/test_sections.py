"""Where a paper has no feed and no sitemap, the sections of its home page are followed, and no further."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.crawl.announcements import MAX_SECTIONS
from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Ran, SmallSite

STORIES = [f"/the-harbour-council-decides-part-{n}" for n in range(3)]


def sections(*paths: str, stories: tuple[str, ...] = ()) -> dict[str, Any]:
    nav = "".join(f'<li><a href="{path}">{path[1:]}</a></li>' for path in paths)
    found = "".join(
        f'<h2><a href="{path}">The harbour council decides</a></h2>' for path in stories
    )
    body = f"<title>Paper</title><body><nav><ul>{nav}</ul></nav>{found}</body>"
    return {"body": f"<!doctype html><html lang=en>{body}</html>"}


PAPER = {
    "/": sections("/town", "/harbour", "/short"),
    "/town": sections("/harbour", "/deeper", stories=tuple(STORIES[:2])),
    "/harbour": sections("/town", stories=tuple(STORIES[1:])),
    "/deeper": sections("/", stories=("/not-to-be-found-by-following-links",)),
    "/short": story(9),
    **{path: story(n) for n, path in enumerate(STORIES)},
}


def crawl_source(folder: Path, site: SmallSite, *more: str, feeds: str = "") -> Ran:
    listed = f'feeds = ["{site.base}{feeds}"]\n' if feeds else ""
    file = folder / "sources.toml"
    file.write_text(f'[[source]]\nname = "A"\nhome = "{site.base}/"\n{listed}')
    return crawl(folder / "news", "--sources", file, "--json", *more)


def test_without_feeds_sections_are_followed_one_level_deep(
    tmp_path: Path, small_site: Callable[..., SmallSite]
) -> None:
    site = small_site(PAPER)
    first = crawl_source(tmp_path, site)
    # What looks like a section and is an article is one.
    assert sorted(r["url"] for r in first.lines) == [site.base + p for p in ["/short", *STORIES]]
    assert "/deeper" not in site.asked
    asked = len(site.asked)
    assert crawl_source(tmp_path, site, "--now").lines == []
    assert site.asked[asked:] == ["/robots.txt", "/"]  # the sections had their turn within the hour
    audited = newscrawl("audit", "--json", "--archive", tmp_path / "news")
    assert audited.code == 0
    assert audited.lines[0]["pages"]["by"] == {"sections": {"announced": 3, "captured": 3}}


def test_no_more_sections_are_followed_than_a_paper_has(
    tmp_path: Path, small_site: Callable[..., SmallSite]
) -> None:
    names = [f"/sectio{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(MAX_SECTIONS + 5)]
    page = sections("/", stories=tuple(STORIES))
    pages = {**dict.fromkeys(names, page), names[0]: story(20), names[7]: story(21)}
    site = small_site({**PAPER, "/": sections(*names), **pages})
    assert len(crawl_source(tmp_path, site).lines) == len(STORIES) + 2
    assert [path for path in names if path in site.asked] == names[:MAX_SECTIONS]
    # What turned out to be an article takes no section's place.
    assert crawl_source(tmp_path, site, "--now").lines == []
    assert [path for path in names if path in site.asked] == names[: MAX_SECTIONS + 2]


def test_a_feed_that_announces_something_is_enough(
    tmp_path: Path, small_site: Callable[..., SmallSite]
) -> None:
    site = small_site({**PAPER, "/feed.xml": [feed(STORIES[0]), feed()]})
    ran = crawl_source(tmp_path, site, feeds="/feed.xml")
    assert [r["url"] for r in ran.lines] == [site.base + STORIES[0]]
    assert "/town" not in site.asked
    # The feed is empty now; that is known at the latest when the home page is read the next time.
    later = [crawl_source(tmp_path, site, "--now", feeds="/feed.xml") for _ in range(2)]
    found = [record["url"] for ran in later for record in ran.lines]
    assert sorted(found) == [site.base + path for path in ["/short", *STORIES[1:]]]
