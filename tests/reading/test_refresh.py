"""Pages that go on to another page by themselves, in all the ways the web has for it."""

from __future__ import annotations

import pytest

from newscrawl.processing.refresh import refresh_target
from newscrawl.warc.http import Head

URL = "https://paper.example/old"
TEXT = "<p>" + "The council voted to keep the ferry for two summers. " * 40


def target(markup: str, **headers: str) -> str | None:
    fields = (("Content-Type", "text/html; charset=utf-8"), *headers.items())
    return refresh_target(Head(b"HTTP/1.1 200 OK", fields, 0), markup.encode(), url=URL)


@pytest.mark.parametrize(
    ("content", "leads"),
    [
        ("0;URL='https://paper.example/new'", "https://paper.example/new"),
        ("0; URL=/new/", "https://paper.example/new/"),
        ("5, new", "https://paper.example/new"),
        ("1.5 url = /new", "https://paper.example/new"),
        (";url=/новость", "https://paper.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C"),
        ("300", None),
        ("0", None),
        ("600; url=/new", None),
        ("0; url=https://paper.example/old", None),
        ("0; url=javascript:go()", None),
        ("", None),
    ],
)
def test_refresh_of_a_page(content: str, leads: str | None) -> None:
    assert target(f'<head><meta http-equiv="Refresh" content="{content}"></head>') == leads
    assert target(f'<noscript><META HTTP-EQUIV=refresh CONTENT="{content}"></noscript>') == leads
    assert target("", Refresh=content) == leads


@pytest.mark.parametrize(
    "script",
    [
        'window.location = "/new"',
        "window.location.href='/new';",
        "a();location.replace('/new')",
        'top.location.assign( "/new" )',
        "document.location='/new'",
    ],
)
def test_a_script_redirects_where_the_page_shows_nothing(script: str) -> None:
    page = f"<body><script>{script}</script>"
    assert target(f"{page}<p>One moment, please.") == "https://paper.example/new"
    assert target(page + TEXT) is None


@pytest.mark.parametrize(
    "markup",
    [
        '<!-- <meta http-equiv=refresh content="0;url=/new"> -->',
        '<script>var s = "<meta http-equiv=refresh>"</script>',
        "<script>var location = window.location.href; share(location)</script>",
        f'<meta http-equiv=refresh content="20;url=/new">{TEXT}',
    ],
)
def test_pages_that_stay(markup: str) -> None:
    assert target(markup) is None


def test_the_base_of_the_page_counts() -> None:
    page = '<base href="/de/"><meta http-equiv=refresh content="0;url=neu.html">'
    assert target(page) == "https://paper.example/de/neu.html"
