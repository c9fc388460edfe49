"""Is the markup of a page more than a parser should be given?

Parsers need time that grows with the square of an element's attributes, and pass over in silence what
lies deeper than they like; what walks through a tree may go no deeper than Python does. Elements inside
of scripts and comments cost nothing and do not count. Looked at before anything is parsed, in one pass
over the bytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from newscrawl.processing.limits import Limits

#: Bytes of one tag up to which it may have as many attributes as it likes.
_LONG_TAG = 16 * 1024
_MOST_ATTRIBUTES = 1_000
_LONG = re.compile(rb"<[A-Za-z][^<]{%d,}" % _LONG_TAG)
_VALUE = re.compile(rb"=\s*(?:\"[^\"]*\"|'[^']*')")
_ATTRIBUTE = re.compile(rb"[\s/\"'][^\s=\"'/>]+")
_START = re.compile(rb"<[A-Za-z]")
#: What stands in a page and is no markup: scripts and styles behind their own tag, and comments.
_NO_MARKUP = re.compile(
    rb"(<(script|style)\b[^>]*>).*?(?=</\2|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL
)
#: Elements that are closed as a rule, so that what is open can be counted without a tree.
_NESTING = re.compile(
    rb"<(/?)(?:div|span|section|article|main|aside|header|footer|nav|ul|ol|dl|table|tbody|figure|a|b|i|u|s"
    rb"|em|strong|small|big|font|center|blockquote|form|fieldset|label|button|svg|g|sup|sub|q|tt|code|pre)\b",
    re.IGNORECASE,
)


def markup_excess(body: bytes, limits: Limits) -> str | None:
    """What there is too much of in this page; None where it can be parsed."""
    if body.count(b"<") > limits.elements:
        elements = sum(1 for _ in _START.finditer(_NO_MARKUP.sub(rb"\1", body)))
        if elements > limits.elements:
            return f"{elements} elements"
    # A script compares with `<`, too: it is looked at without them only if it seems worth the time.
    if _most_attributes(body) > _MOST_ATTRIBUTES:
        attributes = _most_attributes(_NO_MARKUP.sub(rb"\1", body))
        if attributes > _MOST_ATTRIBUTES:
            return f"{attributes} attributes of one element"
    if _open(body) > limits.nesting and (depth := _depth(body)) > limits.nesting:
        return f"elements nested {depth} deep or more"
    return None


def _most_attributes(body: bytes) -> int:
    """The attributes of the tag that has most, as far as it is a long one."""
    tags = (_VALUE.sub(b"=", tag[0]).partition(b">")[0] for tag in _LONG.finditer(body))
    return max((sum(1 for _ in _ATTRIBUTE.finditer(tag)) for tag in tags), default=0)


def _open(body: bytes) -> int:
    """How many elements are open at most, unless they are closed by others."""
    most = depth = 0
    for closes in _NESTING.findall(body):  # of every tag of every page
        if not closes:
            depth += 1
            if depth > most:
                most = depth
        elif depth:
            depth -= 1
    return most


def _depth(body: bytes) -> int:
    """The depth of the tree that libxml2 makes, which stops at 2,048."""
    parser = etree.HTMLParser(remove_comments=True, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return 0
    if root is None:
        return 0
    most = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        most = max(most, depth)
    return most
