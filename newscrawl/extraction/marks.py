"""Which elements of a page trafilatura's expressions may select: told in the one walk, from attributes.

The expressions are those of `trafilatura.xpaths`; `newscrawl.extraction.selectors` reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from trafilatura import xpaths

from newscrawl.extraction import selectors
from newscrawl.extraction.selectors import Marks, Selector

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.html import HtmlElement

#: Elements with their marks, in the page's order.
Marked = Sequence[tuple["HtmlElement", int]]


@dataclass(frozen=True, slots=True)
class Expression:
    """One of trafilatura's expressions: its selectors, and its bit among the marks."""

    bit: int
    selectors: tuple[Selector, ...]


_LISTS = (
    xpaths.RAW_TREE_PRUNE_XPATH,
    xpaths.REMOVE_COMMENTS_AND_LISTS_XPATH,
    xpaths.BODY_XPATH,
    xpaths.OVERALL_DISCARD_XPATH,
    xpaths.DISCARD_IMAGE_ELEMENTS,
    xpaths.TEASER_DISCARD_XPATH,
)
_ALL = [selectors.read(each.path) for each in chain.from_iterable(_LISTS)]
_MARKS = Marks(_ALL)
#: The attributes by which elements are marked.
MARKED_ATTRIBUTES = _MARKS.names
_expressions = iter([Expression(1 << number, each) for number, each in enumerate(_ALL)])
RAW, COMMENTS, BODIES, DISCARDED, CAPTIONS, TEASERS = (
    list(islice(_expressions, len(each))) for each in _LISTS
)


def marks_of(attributes: Mapping[str, str]) -> int:
    """The marks of an element with these attributes; 0 if no stage looks at it."""
    return _MARKS.of(attributes)


def select(tree: HtmlElement, marked: Marked, expression: Expression) -> list[HtmlElement]:
    """The marked elements below `tree` that an expression selects."""
    return [
        element
        for element, bits in marked
        if bits & expression.bit
        and any(each.matches(element) for each in expression.selectors)
        and is_below(element, tree)
    ]


def is_below(element: HtmlElement, tree: HtmlElement) -> bool:
    return any(ancestor is tree for ancestor in element.iterancestors())


def first_of(tree: HtmlElement, marked: Marked, expression: Expression) -> HtmlElement | None:
    """The first element that one of the selectors matches; those by tag alone need no mark."""
    found = []
    for selector in expression.selectors:
        if selector.predicates:
            matching = (
                element
                for element, bits in marked
                if bits & expression.bit and selector.matches(element) and is_below(element, tree)
            )
        else:
            matching = (e for e in tree.iter(selector.tag) if e is not tree)
        if (element := next(matching, None)) is not None:
            found.append(element)
    if len(found) < 2:
        return found[0] if found else None
    return next(e for e in tree.iter() if e in found)
