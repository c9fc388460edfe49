"""Pages that scripts make: a crawl with a browser has records of them, and a replay needs no browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from amounts import amount
from strict_warc import faults

from newscrawl.archive import cdxj_file
from newscrawl.archive.excerpt import copy_exchanges
from newscrawl.archive.layout import Layout
from newscrawl.newspaper import Newspaper, expected
from newscrawl.warc.reader import iter_records
from tests.conftest import FAST, crawl, feed, kill_group, newscrawl, start_newscrawl, story
from tests.reader.conftest import browse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from small_site import SmallSite

CHROMIUM = os.environ.get("NEWSCRAWL_TEST_CHROMIUM") or shutil.which("chromium") or ""
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium (NEWSCRAWL_TEST_CHROMIUM)"),
]
#: A loaded machine takes long to start a browser, and fails no property.
BROWSER = ("-s", f"NEWSCRAWL_BROWSER={CHROMIUM}", "-s", "NEWSCRAWL_RENDER_SECONDS=60",
           "-s", "NEWSCRAWL_REQUISITE_DELAY=0")  # fmt: skip

TITLE = "Evening ferries return to the estuary"
PARAGRAPHS = [
    f"Paragraph {n} tells in some detail what the harbour board decided on that day, who spoke for it and"
    f" against it, and what it will cost the town in the end, if the weather lets them."
    for n in range(5)
]
STORY = {"headline": TITLE, "byline": "Nora Whitlock", "published": "2026-05-20T06:45:12+01:00",
         "paragraphs": PARAGRAPHS}  # fmt: skip
SHOW = """
function show(s, into) {
  const a = document.createElement('article');
  a.innerHTML = `<h1>${s.headline}</h1><p class="byline">By <a rel="author">${s.byline}</a></p>`
    + `<time datetime="${s.published}">${s.published}</time>` + s.paragraphs.map(p => `<p>${p}</p>`).join('');
  into.append(a); document.title = s.headline; return a;
}
const get = (path, options) => fetch(path, options).then(r => r.json());
"""


def page(script: str, body: str = "<div id=app>Loading</div>") -> dict[str, Any]:
    head = "<meta charset=utf-8><title>The Gazette</title>"
    scripts = f"<script>{SHOW}{script}</script>"
    return {
        "body": f"<!doctype html><html lang=en><head>{head}</head><body>{body}{scripts}</body></html>"
    }


def json_answer(value: Any) -> dict[str, Any]:
    return {"body": json.dumps(value), "headers": {"Content-Type": "application/json"}}


PAGES = {
    "/fetched.html": page(
        "get('/api/story.json').then(s => { app.textContent = ''; show(s, app) })"
    ),
    "/posted.html": page(
        "get('/api/query', {method: 'POST', headers: {'Content-Type': 'application/json'},"
        " body: JSON.stringify({query: 'story'})}).then(s => show(s, app))"
    ),
    "/shadow.html": page(
        "customElements.define('news-article', class extends HTMLElement { async connectedCallback() {"
        " const root = this.attachShadow({mode: 'closed'}); show(await get('/api/story.json'), root) } })",
        "<news-article></news-article>",
    ),
    "/forbidden.html": page("get('/api/private/story.json').then(s => show(s, app))"),
    "/plain.html": story(1),
    # No article, and no script that could make one of it: it is not drawn.
    "/notice.html": {"body": "<!doctype html><title>Notice</title><p>Closed today.</p>"},
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from tests.conftest import SmallSite

    site = SmallSite(
        tmp_path_factory.mktemp("site"),
        {
            "/robots.txt": {"body": "User-agent: *\nDisallow: /api/private/"},
            "/feed.xml": feed(*PAGES),
            "/api/story.json": json_answer(STORY),
            "/api/query": json_answer(STORY),
            "/api/private/story.json": json_answer(STORY),
            **PAGES,
        },
    )
    yield site
    site.close()


@pytest.fixture(scope="module")
def sample() -> Iterator[Newspaper]:
    with Newspaper() as paper:
        yield paper


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, site: SmallSite, sample: Newspaper) -> Path:
    """The site, and the pages of the sample newspaper that its script makes, by one browser."""
    folder = tmp_path_factory.mktemp("crawled") / "news"
    chosen = ("--include", r"\.html$", "--include", "|".join(scripted(sample)))
    seeds = (f"{site.base}/feed.xml", f"{sample.sites['gazette']}/sitemap-2026-05.xml.gz")
    ran = crawl(folder, *seeds, *chosen, *BROWSER)
    assert ran.code == 0, ran.err
    return folder


def scripted(sample: Newspaper) -> dict[str, dict[str, Any]]:
    """The records of the sample newspaper that only a browser makes."""
    others = expected(sample.sites)
    found = expected(sample.sites, drawn=True)
    return {url: record for url, record in found.items() if url not in others}


def records(archive: Path, base: str) -> dict[str, dict[str, Any]]:
    """The records of one site, by the paths of their URLs."""
    lines = newscrawl("export", "--archive", archive).lines
    return {line["url"].removeprefix(base): line for line in lines if line["url"].startswith(base)}


def test_right_records_are_made_of_pages_that_scripts_make(archive: Path, site: SmallSite) -> None:
    found = records(archive, site.base)
    drawn = {"/fetched.html", "/posted.html", "/shadow.html"}
    assert set(found) == drawn | {"/plain.html"}
    for path in drawn:
        assert found[path]["title"] == TITLE, path
        assert found[path]["authors"] == ["Nora Whitlock"], path
        assert found[path]["published_at"].startswith("2026-05-20"), path
        assert PARAGRAPHS[4] in found[path]["body"], path


def test_pages_of_the_sample_newspaper_are_drawn_to_their_end_and_no_further(
    archive: Path, sample: Newspaper
) -> None:
    wanted, found = scripted(sample), records(archive, "")
    assert len(wanted) == 3
    for url, record in wanted.items():
        made = {**found[url], "body": found[url]["body"].split("\n")}
        told = {name: value for name, value in record.items() if name != "standfirst"}
        assert {name: made[name] for name in told} == told
    # What the script asks for of the next story was asked for, and is in no record.
    assert "/api/stories/school-kitchen.json" in {entry["path"] for entry in sample.log}


def test_pictures_that_come_by_scrolling_are_captured(archive: Path, sample: Newspaper) -> None:
    index = Layout(archive).index
    for number in (1, 2, 3):
        assert cdxj_file.lookup(index, f"{sample.sites['gazette']}/media/wall-{number}.png")


def test_no_page_is_asked_for_twice_and_robots_txt_once(archive: Path, site: SmallSite) -> None:
    for path in (*PAGES, "/robots.txt"):
        assert site.asked.count(path) == 1, path
    assert "/api/private/story.json" not in site.asked
    agents = {headers["User-Agent"] for headers in site.headers}
    assert len(agents) == 1


def test_a_page_whose_api_robots_txt_forbids_is_a_miss_for_that_cause(
    archive: Path, site: SmallSite
) -> None:
    lines = newscrawl("export", "misses", "--archive", archive).lines
    causes = {line["url"].removeprefix(site.base): line["cause"] for line in lines}
    assert causes["/forbidden.html"] == "robots"
    [miss] = [line for line in lines if line["url"].endswith("/forbidden.html")]
    assert "/api/private/story.json" in miss["detail"]


def test_the_archive_is_sound_and_has_what_was_drawn(archive: Path, site: SmallSite) -> None:
    assert newscrawl("verify", archive, "--independent").code == 0
    layout = Layout(archive)
    assert [f for warc in layout.finished() for f in faults(warc)] == []
    url = f"{site.base}/fetched.html"
    for kind, mime in (
        ("dom", "text/html"),
        ("view", "image/png"),
        ("pageinfo", "application/json"),
    ):
        (entry,) = cdxj_file.lookup(layout.index, f"urn:{kind}:{url}")
        assert entry.mime == mime
    keys = layout.index.read_text()
    assert "__wb_method=post&query=story" in keys
    resources = [r for warc in layout.finished() for r in iter_records(warc, on_damage=print)
                 if r.type == "resource"]  # fmt: skip
    responses = {r.id for warc in layout.finished() for r in iter_records(warc, on_damage=print)
                 if r.type == "response"}  # fmt: skip
    assert resources
    assert all(r.get("WARC-Concurrent-To") in responses for r in resources)


def test_a_replay_makes_the_same_records_without_a_browser(
    archive: Path, site: SmallSite, tmp_path: Path
) -> None:
    check = newscrawl("replay", archive, "--check")
    assert check.code == 0, check.out
    assert newscrawl("replay", archive, "--into", tmp_path / "other").code == 0
    assert records(tmp_path / "other", "") == records(archive, "")
    assert Layout(tmp_path / "other").index.read_bytes()
    assert newscrawl("verify", tmp_path / "other").code == 0


def test_the_screenshot_is_shown(archive: Path, site: SmallSite, tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    url = f"{site.base}/fetched.html"
    said = newscrawl("show", url, "--archive", archive, "--screenshot", picture)
    assert (said.code, said.err) == (0, f"newscrawl: wrote {picture}\n")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "is  the document that a browser made of the page" in said.out
    ran = newscrawl(
        "show", f"{site.base}/plain.html", "--archive", archive, "--screenshot", picture
    )
    assert ran.code == 1
    assert "no screenshot" in ran.err
    assert (
        "a browser made"
        not in newscrawl("show", f"{site.base}/plain.html", "--archive", archive).out
    )
    # A page that was drawn in vain has a picture, too, and no record.
    missed, of_miss = f"{site.base}/forbidden.html", tmp_path / "miss.png"
    said = newscrawl("show", missed, "--archive", archive, "--screenshot", of_miss)
    assert (said.code, said.out) == (0, "")
    assert f"{missed} has no record; it was drawn at " in said.err
    assert of_miss.read_bytes().startswith(b"\x89PNG")


def test_the_index_lists_what_was_drawn(archive: Path, site: SmallSite) -> None:
    command = r"""sed -n 's/^urn:dom:.*"url": "urn:dom:\([^"]*\)".*/\1/p' index.cdxj"""
    ran = subprocess.run(
        command, shell=True, cwd=archive, capture_output=True, text=True, check=True
    )
    assert command in Path("docs/how-to/render-pages.md").read_text()
    assert f"{site.base}/fetched.html" in ran.stdout.splitlines()
    assert f"{site.base}/plain.html" not in ran.stdout.splitlines()


def test_status_counts_drawn_pages_by_source(archive: Path, sample: Newspaper) -> None:
    [facts] = newscrawl("status", "--archive", archive, "--json").lines
    drawn = {name: source["renderings"] for name, source in facts["sources"].items()}
    paper = sample.sites["gazette"].removeprefix("http://")
    assert drawn.pop(paper) == {"drawn": 3}
    assert list(drawn.values()) == [{"drawn": 4}]  # with the one whose script may not ask
    shown = newscrawl("status", "--archive", archive).out
    assert f"Drawn by a browser for {paper}: 3 drawn" in shown


def test_the_reader_shows_the_drawn_page_and_its_screenshot(archive: Path, site: SmallSite) -> None:
    found = records(archive, site.base)
    drawn, plain = found["/fetched.html"], found["/plain.html"]
    with browse(archive) as reading:
        article = reading.get(f"/article/{drawn['id']}").text
        assert "The page as a browser drew it" in article
        picture = re.search(r'<img class="screenshot" src="(.+?)"', article)
        assert picture is not None
        shown = reading.get(picture[1])
        assert shown.headers["content-type"] == "image/png"
        assert shown.body.startswith(b"\x89PNG")
        way = re.search(r'href="(/at/.+?)"', article)
        assert way is not None
        assert PARAGRAPHS[4] in reading.get(reading.get(way[1]).headers["location"]).text
        checked = reading.get(f"/capture/{drawn['capture']['record_id']}.json").json
        assert (checked["verdict"], checked["is_drawn"]) == ("sound", True)
        capture = reading.get(f"/capture/{drawn['capture']['record_id']}").text
        assert "Drawn by a browser" in capture
        assert "It has no head" not in capture
        assert ">200<" not in capture
        other = reading.get(f"/article/{plain['id']}").text
        assert "screenshot" not in other
        none = reading.get(f"/capture/{plain['capture']['record_id']}/screenshot")
        assert none.status == 404


def test_what_is_removed_is_gone_with_what_was_drawn(
    archive: Path, site: SmallSite, tmp_path: Path
) -> None:
    shutil.copytree(archive, tmp_path / "news")
    url = f"{site.base}/fetched.html"
    ran = newscrawl("remove", url, "--archive", tmp_path / "news", "--reason", "asked")
    assert ran.code == 0, ran.err
    for warc in Layout(tmp_path / "news").finished():
        assert not [r for r in iter_records(warc, on_damage=print) if url in (r.uri or "")]
    assert newscrawl("verify", tmp_path / "news").code == 0
    assert newscrawl("replay", tmp_path / "news", "--check").code == 0


def test_what_is_copied_of_a_drawn_page_is_whole(
    archive: Path, site: SmallSite, tmp_path: Path
) -> None:
    layout, new = Layout(archive), Layout(tmp_path / "part")
    url, capture = (
        f"{site.base}/fetched.html",
        records(archive, site.base)["/fetched.html"]["capture"],
    )
    copy_exchanges(layout, new, {capture["warc"]: [capture["offset"]]})
    assert [fault for warc in new.finished() for fault in faults(warc)] == []
    found = [entry.url for entry in cdxj_file.IndexReader(new.index).entries()]
    kinds = ("", "urn:dom:", "urn:view:", "urn:pageinfo:")
    assert sorted(found) == sorted(kind + url for kind in kinds)


def test_a_source_may_have_all_or_none_of_its_pages_drawn(
    tmp_path: Path, small_site: Callable[..., SmallSite]
) -> None:
    body = (
        f"<article><h1>{TITLE}</h1><p>{PARAGRAPHS[0] * 3}</p><div style='height:1800px'></div>"
        "<div id=rest></div></article>"
    )
    site = small_site(
        {
            "/": page(
                "get('/api/front.json').then(f => { app.innerHTML = f.links.map(l =>"
                " `<h2><a href=${l}>What the harbour board decided about the ferries</a></h2>`).join('') })"
            ),
            "/api/front.json": json_answer({"links": ["/lazy.html"]}),
            "/lazy.html": page(
                "new IntersectionObserver((es, o) => es.forEach(e => { if (e.isIntersecting) {"
                " o.disconnect(); get('/api/story.json').then(s => rest.innerHTML ="
                " s.paragraphs.map(p => `<p>${p}</p>`).join('')) } })).observe(rest)",
                body,
            ),
            "/api/story.json": json_answer(STORY),
        }
    )
    sources = tmp_path / "sources.toml"
    table = f'[[source]]\nname = "Paper"\nhome = "{site.base}/"\n'
    sources.write_text(table + 'render = "never"\n')
    crawl(tmp_path / "a", "--sources", sources, *BROWSER)
    assert "/api/story.json" not in site.asked
    sources.write_text(table + 'render = "always"\n')
    crawl(tmp_path / "b", "--sources", sources, *BROWSER)
    # The front page, whose link comes by a script, and the article, most of whose text comes by scrolling.
    found = records(tmp_path / "b", site.base)
    assert PARAGRAPHS[4] in found["/lazy.html"]["body"]
    assert set(found) == {"/lazy.html"}
    assert newscrawl("replay", tmp_path / "b", "--check").code == 0


def test_a_named_article_is_drawn_and_drawn_again_when_its_script_says_something_else(
    tmp_path: Path, small_site: Callable[..., SmallSite]
) -> None:
    later = {**STORY, "paragraphs": [*PARAGRAPHS, "The board has since taken all of that back."]}
    site = small_site(
        {
            "/story/ferries-return-47112.html": PAGES["/fetched.html"],
            "/api/story.json": [json_answer(STORY), json_answer(later)],
        }
    )
    url, archive = f"{site.base}/story/ferries-return-47112.html", tmp_path / "news"
    # A second look costs a browser more.
    looks = amount(1, thorough=2)
    for _ in range(looks):
        ran = crawl(archive, url, *BROWSER, "-s", "NEWSCRAWL_RENDER=always")
        assert ran.code == 0, ran.err
    found = newscrawl("export", "--archive", archive).lines
    assert [each["revision"] for each in found] == [1, 2][:looks]
    assert PARAGRAPHS[4] in found[0]["body"]
    assert (later["paragraphs"][5] in found[-1]["body"]) == (looks == 2)
    assert newscrawl("replay", archive, "--check").code == 0
    assert newscrawl("verify", archive).code == 0
    said = newscrawl("history", url, "--archive", archive).out
    assert ("looked at 2 times" in said) == (looks == 2)


def test_after_a_kill_no_process_is_left_and_the_next_crawl_goes_on(
    tmp_path: Path, small_site: Callable[..., SmallSite]
) -> None:
    site = small_site(
        {
            "/feed.xml": feed("/fetched.html", "/posted.html"),
            "/fetched.html": PAGES["/fetched.html"],
            "/posted.html": PAGES["/posted.html"],
            "/api/story.json": json_answer(STORY),
            "/api/query": json_answer(STORY),
        }
    )
    archive = tmp_path / "news"
    arguments = ("crawl", "--archive", archive, *FAST, *BROWSER, f"{site.base}/feed.xml")
    before = _browsers()
    process = start_newscrawl(*arguments)
    try:
        until = time.monotonic() + 60
        while not _browsers() - before and time.monotonic() < until:
            assert process.poll() is None
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
    finally:
        kill_group(process)
        process.communicate()
    until = time.monotonic() + 10
    while (left := _browsers() - before) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left
    assert newscrawl(*arguments).code == 0
    assert set(records(archive, site.base)) == {"/fetched.html", "/posted.html"}
    assert max(site.asked.count(path) for path in ("/fetched.html", "/posted.html")) == 1
    assert newscrawl("verify", archive).code == 0
    assert newscrawl("replay", archive, "--check").code == 0


def test_a_crawl_without_a_browser_loads_nothing_of_it() -> None:
    script = (
        "import sys, newscrawl.assembly, newscrawl.spiders.news, newscrawl.pipelines.extract\n"
        "import newscrawl.pipelines.store, newscrawl.middlewares.pace, newscrawl.wire.handler\n"
        "loaded = [n for n in sys.modules if n.startswith(('newscrawl.browser', 'newscrawl.rendering'))]\n"
        "names = ('newscrawl.crawl.renderings', 'newscrawl.wire.browsing',"
        " 'newscrawl.discovery.requisites')\n"
        "print(loaded + [n for n in names if n in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def _browsers() -> set[int]:
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if b"newscrawl-chromium-" in path.read_bytes():
                found.add(int(path.parent.name))
    return found
