"""A pass over sources fetches what is due, and no more; dates that are announced keep the rest away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

    Start = Callable[..., SmallSite]

PATHS = [f"/news/the-harbour-story-{n}" for n in range(3)]


def sitemap(kind: str, *entries: tuple[str, str]) -> dict[str, Any]:
    """The answer for a sitemap, or for an index of sitemaps, with what was modified when."""
    outer, inner = ("sitemapindex", "sitemap") if kind == "index" else ("urlset", "url")
    rows = "".join(
        f"<{inner}><loc>{path}</loc><lastmod>{at}</lastmod></{inner}>" for path, at in entries
    )
    body = f'<{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{outer}>'
    return {"body": body, "headers": {"Content-Type": "application/xml"}}


def sources(folder: Path, text: str) -> Path:
    (folder / "sources.toml").write_text(text)
    return folder / "sources.toml"


def test_a_second_pass_finds_nothing_due_unless_it_is_told_to(
    tmp_path: Path, small_site: Start
) -> None:
    pages = {path: story(n) for n, path in enumerate(PATHS)}
    site = small_site({"/": {"body": ""}, "/feed.xml": [feed(*PATHS[:2]), feed(*PATHS)], **pages})
    file = sources(
        tmp_path,
        f'[[source]]\nname = "A"\nhome = "{site.base}/"\nfeeds = ["{site.base}/feed.xml"]\n',
    )
    first = crawl(tmp_path / "news", "--sources", file, "--json")
    assert (first.code, len(first.lines)) == (0, 2)
    asked = len(site.asked)
    second = crawl(tmp_path / "news", "--sources", file)
    assert (second.code, second.out) == (4, "")
    assert "nothing is due before 20" in second.err
    assert len(site.asked) == asked
    third = crawl(tmp_path / "news", "--sources", file, "--now", "--json")
    assert (third.code, [r["url"] for r in third.lines]) == (0, [site.base + PATHS[2]])
    # A URL that is asked for by its name need not wait, either.
    assert crawl(tmp_path / "news", f"{site.base}/feed.xml").code == 0
    assert site.asked[asked:].count("/feed.xml") == 2


def test_what_is_announced_with_another_date_is_passed_over(
    tmp_path: Path, small_site: Start
) -> None:
    old, new, undated = PATHS
    index = sitemap("index", ("/old.xml", "2025-01-31"), ("/new.xml", "2026-10-01T10:00:00Z"))
    items = "".join(
        f"<item><title>T</title><link>{path}</link><pubDate>{date}</pubDate></item>"
        for path, date in ((old, "Tue, 10 Feb 2026 10:00:00 GMT"), (new, "10 Mar 2026 09:00 GMT"))
    )
    pages = {path: story(n) for n, path in enumerate(PATHS)}
    site = small_site(
        {
            "/index.xml": index,
            "/old.xml": sitemap("urlset"),
            "/new.xml": sitemap("urlset", (undated, "")),
            "/feed.xml": {"body": f'<rss version="2.0"><channel>{items}</channel></rss>'},
            **pages,
        }
    )
    seeds = (site.base + "/index.xml", site.base + "/feed.xml")
    archive = tmp_path / "news"
    ran = crawl(archive, *seeds, "--since", "2026-03-10", "--until", "2026-03-10", "--json")
    assert {record["url"] for record in ran.lines} == {site.base + new, site.base + undated}
    assert not {"/old.xml", old} & set(site.asked)
    misses = {m["url"]: m for m in newscrawl("export", "misses", "--archive", archive).lines}
    out = [misses[site.base + path] for path in ("/old.xml", old)]
    assert [(m["cause"], m["detail"]) for m in out] == [
        ("out-of-range", "dated 2025-01-31T00:00:00Z"),
        ("out-of-range", "dated 2026-02-10T10:00:00Z"),
    ]
    wider = crawl(archive, *seeds, "--since", "2026-02-01", "--json")
    assert [record["url"] for record in wider.lines] == [site.base + old]
    assert "/old.xml" not in site.asked


@pytest.mark.parametrize("wrong", ["soon", "2026-13-01", "12:00", "7"])
def test_a_date_that_is_none_is_named(tmp_path: Path, wrong: str) -> None:
    ran = crawl(tmp_path / "news", "https://a.example/", "--since", wrong)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[-1].startswith(f"newscrawl: --since {wrong}: not a date")


def test_a_sitemap_that_its_index_calls_unchanged_is_left_alone(
    tmp_path: Path, small_site: Start
) -> None:
    pages = {path: story(n) for n, path in enumerate(PATHS)}
    site = small_site(
        {
            "/index.xml": [
                sitemap("index", ("/a.xml", "2020-01-01"), ("/b.xml", "2020-01-01")),
                sitemap("index", ("/a.xml", "2020-01-01"), ("/b.xml", "2020-01-09")),
            ],
            "/a.xml": sitemap("urlset", (PATHS[0], "")),
            "/b.xml": [sitemap("urlset", (PATHS[1], "")), sitemap("urlset", (PATHS[2], ""))],
            **pages,
        }
    )
    for _ in range(2):
        assert crawl(tmp_path / "news", site.base + "/index.xml").code == 0
    assert [site.asked.count(path) for path in ("/a.xml", "/b.xml")] == [1, 2]
    assert len(newscrawl("export", "--archive", tmp_path / "news").lines) == 3
