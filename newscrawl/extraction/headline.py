"""What a reader sees by the headline before the text begins: bylines, dates and agencies, as lines."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from newscrawl.extraction import shown_titles
from newscrawl.extraction.tree import BLOCKS, LINE_BREAK, said
from newscrawl.extraction.wording import folded, line, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

    from newscrawl.extraction.document import Document

#: A line this long is text. The second one ends the head of the article: the first may be a standfirst.
_LONG = 160
_VERY_LONG = 400
_MOST_LINES = 60
_LEVELS_ABOVE = 3
_MOST_ABOVE = 6
_MOST_ELEMENTS = 900

_PASSED_OVER = frozenset(
    words(
        """
    script style noscript svg template nav aside form button select figure figcaption
    picture video audio iframe footer dialog img input option label blockquote
    """
    )
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is seen; parts that only style sets apart are divided by ` | `."""

    text: str
    element: HtmlElement


def heading(document: Document, title: str | None) -> HtmlElement | None:
    """The heading that is the title, what else of the page shows it, or the first h1."""
    first = None
    wanted = folded(title or "")
    for element in document.root.iter("h1", "h2"):
        if wanted and folded(line(said(element), 500)) == wanted:
            return element
        if first is None and element.tag == "h1":
            first = element
    shown = shown_titles.element_of(document, title) if title else None
    return first if shown is None else shown


def lines(document: Document, title: str | None) -> list[Line]:
    """The lines from the headline to the first text; from the top where there is no headline."""
    head = heading(document, title)
    out: list[Line] = []
    long = 0
    for element in _following(document.root, head):
        for part in said(element, " | ")[:4000].split(LINE_BREAK):
            text = line(part, 600)
            if len(text) >= _LONG:
                long += 1 if len(text) < _VERY_LONG else 2
            elif text:
                out.append(Line(text, element))
        if long >= 2 or len(out) >= _MOST_LINES:
            break
    return out


def above(document: Document, title: str | None) -> list[Line]:
    """The few short lines right over the headline, the nearest first."""
    place = heading(document, title)
    out: list[Line] = []
    for _ in range(_LEVELS_ABOVE):
        if place is None or place.tag in ("body", "html"):
            break
        for element in islice(place.itersiblings(preceding=True), _MOST_ABOVE):
            if element.tag in _PASSED_OVER or len(element) > _MOST_ABOVE:
                continue
            if next(element.iter("h1", "h2", "h3", "h4"), None) is not None:
                continue  # another story
            text = line(said(element, " | ")[:400], 600)
            if 0 < len(text) <= _LONG // 2:
                out.append(Line(text, element))
        place = place.getparent()
    return out[:_MOST_ABOVE]


def is_near(element: HtmlElement, lines: Sequence[Line]) -> bool:
    """Whether the element holds one of the lines by the headline, or stands in one."""
    near = {id(one.element) for one in lines}  # the lines keep their elements, and so their ids
    return any(id(e) in near for e in (*element.iter(), *element.iterancestors()))


def _following(root: HtmlElement, head: HtmlElement | None) -> Iterator[HtmlElement]:
    """The blocks without blocks inside that follow `head`, or the body's first ones."""
    body = root.find("body")
    started = head is None
    passed: HtmlElement | None = None
    seen = 0
    for element in (body if body is not None else root).iter():
        if not started:
            started = element is head
            passed = head
            continue
        if passed is not None:
            if _is_inside(element, passed):
                continue
            passed = None
        seen += 1
        if seen > _MOST_ELEMENTS:
            return
        if element.tag in _PASSED_OVER:
            passed = element
        elif not any(child.tag in BLOCKS for child in element.iterdescendants()):
            passed = element
            yield element


def _is_inside(element: HtmlElement, top: HtmlElement) -> bool:
    return any(a is top for a in element.iterancestors())
