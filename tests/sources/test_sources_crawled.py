"""Sources of a file are crawled, found out about and checked: against servers on loopback."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.sources import parse_sources
from tests.conftest import FAST, Ran, crawl, feed, newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from newscrawl.newspaper import Newspaper
    from tests.conftest import SmallSite

    Start = Callable[[dict[str, dict[str, Any]]], SmallSite]

NEWS, SPORT = "/news/story-of-the-harbour-1", "/sport/story-of-the-harbour-2"
PAPER = {
    "/": {"body": "<html><body><h1>A paper</h1><p>No links.</p></body></html>"},
    "/feed": feed(NEWS, SPORT),
    NEWS: story(1),
    SPORT: story(2),
}


def test_sources_are_crawled_by_their_tables(tmp_path: Path, small_site: Start) -> None:
    """Feeds and sitemaps of a table, its patterns, its end; and patterns that change later."""
    paper, ended = small_site(PAPER), small_site(PAPER)
    file, archive = tmp_path / "sources.toml", tmp_path / "news"
    file.write_text(
        f'[[source]]\nname = "Harbour News"\nhome = "{paper.base}/"\nfeeds = ["{paper.base}/feed"]\n'
        'exclude = ["/sport/"]\n'
        f'[[source]]\nname = "Ended"\nhome = "{ended.base}/"\nvalid_until = 2001-02-03\n'
    )
    first = crawl(archive, "--sources", file, "--json")
    assert first.code == 0, first.err
    assert [record["url"] for record in first.lines] == [paper.base + NEWS]
    assert not ended.asked
    sport = paper.base + SPORT
    misses = {m["url"]: m for m in newscrawl("export", "misses", "--archive", archive).lines}
    assert (misses[sport]["cause"], misses[sport]["detail"]) == (
        "excluded",
        "matches exclude '/sport/'",
    )
    assert list(newscrawl("status", "--archive", archive, "--json").lines[0]["sources"]) == [
        "Harbour News"
    ]
    file.write_text(file.read_text().replace("/sport/", "/nothing/"))
    last = crawl(archive, "--sources", file, "--json")
    assert [record["url"] for record in last.lines] == [sport]
    assert newscrawl("replay", archive, "--check").code == 0


def test_records_and_misses_keep_their_source_when_they_are_made_again(
    tmp_path: Path, small_site: Start
) -> None:
    """Also by a later revision of the tables, whose records on the disk have no source yet."""
    shop = {"body": "<html><body><h1>Shop</h1><p>Sold out.</p></body></html>"}
    paper = small_site({"/feed": feed(NEWS, "/shop"), NEWS: story(1), "/shop": shop})
    file, archive = tmp_path / "sources.toml", tmp_path / "news"
    file.write_text(f'[[source]]\nname = "Harbour News"\nhome = "{paper.base}/feed"\n')
    assert crawl(archive, "--sources", file).code == 0
    assert newscrawl("replay", archive, "--into", tmp_path / "again").code == 0
    for root in (archive, tmp_path / "again"):
        [record] = newscrawl("export", "--archive", root).lines
        assert list(record)[:4] == ["id", "url", "canonical_url", "source"]
        [miss] = newscrawl("export", "misses", "--archive", root).lines
        assert (record["source"], miss["source"]) == ("Harbour News", "Harbour News")
    [lines] = (archive / "records").iterdir()
    old = {
        name: value for name, value in json.loads(lines.read_bytes()).items() if name != "source"
    }
    lines.write_text(json.dumps(old) + "\n")
    for command in (("replay", archive, "--check"), ("verify", "--archive", archive)):
        ran = newscrawl(*command)
        assert ran.code == 0, ran.out + ran.err


@pytest.mark.parametrize("stated_by", ["source", "robots.txt"])
def test_a_pace_is_kept_however_quick_the_server_is(
    tmp_path: Path, small_site: Start, stated_by: str
) -> None:
    """AutoThrottle, which is on, would come down to no delay at all."""
    stories = {f"/news/story-of-the-harbour-{n}": story(n) for n in range(6)}
    robots = "User-agent: *\nCrawl-delay: 0.25\n" if stated_by == "robots.txt" else ""
    paper = small_site({"/robots.txt": {"body": robots}, "/feed": feed(*stories), **stories})
    file, archive = tmp_path / "sources.toml", tmp_path / "news"
    rate = "rate = 4\n" if stated_by == "source" else ""
    file.write_text(f'[[source]]\nname = "A"\nhome = "{paper.base}/feed"\n{rate}')
    arguments = ("--archive", archive, "--sources", file, "-s", "DOWNLOAD_DELAY=0", "--json")
    records = newscrawl("crawl", *arguments).lines
    sent = sorted(datetime.fromisoformat(r["capture"]["captured_at"]) for r in records)
    assert len(sent) == 6
    # A tenth less for the clock of the event loop.
    assert min(b - a for a, b in pairwise(sent)) > timedelta(seconds=0.225)


def test_discover_finds_out_about_the_sample_paper(tmp_path: Path, paper: Newspaper) -> None:
    home = paper.seeds[0]
    ran = _discover(tmp_path, home)
    assert ran.code == 0, ran.err
    [source] = parse_sources(ran.out, file="found")
    assert (source.name, source.home, source.language) == ("The Quayminster Gazette", home, "en-GB")
    assert source.zone == "Europe/London"
    assert set(source.feeds) == {f"{home}feed.xml", f"{home}transport/atom.xml"}
    assert set(source.sitemaps) == {f"{home}sitemap.xml", f"{home}sitemap-news.xml"}
    assert (
        "#   Storm warning for the estuary: live updates | Samir Daoud, Nora Whitlock | 2026"
        in ran.out
    )
    assert "#   Disallow: /members/" in ran.out
    assert not [entry for entry in paper.log if entry["path"].startswith("/members")]
    assert ran.out.count("| ") == 6
    # All of it is captured.
    proof = newscrawl("verify", "--archive", tmp_path / "discover", "--json").lines[-1]
    assert proof["summary"]["answers"] == len(paper.log)


def test_discover_looks_in_lists_and_in_the_usual_places(tmp_path: Path, small_site: Start) -> None:
    stories = {f"/2026/05/20/story-of-the-harbour-{n}": story(n) for n in range(3)}
    paths = list(stories)
    entry = "<url><loc>{}</loc><news:news><news:publication_date>2026-05-20</news:publication_date>"
    news = "".join(entry.format(path) + "</news:news></url>" for path in paths)
    links = "<a href=/services/rss>RSS</a><a href=/comments/feed>Comments</a>"
    site = small_site(
        {
            "/": {"status": 301, "headers": {"Location": "/en/"}},
            "/en/": {"body": f"<title>Harbour News</title>{links}"},
            "/robots.txt": {"body": "User-agent: *\nDisallow: /index.xml\nCrawl-delay: 0.02\n"},
            "/services/rss": {"body": "<html><p>Our feeds:<a href=/rss/world.xml>World</a></html>"},
            "/rss/world.xml": feed(paths[0], paths[1]),
            "/feed": feed(*paths),
            "/rss": feed(*reversed(paths)),
            "/comments/feed": feed("/comment"),
            "/atom.xml": {"body": "<html><body>Not found, politely.</body></html>"},
            "/news-sitemap.xml": {"body": f"<urlset>{news}</urlset>"},
            **stories,
        }
    )  # fmt: skip
    [found] = _discover(tmp_path, site.base + paths[0], "--json").lines
    assert found["home"] == f"{site.base}/en/"
    assert found["feeds"] == [f"{site.base}/feed", f"{site.base}/rss/world.xml"]
    assert found["sitemaps"] == [f"{site.base}/news-sitemap.xml"]
    assert (found["rate"], found["findings"]["crawl_delay"]) == (50.0, 0.02)
    assert [sample["title"][:27] for sample in found["findings"]["samples"]] == [
        "The harbour council decides"
    ] * 3
    assert "/index.xml" not in site.asked
    assert "/comments/feed" not in site.asked
    # Once as the page that was named, and once as a sample.
    assert {path: n for path, n in Counter(site.asked).items() if n > 1} == {paths[0]: 2}


def test_discover_says_why_there_is_nothing(tmp_path: Path, small_site: Start) -> None:
    site = small_site({"/robots.txt": {"body": "User-agent: *\nDisallow: /\n"}})
    ran = _discover(tmp_path, f"{site.base}/")
    assert (ran.code, ran.out) == (1, "")
    assert f"newscrawl: {site.base}/: robots" in ran.err
    assert site.asked == ["/robots.txt"]


def test_check_tells_states_apart(tmp_path: Path, small_site: Start) -> None:
    new = "/new-feed"
    site = small_site(
        {
            "/": PAPER["/"],
            "/good": feed("/1"),
            "/moved": {"status": 301, "headers": {"Location": new}},
            new: feed("/2", "/3"),
            "/for-now": {"status": 302, "headers": {"Location": "/good"}},
            "/empty": feed(),
            "/html": PAPER["/"],
            "/faulty": {"body": feed("/4", "/5")["body"].replace("</rss>", "")[:-40]},
            "/gone": {"status": 410},
            "/robots.txt": {"body": "User-agent: *\nDisallow: /secret\n"},
        }
    )
    healthy = small_site({"/": PAPER["/"], "/good": feed("/1")})
    file = tmp_path / "sources.toml"
    paths = ("good", "moved", "for-now", "empty", "html", "faulty", "gone", "secret")
    feeds = ", ".join(f'"{site.base}/{path}"' for path in paths)
    well = f'[[source]]\nname = "Well"\nhome = "{healthy.base}/"\nfeeds = ["{healthy.base}/good"]\n'
    file.write_text(f'[[source]]\nname = "Ill"\nhome = "{site.base}/"\nfeeds = [{feeds}]\n{well}')
    ran = _check(tmp_path, file, "--json", "--write")
    assert ran.code == 1
    *states, moved = ran.lines
    assert [each["state"] for each in states if each["source"] == "Ill"] == [
        "ok", "ok", "moved", "ok", "empty", "broken", "broken", "dead", "forbidden",
    ]  # fmt: skip
    assert states[2]["moved_to"] == site.base + new
    assert states[7]["detail"] == "http-410: status 410"
    [source] = parse_sources(moved["table"], file="x")
    assert (source.name, source.feeds[:2]) == ("Ill", (f"{site.base}/good", site.base + new))
    file.write_text(well)
    ran = _check(tmp_path, file)
    assert (ran.code, "all answer" in ran.err) == (0, True)
    assert "ok" in ran.out


def test_discover_reads_a_compressed_robots_txt(tmp_path: Path, small_site) -> None:
    robots = "User-agent: *\nDisallow: /secret\n\nSitemap: /of/robots.xml\n"
    stories = {f"/{n}": story(n) for n in range(1, 3)}
    urls = "".join(f"<url><loc>{path}</loc></url>" for path in stories)
    site = small_site(
        {
            "/": {"body": "<title>Harbour News</title>"},
            "/robots.txt": {"body": robots, "coded": ["gzip"]},
            "/of/robots.xml": {"body": f"<urlset>{urls}</urlset>"},
            **stories,
        }
    )
    [found] = _discover(tmp_path, f"{site.base}/", "--json").lines
    assert found["sitemaps"] == [f"{site.base}/of/robots.xml"]
    assert found["findings"]["robots"] == ["Disallow: /secret"]


def _discover(tmp_path: Path, *arguments: object) -> Ran:
    return newscrawl("sources", "discover", "--archive", tmp_path / "discover", *FAST, *arguments)


def _check(tmp_path: Path, file: Path, *arguments: object) -> Ran:
    where = ("--archive", tmp_path / "discover", "--sources", file, "-s", "RETRY_ENABLED=False")
    return newscrawl("sources", "check", *where, *FAST, *arguments)


def test_a_paper_whose_articles_come_by_a_script_is_named(tmp_path: Path, small_site) -> None:
    shell = {"body": "<title>Paper</title><main id=app>Loading</main><script src=/app.js></script>"}
    site = small_site(
        {
            "/": {"body": "<title>Paper</title><a href=/feed.xml>RSS</a>"},
            "/feed.xml": feed("/s/1", "/s/2"),
            "/s/1": shell,
            "/s/2": shell,
            "/mixed.xml": feed("/s/1", "/s/3"),
            "/s/3": story(3),
        }
    )
    ran = _discover(tmp_path, f"{site.base}/")
    why = "The pages of 2 announced articles have no text, which a script may fetch"
    assert f"# {why}: a browser has to draw them (NEWSCRAWL_BROWSER)." in ran.out
    assert f"{why}: set NEWSCRAWL_BROWSER" in ran.err
    assert [source.render for source in parse_sources(ran.out, file="found")] == ["empty"]
    file = tmp_path / "sources.toml"
    file.write_text(
        f'[[source]]\nname = "Scripted"\nhome = "{site.base}/"\nfeeds = ["{site.base}/feed.xml"]\n'
        f'[[source]]\nname = "Mixed"\nhome = "{site.base}/mixed"\nfeeds = ["{site.base}/mixed.xml"]\n'
    )
    found = _check(tmp_path, file, "--json").lines
    [named] = [each for each in found if each["kind"] == "article"]
    assert (named["source"], named["state"]) == ("Scripted", "scripted")
    assert "2 announced articles: a browser has to draw them" in named["detail"]
    with_browser = _check(tmp_path, file, "--json", "-s", "NEWSCRAWL_BROWSER=chromium").lines
    assert [each for each in with_browser if each["kind"] == "article"] == []


def test_discover_reads_within_the_limits_of_a_crawl(tmp_path: Path, small_site) -> None:
    answers = {"/": {"body": "<html><head><title>Paper</title></head>" + "<p>news" * 200}}
    site = small_site(answers)
    discover = ("sources", "discover", f"{site.base}/", "--archive", tmp_path / "seen", *FAST)
    assert "too-complex" not in newscrawl(*discover).err
    ran = newscrawl(*discover, "-s", "NEWSCRAWL_PAGE_ELEMENTS=100")
    assert ran.code == 1
    assert "too-complex" in ran.err


def test_a_feed_is_enough_where_the_front_page_refuses(tmp_path: Path, small_site) -> None:
    stories = {f"/2026/05/20/story-of-the-harbour-{n}": story(n) for n in range(3)}
    site = small_site({"/": {"status": 403}, "/rss/all.xml": feed(*stories), **stories})
    ran = _discover(tmp_path, f"{site.base}/rss/all.xml")
    assert ran.code == 0, ran.err
    assert "http-403" in ran.err
    assert "# From the feed: the front page was not read (http-403: status 403)." in ran.out
    [source] = parse_sources(ran.out, file="found")
    assert (source.name, source.home) == ("Feed", f"{site.base}/")
    assert source.feeds == (f"{site.base}/rss/all.xml",)
    assert ran.out.count("harbour council decides") == 3
    # A page that refuses and is no feed leaves nothing to start from.
    assert _discover(tmp_path, f"{site.base}/").code == 1


def test_add_appends_a_table_and_keeps_the_rest(tmp_path: Path, small_site) -> None:
    site = small_site({"/": PAPER["/"], "/feed": feed("/1"), "/1": story(1)})
    file = tmp_path / "sources.toml"
    mine = '# mine\n[[source]]\nname = "A"  # the first\nhome = "https://a.example/"\n\n# the end'
    file.write_text(mine)
    file.chmod(0o640)
    where = ("--archive", tmp_path / "discover", "--sources", file, *FAST)
    ran = newscrawl("sources", "add", f"{site.base}/", "--name", "Harbour", *where)
    assert (ran.code, f"Harbour is added to {file}" in ran.err) == (0, True), ran.err
    assert file.read_text() == f"{mine}\n\n{ran.out}"
    assert file.stat().st_mode & 0o777 == 0o640
    found = parse_sources(file.read_text(), file="x")
    assert [(s.name, s.home) for s in found[1:]] == [("Harbour", f"{site.base}/")]
    before = file.read_text()
    again = newscrawl("sources", "add", f"{site.base}/", *where)
    assert (again.code, "is also the home of the source on line" in again.err) == (2, True)
    assert file.read_text() == before
    new = ("--sources", tmp_path / "new.toml", *where[:2], *FAST)
    assert newscrawl("sources", "add", f"{site.base}/", *new).code == 0
    assert (tmp_path / "new.toml").read_text().startswith("# The papers to crawl")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
