"""Where on the page the article lies: from its headline to the last paragraph set as the others are.

A page sets the paragraphs of one text in elements with the same tags and classes, however many boxes they
are divided over. What stands before the headline, or behind the last of these paragraphs, is not the
article: menus, comments, lists of other stories.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from newscrawl.extraction.paragraphs import densest
from newscrawl.extraction.pruning import drop
from newscrawl.extraction.tree import said
from newscrawl.extraction.wording import folded, line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.html import HtmlElement

#: Elements around a paragraph whose tags and classes must be the same, too.
_LEVELS = 4
#: Characters of running text in a region, at least; a shorter one may be a box beside the article.
_LEAST = 250
#: A paragraph that says which elements are set like it has as many characters.
_PARAGRAPH = 80
#: The share of the region's text that is set in one way, at least, to look for it elsewhere.
_COMMON = 0.15
#: Of the text above the headline, below it must be this share, or it is not the headline.
_ENOUGH = 0.5
#: Elements in which the headline may be wrapped.
_WRAPPED = 3

Sizes = dict["HtmlElement", int]
_Marks = tuple[tuple[str, str], ...]


def confine(root: HtmlElement, sizes: Sizes, title: str) -> HtmlElement | None:
    """Takes out of `root` what is before the headline and behind the text, and returns the densest element.

    `sizes` are the elements with running text in the page's order, and how many characters of it.
    """
    _drop_teasers(sizes)
    head, before = _headline(root, title)
    top = densest(sizes)
    if top is None:
        return None
    if head is not None and top in before and not _holds(top, head):
        below = densest({e: size for e, size in sizes.items() if e not in before})
        if below is None or _size(below, sizes) < _ENOUGH * _size(top, sizes):
            return top  # the title is not where the text is
        top = below
    last = _last_alike(top, sizes)
    if last is None:
        return top
    whole = top
    while not _holds(whole, last):
        parent = whole.getparent()
        if parent is None:
            return top
        whole = parent
    _drop_siblings(whole, preceding=False)
    if head is not None and not _holds(whole, head):
        _drop_siblings(head, preceding=True)
    return top


def _holds(top: HtmlElement, element: HtmlElement) -> bool:
    return element is top or any(a is top for a in element.iterancestors())


def _drop_teasers(sizes: Sizes) -> None:
    """Takes out the boxes set alike whose text breaks off before the link at its end."""
    found: dict[_Marks, list[HtmlElement]] = defaultdict(list)
    for element in sizes:
        if element.tag != "p" and _breaks_off(element):
            found[_marks(element)].append(element)
    for boxes in found.values():
        if len(boxes) > 1:
            for box in boxes:
                for element in box.iter():
                    sizes.pop(element, None)
                drop(box)


def _breaks_off(element: HtmlElement) -> bool:
    if not len(element) or element[-1].tag != "a" or (element[-1].tail or "").strip():
        return False
    before = element[-2].tail if len(element) > 1 else element.text
    return (before or "").rstrip().endswith(("...", "…"))


def _size(top: HtmlElement, sizes: Sizes) -> int:
    return sum(sizes.get(element, 0) for element in top.iter())


def _headline(root: HtmlElement, title: str) -> tuple[HtmlElement | None, set[HtmlElement]]:
    """The first element that says the title and nothing else, and all elements that begin before it."""
    wanted, begin = folded(title), title[:8].casefold()
    before: set[HtmlElement] = set()
    for element in root.iter():
        text = element.text
        if text and begin and element.tag != "title" and text.lstrip()[:8].casefold() == begin:
            whole = element
            for _ in range(_WRAPPED):
                if folded(line(said(whole), 500)) == wanted:
                    return whole, before
                parent = whole.getparent()
                if parent is None or parent.tag == "body":
                    break
                whole = parent
        before.add(element)
    return None, before


def _last_alike(top: HtmlElement, sizes: Mapping[HtmlElement, int]) -> HtmlElement | None:
    """The last element of the page that is set as most of the text in `top` is."""
    held: dict[_Marks, int] = defaultdict(int)
    for element in top.iter():
        if (size := sizes.get(element, 0)) >= _PARAGRAPH:
            held[_marks(element)] += size
    total = sum(held.values())
    if total < _LEAST:
        return None
    common = {marks for marks, size in held.items() if size >= _COMMON * total}
    alike = [e for e, size in sizes.items() if size >= _PARAGRAPH and _marks(e) in common]
    return alike[-1] if alike else None


def _marks(element: HtmlElement) -> _Marks:
    """The tags and classes of an element and of those around it."""
    places = [element, *(a for a, _ in zip(element.iterancestors(), range(_LEVELS), strict=False))]
    return tuple((place.tag, place.get("class") or "") for place in places)


def _drop_siblings(element: HtmlElement, *, preceding: bool) -> None:
    """Takes out all that stands before the element, or behind it, with the text between."""
    for place in (element, *element.iterancestors()):
        parent = place.getparent()
        if parent is None or place.tag in ("body", "head"):
            return
        for other in list(place.itersiblings(preceding=preceding)):
            parent.remove(other)
        if preceding:
            parent.text = None
