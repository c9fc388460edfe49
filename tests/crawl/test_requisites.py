"""Pictures, style sheets and fonts of articles: fetched behind them, once, and never counted as pages."""

from __future__ import annotations

import json
import subprocess
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from strict_warc import faults

from newscrawl.archive import cdxj_file
from newscrawl.archive.layout import Layout
from tests.conftest import FAST, crawl, feed, kill_group, newscrawl, start_newscrawl, story

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from small_site import SmallSite

QUICK = ("-s", "NEWSCRAWL_REQUISITE_DELAY=0")


def picture(kind: str = "image/png") -> dict[str, Any]:
    return {"body": "PICTURE", "headers": {"Content-Type": kind}}


def style(text: str) -> dict[str, Any]:
    return {"body": text, "headers": {"Content-Type": "text/css"}}


def answers(**more: Any) -> dict[str, Any]:
    head = '<link rel=stylesheet href="/a.css"><link rel=icon href="/icon.ico">'
    page = story(1, head=head)
    page["body"] = page["body"].replace(
        "</article>",
        '<img src="/lead.jpg" srcset="/small.jpg 320w"><script src="/s.js"></script></article>',
    )
    return {
        "/robots.txt": {"body": "User-agent: *\nDisallow: /private/"},
        "/feed.xml": feed("/story-1.html"),
        "/story-1.html": page,
        "/a.css": style(
            "@import 'b.css'; @font-face { src: url(/f.woff2) } p { background: url(/private/x.png) }"
        ),
        "/b.css": style("p { background: url(/b.png) }"),
        "/f.woff2": picture("font/woff2"),
        "/b.png": picture(),
        "/lead.jpg": {"status": 302, "headers": {"Location": "/moved.jpg"}},
        "/moved.jpg": picture("image/jpeg"),
        "/icon.ico": picture("image/x-icon"),
        "/s.js": {"body": "1", "headers": {"Content-Type": "text/javascript"}},
        **more,
    }  # fmt: skip


LOOK = {
    "/a.css", "/b.css", "/f.woff2", "/b.png", "/lead.jpg", "/moved.jpg", "/small.jpg", "/icon.ico",
}  # fmt: skip


@pytest.fixture
def site(small_site: Callable[..., SmallSite]) -> SmallSite:
    return small_site(answers())


def test_a_crawl_without_the_setting_fetches_none(tmp_path: Path, site: SmallSite) -> None:
    assert crawl(tmp_path / "news", f"{site.base}/feed.xml").code == 0
    assert not LOOK & set(site.asked)


def test_they_are_fetched_once_behind_the_articles(tmp_path: Path, site: SmallSite) -> None:
    archive = tmp_path / "news"
    for _ in range(2):
        ran = crawl(archive, f"{site.base}/feed.xml", "--requisites", "look", *QUICK)
        assert ran.code == 0, ran.err
    asked = [path for path in site.asked if path in LOOK]
    assert sorted(asked) == sorted(LOOK)
    assert "/private/x.png" not in site.asked, "robots.txt forbids it"
    assert "/s.js" not in site.asked
    assert site.asked.index("/story-1.html") < min(map(site.asked.index, LOOK))
    index = Layout(archive).index
    for path in LOOK:
        assert len(list(cdxj_file.lookup(index, site.base + path))) == 1, path
    assert newscrawl("verify", archive).code == 0
    assert [f for warc in Layout(archive).finished() for f in faults(warc)] == []


def test_all_takes_scripts_too(tmp_path: Path, site: SmallSite) -> None:
    crawl(tmp_path / "news", f"{site.base}/feed.xml", "--requisites", "all", *QUICK)
    assert "/s.js" in site.asked


def test_they_are_in_no_count_but_their_own(tmp_path: Path, site: SmallSite) -> None:
    archive = tmp_path / "news"
    ran = crawl(archive, f"{site.base}/feed.xml", "--requisites", "look", "--limit", "1", *QUICK)
    assert ran.code == 0, ran.err
    (status,) = newscrawl("status", "--archive", archive, "--json").lines
    (source,) = status["sources"].values()
    assert source["articles"] == 1
    assert source["requisites"] == {"fetched": 6, "http-404": 1, "moved": 1, "robots": 1}
    assert status["missed"] == {}
    assert "Requisites of" in newscrawl("status", "--archive", archive).out
    (audited,) = newscrawl("audit", "--archive", archive, "--json").lines
    assert "/a.css" not in json.dumps(audited)


