"""Captured pages as they were: nothing of theirs runs, and nothing is fetched from the web."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newscrawl.reader.captured_page import CapturedPage, css
from tests.conftest import crawl, story
from tests.reader.conftest import browse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import SmallSite
    from tests.reader.conftest import Reading
    from tests.serving.chromium import Browser, Page

URL = "https://paper.example/2026/story.html"
HELD = {
    "https://paper.example/pic.png": "http://here/pic",
    "https://paper.example/a.css": "http://here/css",
}


def shown(markup: str) -> str:
    return CapturedPage(markup, URL).shown(HELD.get, "a banner").decode()


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' JaVaScript:alert(1)'>x</a>",
        "<svg><script>alert(1)</script></svg>",
        "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
        "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
        "<base href='javascript:alert(1)'>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<object data='javascript:alert(1)'></object>",
        "<form action='javascript:alert(1)'><button formaction='javascript:alert(1)'>x</form>",
        "<body onload=alert(1)>",
    ],
)
def test_nothing_that_acts_is_left(markup: str) -> None:
    assert "alert" not in shown(markup)


def test_addresses_lead_into_the_archive_or_nowhere() -> None:
    page = shown(
        "<link rel=stylesheet href=/a.css><img src=../pic.png srcset='/pic.png 2x, /gone.png 3x'>"
        "<img src=//evil.example/x.png><a href=https://evil.example/>away</a><a href='#part'>here</a>"
        "<p style='background:url(/pic.png)'><p style='background:url(https://evil.example/y)'>"
        "<style>@import '/a.css'; p { background: url(\"/gone.png\") }</style>"
    )
    assert 'href="http://here/css"' in page
    assert 'srcset="http://here/pic 2x"' in page
    assert 'href="#part"' in page
    assert page.count("http://here/") == 5
    assert 'src="//evil' not in page
    assert 'title="not in the archive: https://evil.example/"' in page
    assert "url(https://evil" not in page


def test_the_base_of_a_page_counts() -> None:
    page = CapturedPage(
        "<base href='https://paper.example/'><img src=pic.png>", "https://x.example/"
    )
    assert page.addresses() == {"https://paper.example/pic.png"}


@pytest.mark.parametrize(
    "markup", ["", " ", "\x00", "<", "plain", "<!-- -->", "<frameset><frame src=x>"]
)
def test_what_is_hardly_a_page_is_shown(markup: str) -> None:
    assert "a banner" in shown(markup)


def test_style_sheets_are_rewritten() -> None:
    text = "@import \"a.css\"; a{b:url( 'pic.png' )} c{d:url(data:image/png;base64,AA)} e{f:url(//evil/x)}"
    found = css(text, "https://paper.example/x.css", HELD.get)
    assert found == (
        '@import url("http://here/css"); a{b:url("http://here/pic")}'
        ' c{d:url("data:image/png;base64,AA")} e{f:url("")}'
    )


def test_a_captured_page_has_an_origin_of_its_own_and_is_sandboxed(reading: Reading) -> None:
    record = reading.get(f"/article/{reading.changed['id']}.json").json["record"]
    led = reading.get(f"/at/{record['capture']['captured_at'][:4]}/{record['url']}")
    where = led.headers["location"]
    assert not where.startswith(reading.base)
    answer = reading.get(where)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script" not in policy
    assert record["title"].split()[0] in answer.text
    assert "<script" not in answer.text
    # Who has not been told the way is shown nothing, and other names are refused there, too.
    parts = where.split("/")
    assert reading.get("/".join([*parts[:3], "x" * len(parts[3]), *parts[4:]])).status == 404
    assert reading.get(where, Host="evil.example").status == 400
    assert reading.get(where, method="POST").status == 405


def test_the_nearest_capture_is_shown(reading: Reading) -> None:
    url = reading.changed["url"]
    for year in ("1999", "20991231235959"):
        where = reading.get(f"/at/{year}/{url}").headers["location"]
        assert reading.get(where).status == 200
    for path in (f"/at/x/{url}", "/at/2026/https://nosuch.example/"):
        assert reading.get(reading.get(path).headers["location"]).status == 404


PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>'


def test_pictures_and_style_sheets_of_the_archive_are_shown(
    small_site: Callable[..., SmallSite], tmp_path: Path, shared_browser: Browser, tab: Page
) -> None:
    look = {
        "/look.css": {
            "body": "h1 { color: rgb(1, 2, 3) }",
            "headers": {"Content-Type": "text/css"},
        },
        "/pic.svg": {"body": PICTURE, "headers": {"Content-Type": "image/svg+xml"}},
        "/run.js": {
            "body": "document.title = 'ran'",
            "headers": {"Content-Type": "text/javascript"},
        },
    }
    page = story(1, head="<link rel=stylesheet href=/look.css><script src=/run.js></script>")
    extra = (
        "<img id=held src=/pic.svg><img id=gone src=/gone.png><img src=http://127.0.0.1:9/x.png>"
    )
    page["body"] = page["body"].replace(
        "</h1>", f"</h1>{extra}<script>document.title = 'ran'</script>"
    )
    deep = "<!doctype html><html><body>" + "<div>" * 5_000 + "deep"
    site = small_site({"/story": page, "/deep": {"body": deep}, **look})
    ran = crawl(
        tmp_path / "news", f"{site.base}/story", f"{site.base}/deep", f"{site.base}/look.css",
        f"{site.base}/pic.svg", "--requisites", "look",
    )  # fmt: skip
    site.close()
    assert "1 new article" in ran.err
    with browse(tmp_path / "news") as found:
        tab.open(found.base + f"at/2099/{site.base}/story")
        assert "decides" in tab.text_with("Captured ")
        color = "getComputedStyle(document.querySelector('h1')).color"
        assert tab.evaluate(color) == "rgb(1, 2, 3)"
        assert tab.evaluate("document.querySelector('#held').naturalWidth") == 40
        assert tab.evaluate("document.querySelector('#gone').hasAttribute('src')") is False
        assert tab.evaluate("document.title") != "ran"
        own = tuple(
            found.get(f"/at/2099/{site.base}/story").headers["location"].split("/2099/")[:1]
        )
        asked = [url for url in shared_browser.requested if not url.endswith("/favicon.ico")]
        assert [url for url in asked if not url.startswith((*own, f"{found.base}at/"))] == []
        where = found.get(f"/at/2099/{site.base}/deep").headers["location"]
        assert found.get(where).headers["content-type"].startswith("text/plain")
