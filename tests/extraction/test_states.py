"""The text in the data of a page's scripts, in the dialects of the frameworks."""

from __future__ import annotations

import json

import pytest

from newscrawl.extraction import extract_article

TITLE = "A ferry is kept"
PARTS = [
    f"{t} {i}, and nobody who crosses the river in the morning was surprised by it at all."
    for i in (1, 2, 3)
    for t in ("The town council of Saltmarsh voted on Monday evening to keep the old ferry",)
]
BODY = "".join(f"<p>{p}</p>" for p in PARTS * 2)
OTHER = "".join(f"<p>Another story of which {p}</p>" for p in PARTS * 4)


def text(script, attributes=""):
    page = (
        f"<html lang=en><title>{TITLE}</title><h1>{TITLE}</h1><div id=app></div>"
        f"<script {attributes}>{script}</script></html>"
    )
    found = extract_article(page, url="https://riverpost.org/news/ferry-1")
    said = found.provenance.get("body")
    return found.body, said.source if said else None


STATE = {
    "page": {"article": {"title": TITLE, "body": BODY}, "others": [{"title": "X", "body": OTHER}]}
}
PAYLOAD = [
    ["Reactive", 1],
    {"data": 2},
    {"article": 3, "others": 6},
    {"title": 4, "body": 5},
    TITLE,
    BODY,
    [7],
    {"title": 8, "body": 9},
    "Another one",
    OTHER,
]
APOLLO = {
    "Article:1": {
        "__typename": "Article",
        "title": TITLE,
        "content": [{"__ref": f"Part:{i}"} for i in range(6)],
    },
    **{f"Part:{i}": {"__typename": "Part", "text": p} for i, p in enumerate(PARTS * 2)},
}


def flight(*rows):
    return "".join(f"self.__next_f.push({json.dumps([1, r])});" for r in rows)


def elements():
    told = [
        ["$", "h1", None, {"children": TITLE}],
        *(["$", "p", None, {"children": p}] for p in PARTS * 2),
    ]
    return "2:" + json.dumps(["$", "article", None, {"children": told}]) + "\n"


FLIGHTS = ("flight", "flight-cut", "flight-text", "nuxt-2", "javascript")
RAW = f"a:T{len(BODY.encode()):x},{BODY}" + '3:{"title":' + json.dumps(TITLE) + ',"html":"$a"}\n'


@pytest.mark.parametrize(
    "script",
    [
        json.dumps(STATE),
        f"window.__STATE__ = {json.dumps(STATE)};",
        f"window.__STATE__ = JSON.parse({json.dumps(json.dumps(STATE))});",
        f"window.__STATE__ = {json.dumps(json.dumps(STATE))};",
        "window.__STATE__ = JSON.parse('"
        + json.dumps(STATE).replace("\\", "\\\\").replace("'", "\\'")
        + "')",
        json.dumps(STATE)
        .replace("&", "&a;")
        .replace('"', "&q;")
        .replace("<", "&l;")
        .replace(">", "&g;"),
        json.dumps(PAYLOAD),
        f"window.__APOLLO_STATE__ = {json.dumps(APOLLO)};",
        flight('0:["$","$L1",null,{}]\n', elements()),
        flight(elements()[:700], elements()[700:]),
        flight(RAW),
        "window.__NUXT__=(function(a,b){return {data:[{title:a,body:b}]}}("
        f"{json.dumps(TITLE)},{json.dumps(BODY)}))",
        f"window.state = {{article: {{title: {json.dumps(TITLE)}, body: {json.dumps(BODY)}}}}}",
    ],
    ids=["json", "assigned", "parse", "string", "single", "angular", "nuxt-3", "apollo", *FLIGHTS],
)
def test_dialects(script):
    assert text(script) == ("\n".join(PARTS * 2), "script")


@pytest.mark.parametrize(
    "script",
    [
        json.dumps({"title": "Another one", "body": OTHER}),
        "self.__next_f.push([1," + "[" * 5000,
        json.dumps([["Reactive", 1], {"a": 1, "b": 2}, [2, 1], "x" * 700]),
        json.dumps({"a": {"__typename": "A", "b": {"__ref": "a"}}, "c": "x" * 700}),
        flight("1:[" + '"$1",' * 300 + '"$1"]\n'),
    ],
    ids=["other-story", "deep", "circle-of-numbers", "circle-of-names", "circle-of-rows"],
)
def test_other_stories_and_traps(script):
    assert text(script) == (None, None)
