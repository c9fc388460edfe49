"""Who is the author when a page's bylines say different things."""

from __future__ import annotations

import json

import pytest

from newscrawl.extraction import extract_article

TEXT = "".join(
    f"<p>{t}</p>"
    for t in (
        "The town council of Saltmarsh voted on Monday evening to keep the old ferry for two summers.",
        "Seven members spoke for the ferry and four against it, and the treasurer warned of the roof.",
        "The first crossing of the season is planned for the last Saturday in April, if it starts.",
    )
)
SITE = '<meta property="og:site_name" content="River Post">'
FERRY = "<h1>A ferry is kept</h1>"


def extract(head="", byline="", text=TEXT, author=None):
    if author is not None:
        node = {"@type": "NewsArticle", "headline": "A ferry is kept", "author": author}
        head += f'<script type="application/ld+json">{json.dumps(node)}</script>'
    page = f"<head>{SITE}{head}</head><body>{FERRY}{byline}<article>{text}</article></body>"
    html = f"<html lang=en>{page}</html>"
    article = extract_article(html, url="https://riverpost.org/news/a-ferry-is-kept-1")
    return list(article.authors), list(article.credit), list(article.contributors)


PERSON = {"@type": "Person", "name": "Wilma Hartog"}
BYLINE = "<p class=byline>{}</p>"


@pytest.mark.parametrize(
    ("statements", "makers"),
    [
        ({}, ([], [], [])),
        ({"author": PERSON}, (["Wilma Hartog"], [], [])),
        ({"author": "Wilma Hartog and Li Wei"}, (["Wilma Hartog", "Li Wei"], [], [])),
        (
            {"author": [PERSON, {"@type": "Organization", "name": "Quayside"}]},
            (["Wilma Hartog"], ["Quayside"], []),
        ),
        ({"author": {"@type": "Person", "name": "dpa"}}, ([], ["dpa"], [])),
        ({"author": {"@type": "Organization", "name": "River Post"}}, ([], ["River Post"], [])),
        (
            {"author": PERSON, "byline": BYLINE.format("By Wilma Hartog and Li Wei")},
            (["Wilma Hartog", "Li Wei"], [], []),
        ),
        (
            {"author": PERSON, "byline": BYLINE.format("By Wilma Hartog, River Post")},
            (["Wilma Hartog"], [], []),
        ),
        ({"author": PERSON, "byline": BYLINE.format("By Li Wei")}, (["Wilma Hartog"], [], [])),
        (
            {
                "author": {"@type": "Person", "name": "Wilma"},
                "byline": BYLINE.format("By Wilma Hartog"),
            },
            (["Wilma Hartog"], [], []),
        ),
        (
            {"author": "River Post", "byline": BYLINE.format("By Wilma Hartog")},
            (["Wilma Hartog"], [], []),
        ),
        (
            {"author": "Reuters", "byline": BYLINE.format("By Wilma Hartog")},
            (["Wilma Hartog"], ["Reuters"], []),
        ),
        ({"head": '<meta name=author content="River Post">'}, ([], ["River Post"], [])),
        (
            {"author": "River Post", "head": '<meta name=author content="Reuters">'},
            ([], ["Reuters"], []),
        ),
        ({"author": "River Post", "byline": "<p>By Reuters</p>"}, ([], ["River Post"], [])),
        (
            {
                "head": '<meta name=author content="River Post">',
                "byline": "<p>By Reuters</p>",
            },
            ([], ["Reuters"], []),
        ),
        (
            {
                "head": '<meta name=author content="Wilma Hartog">'
                '<meta name=author content="Li Wei">'
            },
            (["Wilma Hartog", "Li Wei"], [], []),
        ),
        (
            {"author": {"@type": "Person", "name": ["Wilma Hartog", "Li Wei"]}},
            (["Wilma Hartog", "Li Wei"], [], []),
        ),
        (
            {"author": "whartog", "byline": BYLINE.format("By Wilma Hartog")},
            (["Wilma Hartog"], [], []),
        ),
        ({"author": "whartog"}, (["whartog"], [], [])),
        ({"author": "wilma hartog"}, (["wilma hartog"], [], [])),
        ({"byline": "<p>By</p><p>Wilma Hartog</p>"}, (["Wilma Hartog"], [], [])),
        ({"byline": "<p>By</p><p>the river it is cold</p>"}, ([], [], [])),
        (
            {"byline": "<p class=author>Subscribe!</p><p>By Wilma Published 9 March</p>"},
            (["Wilma"], [], []),
        ),
        (
            {
                "head": '<meta property="article:section" content="Rivers">',
                "byline": "<p class=byline>Rivers</p>",
            },
            ([], [], []),
        ),
        ({"byline": "<p>Wilma Hartog</p><p>9 March 2026</p>"}, (["Wilma Hartog"], [], [])),
        ({"byline": "<p>Source: Wilma Hartog</p>"}, ([], [], [])),
        ({"byline": '<a href="/authors/wilma">Wilma Hartog</a>'}, (["Wilma Hartog"], [], [])),
        ({"byline": "<aside class=related><p class=author>By Li Wei</p></aside>"}, ([], [], [])),
        ({"author": [[PERSON]]}, (["Wilma Hartog"], [], [])),
        ({"author": {"@type": "Person", "name": "Emmy Post"}}, (["Emmy Post"], [], [])),
        (
            {"author": {"@type": "Person", "name": "Lina Riverposter"}},
            (["Lina Riverposter"], [], []),
        ),
        ({"byline": "<p>Text Size</p>"}, ([], [], [])),
        ({"byline": "<p class=submitted>Tags: Rivers, Ferries</p>"}, ([], [], [])),
        ({"byline": "<p class=typewriter>Late Edition Tonight</p>"}, ([], [], [])),
        ({"byline": "<blockquote>Li Wei (@li) October 21, 2018</blockquote>"}, ([], [], [])),
        (
            {"author": "KatieS", "byline": "<p>by Wilma Hartog</p>"},
            (["Wilma Hartog"], [], []),
        ),
        (
            {
                "text": TEXT
                + "<div><h3><a href=/x>Other</a></h3><span class=author>Li Wei</span></div>"
            },
            ([], [], []),
        ),
        (
            {"text": TEXT + "<a href=/x><span class=author>Li Wei</span> A longer story</a>"},
            ([], [], []),
        ),
        ({"text": TEXT + "<p><b>Wilma Hartog</b></p>"}, (["Wilma Hartog"], [], [])),
        (
            {
                "author": PERSON,
                "text": TEXT + "<p>Additional reporting by Li Wei and Idris Okafor</p>",
            },
            (["Wilma Hartog"], [], ["Li Wei", "Idris Okafor"]),
        ),
        (
            {"author": PERSON, "text": TEXT + "<p>Analysis: Li Wei, Rivers Editor</p>" + TEXT},
            (["Wilma Hartog"], [], ["Li Wei"]),
        ),
    ],
)
def test_makers(statements, makers):
    assert extract(**statements) == makers


def test_what_disagrees_is_kept():
    node = {"@type": "NewsArticle", "headline": "A ferry is kept", "author": PERSON}
    html = (
        f'<script type="application/ld+json">{json.dumps(node)}</script>{FERRY}'
        f"{BYLINE.format('By Li Wei')}<article>{TEXT}</article>"
    )
    said = extract_article(html).provenance["authors"]
    assert (said.source, said.raw) == ("json-ld:author", "Wilma Hartog")
    assert {"source": "byline", "raw": "By Li Wei"} in said.against
