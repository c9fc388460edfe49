"""A second reader of the text: the part of the page where most paragraphs stand together.

It knows no names of classes and no languages, so that it fails elsewhere than the main reader. It
tells whether that one lost most of the text, and then reads in its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.extraction.blocks import BREAK, Block, Piece, from_pieces, spaced
from newscrawl.extraction.wording import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.html import HtmlElement

_PARAGRAPHS = ("p", "blockquote", "pre")
_READ = frozenset(words("p h2 h3 h4 h5 h6 li blockquote pre"))
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_KINDS = {"li": "item", "blockquote": "quote", "pre": "p", "p": "p"}
_INLINE = frozenset(
    words(
        """
    a abbr b bdi br cite code em font i mark q s small span strong sub sup time u wbr ins
    del
    """
    )
)
_PASSED_OVER = frozenset(
    words("script style noscript template svg nav aside footer form button figure")
)
#: A shorter one says little about where the text is.
_SHORTEST = 40


def read(top: HtmlElement | None) -> list[Block]:
    """The blocks of a part of the page; of none, none."""
    return [] if top is None else list(_blocks(top))


def running_text(root: HtmlElement, *, weight: int = 1) -> dict[HtmlElement, int]:
    """The elements that hold running text, in the page's order, and how many characters of it.

    `weight` is what a character counts: more in scripts that write a word with one or two.
    """
    return {
        element: size
        for element in root.iter("p", "div", "td", "section", "article", "blockquote", "pre")
        if (size := weight * _own_text(element)) >= _SHORTEST
    }


def densest(sizes: Mapping[HtmlElement, int]) -> HtmlElement | None:
    """The element in which most running text stands together."""
    scores: dict[HtmlElement, float] = {}
    for element, size in sizes.items():
        share = 1.0
        holder = element.getparent() if element.tag in _PARAGRAPHS else element
        for _ in range(3):
            if holder is None or holder.tag in ("body", "html"):
                break
            scores[holder] = scores.get(holder, 0.0) + size * share
            share *= 0.75
            holder = holder.getparent()
    return max(scores, key=lambda e: scores[e], default=None)


def _own_text(element: HtmlElement) -> int:
    """Characters of running text right in the element, links left out."""
    size = len((element.text or "").strip())
    for child in element:
        if child.tag in _INLINE and child.tag != "a":
            size += len("".join(child.itertext()).strip())
        if child.tail:
            size += len(child.tail.strip())
    return size


def _blocks(top: HtmlElement) -> Iterator[Block]:
    for child in top:
        tag = child.tag
        if not isinstance(tag, str) or tag in _PASSED_OVER:
            continue
        if tag in _READ and not (tag == "li" and _is_headed(child)):
            kind = _KINDS.get(tag, "heading")
            level = int(tag[1]) if kind == "heading" else 0
            yield from from_pieces(kind, _pieces(child), level=level)
        elif tag == "br" or tag in _INLINE:
            continue
        else:
            yield from _blocks(child)
    if _own_text(top) >= _SHORTEST and top.tag not in _PARAGRAPHS:
        yield from from_pieces("p", _loose(top))


def _is_headed(item: HtmlElement) -> bool:
    """Whether a list item is a part of the text with a sub-headline of its own."""
    return next(item.iter(*_HEADINGS), None) is not None


def _loose(top: HtmlElement) -> Iterator[Piece]:
    """Text that stands between the blocks of an element."""
    if top.text:
        yield Piece(spaced(top.text))
    for child in top:
        if child.tag == "br":
            yield BREAK
        elif child.tag in _INLINE:
            yield from _pieces(child)
        else:
            yield BREAK
        if child.tail:
            yield Piece(spaced(child.tail))


def _pieces(element: HtmlElement, target: str | None = None) -> Iterator[Piece]:
    target = element.get("href", "") if element.tag == "a" else target
    if element.text:
        yield Piece(spaced(element.text), "", target)
    for child in element:
        if child.tag == "br":
            yield BREAK
        elif isinstance(child.tag, str) and child.tag not in _PASSED_OVER:
            yield from _pieces(child, target)
        if child.tail:
            yield Piece(spaced(child.tail), "", target)
