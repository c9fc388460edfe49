"""All the text of the elements that a rule names as the body, in the page's order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.extraction.blocks import BREAK, Block, Piece, from_pieces, spaced
from newscrawl.extraction.wording import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement

_KINDS = {"li": "item", "blockquote": "quote"}
_HEADINGS = frozenset(words("h1 h2 h3 h4 h5 h6"))
_BLOCKS = frozenset(
    words(
        """
    address article aside blockquote center dd details div dl dt fieldset figure footer h1 h2 h3 h4 h5 h6
    header hgroup li main ol p pre section summary table tbody td tfoot th thead tr ul
    """
    )
)
# What no reader of the page reads as its text.
_PASSED_OVER = frozenset(
    words(
        """
    script style noscript template svg iframe object form button select textarea nav figcaption
    """
    )
)
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}


def read(elements: Iterable[HtmlElement]) -> list[Block]:
    """The blocks of these elements."""
    return [block for element in elements for block in _blocks(element, "p", 0)]


def _blocks(element: HtmlElement, kind: str, level: int) -> Iterator[Block]:
    """Blocks of an element: its loose text as blocks of this kind, and those of the elements in it."""
    tag = element.tag
    if tag in _PASSED_OVER:
        return
    if tag in _HEADINGS:
        kind, level = "heading", max(2, int(tag[1]))
    kind = _KINDS.get(tag, kind)
    run: list[Piece] = []
    for each in _pieces(element, "", None):
        if isinstance(each, Piece):
            run.append(each)
            continue
        yield from from_pieces(kind, run, level=level)
        run = []
        yield from _blocks(each, kind, level)
    yield from from_pieces(kind, run, level=level)


def _pieces(element: HtmlElement, mark: str, target: str | None) -> Iterator[Piece | HtmlElement]:
    """The runs of text in an element, and the blocks in it as they are."""
    if element.text:
        yield Piece(spaced(element.text), mark, target)
    for child in element:
        tag = child.tag
        if tag == "br":
            yield BREAK
        elif tag in _BLOCKS:
            yield child
        elif tag not in _PASSED_OVER:
            link = child.get("href", "") if tag == "a" else target
            yield from _pieces(child, _MARKS.get(tag, mark), link)
        if child.tail:
            yield Piece(spaced(child.tail), mark, target)
