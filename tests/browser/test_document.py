"""A document as a browser has it becomes HTML: shadow trees and slots in their place."""

from __future__ import annotations

from typing import Any

import pytest

from newscrawl.browser.document import MAX_NODES, as_html
from newscrawl.errors import TooLarge


def element(name: str, *children: Any, **more: Any) -> dict[str, Any]:
    attributes = [text for pair in more.pop("attributes", {}).items() for text in pair]
    nodes = [text(c) if isinstance(c, str) else c for c in children]
    return {"nodeType": 1, "localName": name, "nodeName": name.upper(), "attributes": attributes,
            "children": nodes, **more}  # fmt: skip


def text(value: str) -> dict[str, Any]:
    return {"nodeType": 3, "nodeValue": value, "localName": "", "nodeName": "#text"}


def shadow(kind: str, *children: Any) -> dict[str, Any]:
    return {"nodeType": 11, "shadowRootType": kind, "children": list(children)}


@pytest.mark.parametrize(
    ("node", "html"),
    [
        (element("p", "a < b & c"), "<p>a &lt; b &amp; c</p>"),
        (element("a", "x", attributes={"title": 'a "b" <c>'}),
         '<a title="a &quot;b&quot; &lt;c&gt;">x</a>'),
        (element("script", "1 < 2"), "<script>1 < 2</script>"),
        (element("img"), "<img>"),
        (element("noscript", "<p>Please switch it on</p>"), "<noscript></noscript>"),
        ({"nodeType": 9, "children": [{"nodeType": 10, "nodeName": "html"}, element("html")]},
         "<!DOCTYPE html><html></html>"),
        ({"nodeType": 8, "nodeValue": "a comment"}, ""),
    ],
)  # fmt: skip
def test_nodes(node: dict[str, Any], html: str) -> None:
    assert as_html(node) == html


@pytest.mark.parametrize("kind", ["open", "closed"])
def test_a_shadow_tree_stands_in_the_place_of_the_children(kind: str) -> None:
    tree = shadow(kind, element("h1", element("slot", "no title", attributes={"name": "title"})),
                  element("slot", "nothing"))  # fmt: skip
    title = element("b", "Title", attributes={"slot": "title"})
    host = element("news-card", title, "Text", shadowRoots=[tree])
    assert as_html(host) == ('<news-card><h1><b slot="title">Title</b></h1>Text</news-card>')
    empty = element("news-card", shadowRoots=[tree])
    assert as_html(empty) == "<news-card><h1>no title</h1>nothing</news-card>"


def test_what_the_browser_itself_puts_in_is_left_out() -> None:
    control = element("video", "text", shadowRoots=[shadow("user-agent", element("button"))])
    assert as_html(control) == "<video>text</video>"


def test_depth_has_no_bound_and_size_has() -> None:
    node = element("i")
    for _ in range(5_000):
        node = element("b", node)
    assert as_html(node).count("<b>") == 5_000
    with pytest.raises(TooLarge):
        as_html(element("p", *[element("br")] * (MAX_NODES + 1)))
