"""What pages and style sheets say that they need, told from their text alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import tinycss2
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.discovery.css_addresses import css_addresses
from newscrawl.discovery.requisites import candidates, requisites_of_page, requisites_of_style
from newscrawl.urls import fetchable

if TYPE_CHECKING:
    from newscrawl.causes import RequisiteLevel

URL = "https://paper.example/news/story.html"


def found(body: str, level: RequisiteLevel = "look", head: str = "") -> set[tuple[str, str]]:
    page = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
    return {
        (each.kind, each.url.removeprefix("https://paper.example"))
        for each in requisites_of_page(page, url=URL, level=level)
    }


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<img src="a.png">', {("image", "/news/a.png")}),
        ('<img src="data:image/png;base64,AAAA">', set()),
        ('<img src=" /a b.png ">', {("image", "/a%20b.png")}),
        ('<img src="//cdn.example/a.png#x">', {("image", "https://cdn.example/a.png")}),
        ('<img srcset="s.jpg 320w, l.jpg 640w">', {("image", "/news/s.jpg"), ("image", "/news/l.jpg")}),
        (
            '<picture><source srcset="/a.avif 1x, /b.avif 2x" type="image/avif"><img src="/a.jpg"></picture>',
            {("image", "/a.avif"), ("image", "/b.avif"), ("image", "/a.jpg")},
        ),
        ('<img data-src="/lazy.jpg" src="data:,">', {("image", "/lazy.jpg")}),
        ('<img data-lazy-srcset="/1.jpg 1x, /2.jpg 2x">', {("image", "/1.jpg"), ("image", "/2.jpg")}),
        ('<div data-bg="url(/bg.jpg)"></div>', {("image", "/bg.jpg")}),
        ('<div data-url="/share/this-story"></div>', set()),
        ('<video poster="/p.jpg" src="/v.mp4"><source src="/v.webm"></video>', {("image", "/p.jpg")}),
        ('<input type=image src="/go.gif"><input src="/no.gif">', {("image", "/go.gif")}),
        ('<svg><image xlink:href="/i.svg"/><use href="#a"/><use href="/u.svg#b"/></svg>',
         {("image", "/i.svg"), ("image", "/u.svg")}),
        ('<table background="/t.gif">', {("image", "/t.gif")}),
        ("<p style=\"background: url('/s.png')\">", {("image", "/s.png")}),
        ("<style>@import '/m.css'; p { background: url(/s.png) }</style>",
         {("style", "/m.css"), ("image", "/s.png")}),
        ('<noscript><img src="/n.jpg"></noscript>', {("image", "/n.jpg")}),
        ('<amp-img src="/amp.jpg"></amp-img>', {("image", "/amp.jpg")}),
        ('<iframe src="/f.html"></iframe><script src="/s.js"></script>', set()),
        ("<a href=/x.jpg>", set()),
    ],
)  # fmt: skip
def test_what_a_page_shows(markup: str, expected: set[tuple[str, str]]) -> None:
    assert found(markup) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<link rel=stylesheet href="/a.css">', {("style", "/a.css")}),
        ('<link rel="alternate stylesheet" href="/a.css">', {("style", "/a.css")}),
        ('<link rel="shortcut icon" href="/i.ico">', {("icon", "/i.ico")}),
        ('<link rel=preload as=font href="/f.woff2">', {("font", "/f.woff2")}),
        ('<link rel=preload as=image imagesrcset="/a.jpg 1x, /b.jpg 2x">',
         {("image", "/a.jpg"), ("image", "/b.jpg")}),
        ('<link rel=alternate href="/feed.xml">', set()),
        ('<base href="/base/"><link rel=stylesheet href="a.css">', {("style", "/base/a.css")}),
    ],
)  # fmt: skip
def test_what_a_head_names(head: str, expected: set[tuple[str, str]]) -> None:
    assert found("", head=head) == expected


def test_all_has_scripts_and_frames_too() -> None:
    page = '<script src="/s.js"></script><iframe src="/f.html"></iframe><object data="/o.svg"></object>'
    assert found(page, "all") == {("script", "/s.js"), ("frame", "/f.html"), ("frame", "/o.svg")}


def test_what_stands_behind_the_end_of_the_page_is_found() -> None:
    page = "<html><body><p>x</p></body></html><script src=/late.js></script>"
    found = requisites_of_page(page, url="https://paper.example/a", level="all")
    assert [each.url for each in found] == ["https://paper.example/late.js"]


def test_style_sheets_come_first_and_pictures_of_the_article_before_others() -> None:
    page = (
        '<html><body><img src="/logo.png"><article><img src="/lead.jpg"></article>'
        '<link rel=icon href="/i.ico"><link rel=stylesheet href="/a.css"></body></html>'
    )
    urls = [each.url for each in requisites_of_page(page, url=URL, level="look")]
    assert [url.rpartition("/")[2] for url in urls] == ["a.css", "lead.jpg", "logo.png", "i.ico"]


def test_of_a_picture_beside_the_article_one_candidate_is_taken() -> None:
    srcset = "/400.jpg 400w, /1600.jpg 1600w, /3000.jpg 3000w"
    other = srcset.replace("/", "/x")
    page = f'<article><img srcset="{srcset}"></article><aside><img srcset="{other}"></aside>'
    images = {url for _, url in found(page)}
    assert images == {"/400.jpg", "/1600.jpg", "/3000.jpg", "/x1600.jpg"}


@pytest.mark.parametrize(
    ("srcset", "expected"),
    [
        ("a.jpg", [("a.jpg", 1.0, "x")]),
        ("a.jpg, b.jpg 2x", [("a.jpg", 1.0, "x"), ("b.jpg", 2.0, "x")]),
        ("a,b.jpg 1x,c.jpg 2x", [("a,b.jpg", 1.0, "x"), ("c.jpg", 2.0, "x")]),
        ("a.jpg 100w 50h, b.jpg 200w", [("a.jpg", 100.0, "w"), ("b.jpg", 200.0, "w")]),
        ("data:image/png;base64,AAAA 1x, b.jpg 2x",
         [("data:image/png;base64,AAAA", 1.0, "x"), ("b.jpg", 2.0, "x")]),
        (" , , ", []),
        ("a.jpg 1.5x,", [("a.jpg", 1.5, "x")]),
    ],
)  # fmt: skip
def test_candidates(srcset: str, expected: list[Any]) -> None:
    assert candidates(srcset) == expected


CSS = """
@charset "utf-8";
@namespace svg url(http://www.w3.org/2000/svg);
@import url("reset.css") screen;
@import 'more.css';
/* url(/commented.png) */
@font-face { font-family: A; src: url(a.woff2) format("woff2"), url('a.woff') }
p::before { content: "url(/string.png)"; background: URL( /b.png ) }
@media (min-width: 1px) { div { background-image: image-set("/1.png" 1x, url(/2.png) 2x) } }
@supports (x: y) { @media print { a { cursor: url("/c\\75 r.cur"), auto } } }
i { background: url(data:image/gif;base64,AAAA) }
"""


def test_what_a_style_sheet_names() -> None:
    names = {
        (each.kind, each.url.removeprefix("https://cdn.example"))
        for each in requisites_of_style(CSS, url="https://cdn.example/css/a.css")
    }
    assert names == {
        ("style", "/css/reset.css"), ("style", "/css/more.css"), ("font", "/css/a.woff2"),
        ("font", "/css/a.woff"), ("image", "/b.png"), ("image", "/1.png"), ("image", "/2.png"),
        ("image", "/cur.cur"),
    }  # fmt: skip


_PART = st.sampled_from(
    [
        "url(",
        "a.png",
        ")",
        '"',
        "'",
        "/*",
        "*/",
        " ",
        ";",
        "{",
        "}",
        "@font-face",
        "b.css",
        "\n",
        "p:",
    ]
)


@given(st.lists(_PART, max_size=25).map("".join))
def test_addresses_are_those_that_a_tokenizer_finds(text: str) -> None:
    # A string that the end of the text breaks off is none, as one that the end of a line does.
    known = {each for each in _tokens(text) & _tokens(text + "\n") if each}
    assert {url for _, url in css_addresses(text) if url} >= known


def _tokens(text: str) -> set[str]:
    found, waiting = set(), list(tinycss2.parse_component_value_list(text))
    while waiting:
        token = waiting.pop()
        if token.type == "url":
            found.add(token.value)
        elif token.type == "function" and token.lower_name == "url":
            found.update(each.value for each in token.arguments[:1] if each.type == "string")
        waiting += getattr(token, "content", None) or getattr(token, "arguments", None) or []
    return found


@given(st.text())
def test_any_text_is_a_style_sheet(text: str) -> None:
    list(css_addresses("url(" + text))
    requisites_of_style("@import " + text, url=URL)


@given(
    st.from_regex(
        r"https://[a-z0-9-]{1,4}\.[a-z0-9.-]{2,5}/[A-Za-z0-9/._~%?=-]{0,12}", fullmatch=True
    )
)
def test_addresses_are_those_that_are_requested(url: str) -> None:
    page = f'<img src="{url}">'
    assert [each.url for each in requisites_of_page(page, url=URL, level="look")] == [
        each for each in [fetchable(url, URL)] if each
    ]


@given(st.text())
def test_any_text_is_a_page(text: str) -> None:
    requisites_of_page(
        f"<img srcset='{text}' data-src=\"{text}\"><style>{text}", url=URL, level="all"
    )


def test_odd_style_sheets_take_no_time() -> None:
    for text in ("image-set(", "url(", "url('", "@import ", "/*", "\\", "image-set(url(", '"'):
        list(css_addresses("url(a)" + text * 100_000))


def test_long_lists_of_candidates_take_no_time() -> None:
    candidates("a " * 4_000 + "(" * 4_000)
    found('<img srcset="' + "," * 8_000 + '">')


@given(st.text("abZ019./~,:;=@%+*!$()?-&_#", max_size=20), st.sampled_from(["", "utm_source=a"]))
def test_urls_that_are_taken_as_they_stand_are_those_that_need_no_change(
    path: str, more: str
) -> None:
    url = f"//paper.example/{path}{more}"
    # A scheme in capitals has the URL taken apart.
    assert fetchable(f"https:{url}") == fetchable(f"HTTPS:{url}")
