"""A page that is parsed once gives its record, and the requisites that the finder names on its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.discovery.requisites import requisites_of_page
from newscrawl.extraction import extract_article
from newscrawl.items import Capture, Page
from newscrawl.newspaper.pages import Press
from newscrawl.newspaper.stories import SITES, read_sites
from newscrawl.processing.requisites import with_requisites
from newscrawl.text.charset import decode

if TYPE_CHECKING:
    from newscrawl.causes import RequisiteLevel
    from newscrawl.items import Article
    from newscrawl.processing.requisites import Needed

PAGES = Path(__file__).parents[1] / "pages"
URL = "https://paper.example/news/story.html"
NOW = datetime(2026, 5, 20, 15, 0, tzinfo=UTC)
STORY = "<article><h1>A ferry is kept</h1>" + "<p>The council keeps the old ferry.</p>" * 20
ODD_PAGES = {
    "empty": "",
    "no-element": "text",
    "long-style": f"<style>{'a{color:red}' * 100_000}b{{background:url(/b.png)}}</style>{STORY}",
    "noscript-in-head": f"<head><noscript><img src=/a.png></noscript></head>{STORY}",
    "picture-in-head": f"<head><noscript><img src=/a.png></noscript><amp-img src=/b.png></amp-img>"
    f"<noscript><img src=/c.png></noscript></head><body>{STORY}",
    "drawing-in-head": f"<head><link rel=icon href=/i.ico><svg><image href=/a.png></svg>"
    f"<style>a{{background:url(/b.png)}}</style></head><body>{STORY}",
    "no-body": f"<title>A ferry</title><img src=/a.png><link rel=icon href=/i.ico>{STORY}",
    "behind-the-end": f"<html><body>{STORY}</article></body></html><img src=/late.png>",
    "base": f"<base href=/other/><img src=a.png>{STORY}<img src=b.png>",
    "deep": "<div>" * 300 + f"<img src=/a.png>{STORY}" + "</div>" * 300,
    "too-deep": "<div>" * 1_200 + f"<img src=/a.png>{STORY}",
    "in-what-is-pruned": f"{STORY}<aside><img src=/a.png></aside></article><footer><img src=/b.png>",
    "mended": f"{STORY[:60]}<!-- <!-- <article><img src=/c.png>{STORY} --><img src=/d.png>",
    "quotes": f'<img src="/a.png"><a href="/x>x</a>{STORY}<a href="/y">y</a><img src=/b.png>',
    "controls": f"\0<img src='/a.png'>\x0c{STORY}\x01<img src=/b.png>",
    "xml": f"<?xml version='1.0'?><html><body><img src='/a.png'/>{STORY}</article></body></html>",
}


def _stories() -> dict[str, str]:
    bases = {name: f"https://{name}.example" for name in SITES}
    presses = [Press(site, bases) for site in read_sites(1).values()]
    return {
        f"{press.site.name}-{name}": press.story(story)
        for press in presses
        for name, story in press.site.stories.items()
    }


CASES: dict[str, bytes] = {
    **{path.parent.name: path.read_bytes() for path in sorted(PAGES.glob("*/page.html"))},
    **{name: text.encode() for name, text in {**_stories(), **ODD_PAGES}.items()},
}


def read_once(
    body: bytes, level: RequisiteLevel, most: int = 1_000
) -> tuple[Article, Needed | None]:
    def call(_: str, page: Page, **given: Any) -> Article:
        return extract_article(body, url=page.url, captured_at=NOW, **given)

    capture = Capture("a.warc.gz", 0, 1, "<urn:uuid:1>", "sha1:", NOW.isoformat(), 200)
    return with_requisites(call, "", Page(URL, capture), level=level, most=most)


@pytest.mark.parametrize("case", CASES)
def test_they_are_those_of_the_finder_on_its_own(case: str) -> None:
    body = CASES[case]
    article, needed = read_once(body, "all")
    alone = requisites_of_page(decode(body).text, url=URL, level="all")
    assert (needed or ()) == tuple((each.url, each.kind) for each in alone)
    assert json.dumps(article.to_dict()) == json.dumps(
        extract_article(body, url=URL, captured_at=NOW).to_dict()
    )


def test_only_so_many_are_returned() -> None:
    body = CASES["in-what-is-pruned"]
    assert len(read_once(body, "look")[1] or ()) == 2
    assert read_once(body, "look", most=1)[1] == (("https://paper.example/a.png", "image"),)


def test_a_page_without_a_tree_has_none() -> None:
    assert read_once(b"", "look")[1] is None
