"""A crawl learns from what became of a site's URLs which links of its front page lead to articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.discovery.shapes import is_tried
from tests.conftest import crawl, feed, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

ARTICLES = [f"/p/{n}" for n in range(16)]
TOPICS = [f"/the-harbour-and-what-was-said-of-it-{n}" for n in range(140)]


def front(*paths: str) -> dict[str, Any]:
    links = "".join(
        f'<li><a href="{path}">New at harbour {n}</a></li>' for n, path in enumerate(paths)
    )
    head = '<title>The Paper</title><link rel=alternate type="application/rss+xml" href=/feed.xml>'
    return {"body": f"<!doctype html><html><head>{head}</head><body><ul>{links}</ul></body></html>"}


def test_the_second_pass_knows_the_site(
    tmp_path: Path, small_site: Callable[..., SmallSite]
) -> None:
    """Articles whose URLs tell nothing are found, topic pages that look like articles are passed over."""
    topic = {"body": "<!doctype html><title>On one topic</title><ul><li><a href=/p/1>One</a></ul>"}
    site = small_site(
        {
            "/": [front(*ARTICLES, *TOPICS[:60]), front(*ARTICLES, *TOPICS)],
            "/feed.xml": feed(*ARTICLES[:12]),
            **{path: story(n) for n, path in enumerate(ARTICLES)},
            **dict.fromkeys(TOPICS, topic),
        }
    )
    assert crawl(tmp_path / "news", f"{site.base}/").code == 0
    asked = len(site.asked)
    assert not set(ARTICLES[12:]) & set(site.asked)
    assert set(TOPICS[:60]) <= set(site.asked)
    second = crawl(tmp_path / "news", f"{site.base}/", "--json")
    new = set(site.asked[asked:])
    assert {record["url"] for record in second.lines} == {site.base + p for p in ARTICLES[12:]}
    tried = {path for path in TOPICS[60:] if is_tried(site.base + path)}
    assert new & set(TOPICS) == tried
    assert len(tried) < 20