def test_a_replay_passes_over_them(tmp_path: Path, small_site: Callable[..., SmallSite]) -> None:
    frame = story(2)
    page = story(1)
    page["body"] = page["body"].replace(
        "</article>", '<iframe src="/frame.html"></iframe></article>'
    )
    site = small_site(
        {"/feed.xml": feed("/story-1.html"), "/story-1.html": page, "/frame.html": frame}
    )
    archive = tmp_path / "news"
    crawl(archive, f"{site.base}/feed.xml", "--requisites", "all", *QUICK)
    assert "/frame.html" in site.asked
    check = newscrawl("replay", archive, "--check")
    assert check.code == 0, check.out
    urls = [record["url"] for record in newscrawl("replay", archive).lines]
    assert urls == [f"{site.base}/story-1.html"]


def test_a_source_has_its_own_level(tmp_path: Path, site: SmallSite) -> None:
    sources = tmp_path / "sources.toml"
    table = f'[[source]]\nname = "Paper"\nhome = "{site.base}/"\nfeeds = ["{site.base}/feed.xml"]\n'
    sources.write_text(table + 'requisites = "no"\n')
    crawl(tmp_path / "a", "--sources", sources, "--requisites", "look", *QUICK)
    assert not LOOK & set(site.asked)
    sources.write_text(table + 'requisites = "look"\n')
    crawl(tmp_path / "b", "--sources", sources, *QUICK)
    assert set(site.asked) >= LOOK


def test_of_one_page_only_so_many_are_fetched(tmp_path: Path, site: SmallSite) -> None:
    bound = ("-s", "NEWSCRAWL_REQUISITE_PAGE=3")
    crawl(tmp_path / "news", f"{site.base}/feed.xml", "--requisites", "look", *QUICK, *bound)
    # The style sheet and two pictures, and where one of these has moved to.
    assert set(site.asked) & LOOK == {"/a.css", "/lead.jpg", "/small.jpg", "/moved.jpg"}


def test_of_one_host_only_so_many_are_fetched(tmp_path: Path, site: SmallSite) -> None:
    bound = ("-s", "NEWSCRAWL_REQUISITE_HOST=2")
    crawl(tmp_path / "news", f"{site.base}/feed.xml", "--requisites", "look", *QUICK, *bound)
    assert len(set(site.asked) & LOOK) == 2


def test_no_private_address_is_reached_by_them(
    tmp_path: Path, small_site: Callable[..., SmallSite]
) -> None:
    other = small_site({"/x.png": picture()})
    page = story(1)
    page["body"] = page["body"].replace("</article>", f'<img src="{other.base}/x.png"></article>')
    site = small_site({"/feed.xml": feed("/story-1.html"), "/story-1.html": page})
    archive = tmp_path / "news"
    crawl(archive, f"{site.base}/feed.xml", "--requisites", "look", *QUICK)
    assert other.asked == []
    (status,) = newscrawl("status", "--archive", archive, "--json").lines
    (source,) = status["sources"].values()
    assert source["requisites"] == {"private-address": 1}


def test_a_stated_pace_holds_for_them(tmp_path: Path, site: SmallSite) -> None:
    sources = tmp_path / "sources.toml"
    sources.write_text(
        f'[[source]]\nname = "Paper"\nhome = "{site.base}/"\nfeeds = ["{site.base}/feed.xml"]\nrate = 5\n'
    )
    crawl(tmp_path / "news", "--sources", sources, "--requisites", "look", *QUICK)
    moments = site.times
    assert len(moments) > len(LOOK)
    gaps = [later - before for before, later in pairwise(moments)]
    assert min(gaps) > 0.15


def test_a_killed_crawl_goes_on_and_fetches_none_twice(
    tmp_path: Path, small_site: Callable[..., SmallSite]
) -> None:
    images = [f"/i{n}.png" for n in range(30)]
    page = story(1)
    shown = "".join(f'<img src="{path}">' for path in images)
    page["body"] = page["body"].replace("</article>", shown + "</article>")
    site = small_site(
        {
            "/feed.xml": feed("/story-1.html"),
            "/story-1.html": page,
            **{path: picture() for path in images},
        }
    )
    archive = tmp_path / "news"
    slow = ("-s", "NEWSCRAWL_REQUISITE_DELAY=0.1")
    arguments = (
        "crawl",
        "--archive",
        archive,
        *FAST,
        "--requisites",
        "look",
        f"{site.base}/feed.xml",
    )
    process = start_newscrawl(*arguments, *slow)
    try:
        while "/i5.png" not in site.asked and process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
    finally:
        kill_group(process)
        process.communicate()
    before = list(site.asked)
    assert len(before) < len(images)
    ran = newscrawl(*arguments, *QUICK)
    assert ran.code == 0, ran.err
    again = [path for path in set(images) if site.asked.count(path) > 1]
    # What was on the wire when it died has no whole record, and is fetched once more.
    assert len(again) <= 2, again
    assert set(images) <= set(site.asked)
    assert newscrawl("verify", archive).code == 0
