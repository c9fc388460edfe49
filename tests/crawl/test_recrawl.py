"""`newscrawl recrawl` fetches what it is told to, now, and says what came of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.conftest import FAST, crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite

NEWS = [f"/news/story-of-the-harbour-{n}" for n in range(5)]


def test_each_url_is_fetched_and_what_came_of_it_is_said(
    tmp_path: Path, small_site: Callable[[dict[str, Any]], SmallSite]
) -> None:
    one, other, gone, moved, new = NEWS
    site = small_site(
        {
            "/feed": feed(one, other, gone, moved),
            one: [story(1), story(7)],
            other: story(2),
            gone: [story(3), {"status": 410}],
            moved: [story(4), {"status": 301, "headers": {"Location": new}}],
            new: story(4),
        }
    )
    file, archive = tmp_path / "sources.toml", tmp_path / "news"
    file.write_text(f'[[source]]\nname = "A"\nhome = "{site.base}/feed"\n')
    assert crawl(archive, "--sources", file).code == 0
    audit = newscrawl("audit", "--archive", archive, "--json").lines[0]["pages"]["announced"]
    count, urls = len(site.asked), [site.base + path for path in NEWS[:4]]
    ran = newscrawl("recrawl", "--archive", archive, *FAST, *urls)
    lines = ran.out.splitlines()
    assert (ran.code, len(lines)) == (1, 4), ran.err
    assert lines[0] == f"{urls[0]}: revision 2: The harbour council decides, part 7"
    assert lines[1] == f"{urls[1]}: an article, as it was"
    assert lines[2].startswith(f"{urls[2]}: http-410 (status 410; it was an article before")
    assert lines[3].startswith(f"{urls[3]} (now at {site.base}{new}): ")
    # Nothing else is asked for, and each stays what it was.
    assert sorted(p for p in site.asked[count:] if p != "/robots.txt") == sorted(NEWS)
    assert (
        newscrawl("audit", "--archive", archive, "--json").lines[0]["pages"]["announced"] == audit
    )
    [facts] = newscrawl("status", "--archive", archive, "--json").lines
    assert list(facts["sources"]) == ["A"]
    [end] = newscrawl("recrawl", "--archive", archive, *FAST, "--json", urls[1]).lines
    assert (end["outcome"], end["revision"]) == ("article", None)
    feeds = newscrawl("recrawl", "--archive", archive, *FAST, f"{site.base}/feed")
    assert (feeds.code, "it announces other URLs" in feeds.out) == (0, True)
    unknown = newscrawl("recrawl", "--archive", archive, f"{site.base}/none")
    assert (unknown.code, "is not known in" in unknown.err) == (2, True)
    reason = ("--reason", "order 12", "--archive", archive)
    assert newscrawl("remove", urls[0], *reason).code == 0
    removed = newscrawl("recrawl", "--archive", archive, *FAST, urls[0])
    assert (removed.code, removed.out) == (1, f"{urls[0]}: removed (order 12)\n")
    assert newscrawl("sources", "pause", "A", "--archive", archive).code == 0
    paused = newscrawl("recrawl", "--archive", archive, *FAST, urls[1])
    assert (paused.code, "not fetched: its source is paused" in paused.out) == (1, True)


def test_a_new_lastmod_makes_a_known_page_due_at_the_next_poll(
    tmp_path: Path, small_site: Callable[[dict[str, Any]], SmallSite]
) -> None:
    """Not so where the whole sitemap is stamped with the time at which it was made."""
    edited, stamped = NEWS[0], NEWS[1:]

    def sitemap(path: str, at: str) -> str:
        return f"<url><loc>{path}</loc><lastmod>{at}</lastmod></url>"

    def answer(*entries: str) -> dict[str, Any]:
        return {"body": f"<urlset>{''.join(entries)}</urlset>"}

    before, after = "2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z"
    stamps = [*stamped, *(f"/archive/older-story-of-the-harbour-{n}" for n in range(4))]
    site = small_site(
        {
            "/map.xml": [answer(sitemap(edited, before)), answer(sitemap(edited, after))],
            "/all.xml": [answer(*(sitemap(p, at) for p in stamps)) for at in (before, after)],
            **{path: story(n) for n, path in enumerate((*NEWS, *stamps))},
        }
    )
    file, archive = tmp_path / "sources.toml", tmp_path / "news"
    maps = f'sitemaps = ["{site.base}/map.xml", "{site.base}/all.xml"]'
    file.write_text(f'[[source]]\nname = "A"\nhome = "{site.base}/"\n{maps}\n')
    for _ in range(2):
        crawl(archive, "--sources", file, "--now")
    assert site.asked.count(edited) == 2
    assert {site.asked.count(path) for path in stamps} == {1}
