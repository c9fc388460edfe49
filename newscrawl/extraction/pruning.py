"""What on a page is not the article, told from the markup alone, and taken out before it is read.

Captions, boxes of other stories, newsletters, sharing, comments, text for screen readers. An element
that holds the headline or more than a little of the page's text stays, whatever it is called.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from lxml import etree

from newscrawl.extraction.wording import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.html import HtmlElement

#: Tags whose content is never running text.
TAGS = frozenset(
    words(
        """
    aside figcaption button form dialog iframe select textarea noscript template svg nav
    footer
    """
    )
)
# Without them the readers have less to copy; nothing of them is text.
_BARE = ("script", "style", "link", "meta", "img", "source", "input")
# Words of class names and ids, alone or two in a row, that name something beside the article.
_ELSE = frozenset(
    words(
        """
    related recommend recommended recommendation recommendations newsletter readmore
    readnext readalso alsoread trending promo advert advertisement advertorial sponsor
    sponsored outbrain taboola sharebar sharebuttons sharetools sharelinks socialshare
    sociallinks socialbar comment comments disqus caption credit credits copyright cookie
    consent breadcrumb breadcrumbs infobox factbox taglist tags topics keywords subscribe
    subscription signup cta donate donation teaser read-more read-next read-also also-read
    more-on more-from more-stories most-read most-popular ad-slot ad-container ad-wrapper
    share-bar share-button share-buttons share-tools share-links social-share social-media
    social-links social-bar paywall paywall-message paywall-teaser paywall-overlay author-bio
    author-box author-info author-card author-description about-author info-box fact-box
    tag-list sign-up widget-area skip-link
    """
    )
)
_UNSEEN = re.compile(
    r"(?:^|[\s_-])(?:sr-only|visually-?hidden|screen-?reader(?:-text)?|a11y-hidden|is-hidden"
    r"|u-hidden|hidden-text"
    r"|off-?screen|invisible|assistive)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
#: The largest share of the page's text that a part may have and still be something else.
_SHARE = 0.05
_SMALL = 150
# Menus may well be longer than a brief.
_FRAME = ("nav", "footer")
_FRAME_SHARE = 0.4
#: Longer hidden text is folded up, and shown when the reader asks for it.
_LONGEST_HIDDEN = 200


def speaks_of_else(marks: str) -> bool:
    """Whether class and id say that an element is something beside the article."""
    if not marks.islower():
        marks = _CAMEL.sub("-", marks).lower()
    words = marks.replace("_", "-").replace(" ", "-").split("-")
    return not _ELSE.isdisjoint(words) or not _ELSE.isdisjoint(map("-".join, pairwise(words)))


def is_hidden(attributes: Mapping[str, str]) -> bool:
    """Whether an element is not shown to those who see the page."""
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    if "style" in attributes and _NOT_SHOWN.search(attributes["style"]):
        return True
    return "class" in attributes and _is_unseen(attributes["class"])


@lru_cache(maxsize=8192)
def _is_unseen(name: str) -> bool:
    return bool(_UNSEEN.search(name))


def prune(
    root: HtmlElement, *, apart: Iterable[HtmlElement], hidden: Iterable[HtmlElement]
) -> None:
    """Takes out of `root` what is apart from the article, and what is hidden and short."""
    etree.strip_elements(root, *_BARE, with_tail=False)
    total = len("".join(root.itertext()))
    for element in apart:
        size = len("".join(element.itertext()))
        share = _FRAME_SHARE if element.tag in _FRAME else _SHARE
        if size <= max(_SMALL, total * share) and element.find(".//h1") is None:
            _drop(element)
    for element in hidden:
        if len("".join(element.itertext())) <= _LONGEST_HIDDEN:
            _drop(element)
        else:
            for attribute in ("style", "hidden", "aria-hidden"):
                element.attrib.pop(attribute, None)


def _drop(element: HtmlElement) -> None:
    """Takes the element out; the text after it stays."""
    parent = element.getparent()
    if parent is None or element.tag in ("body", "head"):
        return
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
