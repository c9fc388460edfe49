"""What on a page is not the article, told from the markup alone, and taken out before it is read.

Hidden text, captions, boxes of other stories, newsletters, sharing, comments. An element that holds
the headline or much of the page's text is never taken out, whatever it is called.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TAGS = frozenset(
    "figcaption button form dialog iframe select textarea".split()
)
_WORD = r"(?:^|[\s_-]|(?<=[a-z])(?=[A-Z]))"
_HIDDEN = re.compile(
    r"(?:^|[\s_-])(?:sr-only|visually-?hidden|screen-?reader(?:-text)?|a11y-hidden|is-hidden|u-hidden|hidden-text"
    r"|off-?screen|invisible|assistive)(?:$|[\s_-])",
    re.IGNORECASE,
)
_APART = re.compile(
    r"(?:^|[\s_-])(?:related(?!-?links-?inline)|recommend(?:ed|ation)s?|newsletter|read-?(?:more|next|also)|also-?read|more-?(?:on|from|stories)"
    r"|most-?(?:read|popular)|trending|promo|advert(?:isement|orial)?|ad-(?:slot|container|wrapper)|sponsor(?:ed)?|outbrain|taboola"
    r"|share-?(?:bar|buttons?|tools?|links?)|social-?(?:share|media|links?|bar)|comments?(?:-section|-area|-list)?|disqus"
    r"|caption|credits?|copyright|photo-?credit|image-?(?:caption|credit|description)|paywall-?(?:message|teaser|overlay)"
    r"|cookie|consent|breadcrumbs?|author-?(?:bio|box|info|card|description)|about-?(?:the-)?author|infobox|factbox|info-?box|fact-?box"
    r"|tag-?list|tags|topics|keywords|subscribe|subscription|signup|sign-?up|cta|donat(?:e|ion)|teaser|widget-?area|skip-?link)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
#: The largest share of the page's text that a part may have and still be something else.
_SHARE = 0.05


def prune(root: HtmlElement) -> HtmlElement:
    """Takes out of `root` what is not the article; gives `root` back."""
    etree.strip_elements(root, "script", "style", "noscript", "template", "svg", with_tail=False)
    total = len("".join(root.itertext())) or 1
    for element in list(root.iter()):
        if element.getparent() is None or element.tag in ("body", "head", "html", "article", "main"):
            continue
        if element.tag in _TAGS or _is_apart(element):
            if _holds_article(element, total):
                continue
            _drop(element)
    return root


def _is_apart(element: HtmlElement) -> bool:
    attributes = element.attrib
    if not attributes:
        return element.tag == "aside"
    if "hidden" in attributes or attributes.get("aria-hidden") == "true" or element.tag == "aside":
        return True
    style = attributes.get("style")
    if style and re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", style):
        return True
    marks = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    if len(marks) < 4:
        return False
    marks = _CAMEL.sub("-", marks)
    return bool(_APART.search(marks) or _HIDDEN.search(marks))


def _holds_article(element: HtmlElement, total: int) -> bool:
    if element.find(".//h1") is not None:
        return True
    return len("".join(element.itertext())) > total * _SHARE


def _drop(element: HtmlElement) -> None:
    """Takes the element out; the text after it stays."""
    parent = element.getparent()
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
