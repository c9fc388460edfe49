"""The document as a browser has it, as HTML: asked of the browser and not of the page's scripts.

A shadow tree, open or closed, stands in the place of its host's children, and what was put into its slots
stands in these. So a reader of the HTML sees what a reader of the page saw.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from newscrawl.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A node as the DevTools protocol describes it (`DOM.Node`).
Node = dict[str, Any]

#: Nodes, and characters, that one document may have.
MAX_NODES, MAX_CHARACTERS = 400_000, 20_000_000

_ELEMENT, _TEXT, _DOCUMENT, _DOCTYPE, _FRAGMENT = 1, 3, 9, 10, 11
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)  # fmt: skip
_RAW = frozenset({"script", "style", "xmp", "noembed", "noframes", "plaintext"})
#: What is inside is not shown where scripts run, or is a document of its own.
_EMPTY = frozenset({"noscript", "template", "iframe"})

#: The children of a shadow host, by the name of the slot that they are put into.
_Slots = dict[str, list[Node]]


def as_html(root: Node) -> str:
    """The HTML of a document that was asked for with `pierce`. Raises TooLarge."""
    return _Serialiser().html(root)


class _Serialiser:
    def __init__(self) -> None:
        self._out: list[str] = []
        self._length = self._nodes = 0
        #: Texts that close elements, and nodes with the slots they may fill and whether they hold raw text.
        self._waiting: list[str | tuple[Node, _Slots | None, bool]] = []

    def html(self, root: Node) -> str:
        self._waiting.append((root, None, False))
        while self._waiting:
            item = self._waiting.pop()
            if isinstance(item, str):
                self._put(item)
            else:
                self._visit(*item)
        return "".join(self._out)

    def _put(self, text: str) -> None:
        self._length += len(text)
        if self._length > MAX_CHARACTERS:
            raise TooLarge(MAX_CHARACTERS)
        self._out.append(text)

    def _visit(self, node: Node, slots: _Slots | None, raw: bool) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise TooLarge(MAX_NODES)
        kind = node["nodeType"]
        if kind == _TEXT:
            self._put(node["nodeValue"] if raw else escape(node["nodeValue"], quote=False))
        elif kind == _DOCTYPE:
            self._put(f"<!DOCTYPE {node.get('nodeName') or 'html'}>")
        elif kind in (_DOCUMENT, _FRAGMENT):
            self._later(node.get("children", ()), slots)
        elif kind == _ELEMENT:
            self._visit_element(node, slots)

    def _visit_element(self, node: Node, slots: _Slots | None) -> None:
        name = node["localName"] or node["nodeName"].lower()
        if name == "slot" and slots is not None:
            given = slots.pop(_attributes(node).get("name", ""), None)
            self._later(given or node.get("children", ()), None)
            return
        shown = "".join(f' {key}="{escape(value)}"' for key, value in _attributes(node).items())
        self._put(f"<{name}{shown}>")
        if name in _VOID:
            return
        self._waiting.append(f"</{name}>")
        if name in _EMPTY:
            return
        children = node.get("children", ())
        shadows = [
            s for s in node.get("shadowRoots", ()) if s.get("shadowRootType") != "user-agent"
        ]
        if shadows:
            self._later(shadows[0].get("children", ()), _by_slot(children))
        else:
            self._later(children, slots, raw=name in _RAW)

    def _later(self, nodes: Iterable[Node], slots: _Slots | None, *, raw: bool = False) -> None:
        self._waiting += [(node, slots, raw) for node in reversed(list(nodes))]


def _attributes(node: Node) -> dict[str, str]:
    flat = node.get("attributes", ())
    return dict(zip(flat[::2], flat[1::2], strict=False))


def _by_slot(children: Iterable[Node]) -> _Slots:
    found: _Slots = {}
    for child in children:
        name = _attributes(child).get("slot", "") if child["nodeType"] == _ELEMENT else ""
        found.setdefault(name, []).append(child)
    return found
