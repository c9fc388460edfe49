"""How a page's text becomes a tree of elements, and how an element is read aloud."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from newscrawl.extraction import unclosed
from newscrawl.extraction.long_parts import without_long_parts
from newscrawl.extraction.wording import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Longest page that is parsed; the rest of a longer one is not looked at.
MAX_CHARACTERS = 12_000_000

UNREAD = frozenset({"script", "style", "noscript", "svg", "template"})
BLOCKS = frozenset(
    words(
        """
    p div br li ul ol h1 h2 h3 h4 h5 h6 section header article main address td th tr table
    dd dt dl figure figcaption blockquote form aside footer nav
    """
    )
)
_APART = BLOCKS | {"a", "time", "button"}

#: What `said` gives for `br`: white space that no page contains otherwise.
LINE_BREAK = "\v"
_CLOSING = frozenset(",.;:!?)…”»")

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
# What XML forbids; libxml2 would end the text there or refuse it.
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r"})
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())
# One class for all elements: lxml's own choice by tag is a call of Python for every element touched.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=HtmlElement)


class Unreadable(ValueError):
    """The bytes hold no HTML element at all."""


def tree(
    text: str, *, deep: bool = True, on_tree: Callable[[HtmlElement], None] | None = None
) -> HtmlElement:
    """The root of the page. Raises Unreadable if there is nothing to read.

    libxml2 stops at 2,048 elements one inside the other, and if not `deep` at 256. `on_tree` is called with
    the root before elements are moved out of the head, so that it sees them in the order of the page.
    """
    text = unclosed.closed(without_long_parts(_XML_DECLARATION.sub("", text)))
    page = _bytes(text[:MAX_CHARACTERS])
    if not page or page.isspace():
        raise Unreadable("the page is empty")
    parser = HTMLParser(
        collect_ids=False,
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        default_doctype=False,
        huge_tree=deep,
    )
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        root = document_fromstring(page, parser=parser, ensure_head_body=True)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise Unreadable(f"no HTML: {error}") from error
    if on_tree is not None:
        on_tree(root)
    _move_out_of_head(root)
    return root


_OF_HEAD = frozenset(words("title meta link script style base noscript template"))


def _move_out_of_head(root: HtmlElement) -> None:
    """Puts HTML5's elements into the body: of a page without `<body>` libxml2 leaves them in the head."""
    head, body = root.find("head"), root.find("body")
    if head is None or body is None:
        return
    foreign = [e for e in head if isinstance(e.tag, str) and e.tag not in _OF_HEAD]
    for i, element in enumerate(foreign):
        body.insert(i, element)


def _bytes(text: str) -> bytes:
    """`text` in UTF-8, without lone surrogates and what XML forbids."""
    page = text.encode("utf-8", "ignore").translate(None, _CONTROLS)
    for none in _NO_CHARACTERS:
        page = page.replace(none, b"")
    return page


_string_length = etree.XPath("string-length()")


def text_length(element: HtmlElement) -> int:
    """Characters of text in the element: those of `"".join(element.itertext())`, counted by libxml2."""
    return int(_string_length(element))


def said(element: HtmlElement, gap: str = " ") -> str:
    """The element's text as a reader sees it, without scripts.

    `gap` stands where one block or link ends, and where two elements meet without a space: they
    are set apart by style alone. `br` is a `LINE_BREAK`.
    """
    parts: list[str] = []
    apart = False
    for piece in _pieces(element):
        if piece is None:
            apart = True
            continue
        if word := piece.lstrip():
            if apart and parts and word[0] not in _CLOSING:
                parts.append(gap)
            apart = False
        parts.append(piece)
    return "".join(parts)


def _pieces(element: HtmlElement) -> Iterator[str | None]:
    """Texts in reading order; None where a gap is."""
    if element.text:
        yield element.text
    for child in element:
        if child.tag in UNREAD or child.tag == "br":
            if child.tag == "br":
                yield LINE_BREAK
            if child.tail:
                yield child.tail
            continue
        apart = child.tag in _APART
        if apart or _meets(child.getprevious(), element):
            yield None
        yield from _pieces(child)
        if apart or (child.tail and child.tail[0].isalnum()):
            yield None
        if child.tail:
            yield child.tail


def _meets(previous: HtmlElement | None, parent: HtmlElement) -> bool:
    """Whether a letter stands right before the next child begins."""
    before = parent.text if previous is None else (previous.tail or "x")
    return bool(before) and before[-1].isalnum()
