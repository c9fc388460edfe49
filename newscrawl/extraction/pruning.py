"""What on a page is not the article, told from the markup alone, and taken out before it is read.

Captions, boxes of other stories, newsletters, sharing, comments, text for screen readers. An element
that holds the headline or more than a little of the page's text stays, whatever it is called.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from lxml import etree

from newscrawl.extraction.tree import said, text_length
from newscrawl.extraction.wording import folded, line, words

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
    komentarz komentarze kommentar kommentare commentaires comentarios yorumlar reacties
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
#: One of these is in each name that `_UNSEEN` finds.
_UNSEEN_PARTS = ("only", "hidden", "reader", "screen", "invisible", "assistive")
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
#: The largest share of the page's text that a part may have and still be something else.
_SHARE = 0.05
_SMALL = 150
# Menus may well be longer than a brief.
_FRAME = ("nav", "footer")
_FRAME_SHARE = 0.4
#: What holds so much of the page's text is the article, though it is called something beside it.
_MISUSED = ("aside", "dialog")
_MAIN_SHARE = 0.4
_MOST_HEADS = 50
# A list of comments; it may be the larger part of the page, but not next to all of it.
_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:(?:user|reader)?comments?(?:[_-]?(?:list|area|section|wrap(?:per)?|container|box"
    r"|block|thread|s))?"
    r"|commentlist|kommentare|komentarze|komentarz|commentaires|comentarios|disqus(?:_thread)?)(?:$"
    r"|[\s_-])",
    re.IGNORECASE,
)
_COMMENTS_SHARE = 0.8
_TABLE_PARTS = ("table", "tbody", "thead", "tfoot", "tr", "td", "th")
#: Characters of a cell from which on a table is no table of data.
_LAYOUT_CELL = 400
#: Longer hidden text is folded up, and shown when the reader asks for it.
_LONGEST_HIDDEN = 200


def words_of(name: str) -> list[str]:
    """The words of a class name or id, in small letters."""
    if not name.islower():
        name = _CAMEL.sub("-", name).lower()
    return name.replace("_", "-").replace(" ", "-").split("-")


def is_else(names: Iterable[str]) -> bool:
    """Whether one of these words, or pairs of words, names something beside the article."""
    return not _ELSE.isdisjoint(names)


def is_not_shown(attributes: Mapping[str, str]) -> bool:
    """Whether attributes say that an element is not shown to those who see the page."""
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    return "style" in attributes and _NOT_SHOWN.search(attributes["style"]) is not None


def is_unseen(name: str) -> bool:
    """Whether a class name says so."""
    lower = name.lower()
    return any(map(lower.__contains__, _UNSEEN_PARTS)) and _UNSEEN.search(name) is not None


def prune(
    root: HtmlElement,
    *,
    apart: Iterable[HtmlElement],
    hidden: Iterable[HtmlElement],
    title: str = "",
) -> None:
    """Takes out of `root` what is apart from the article, what is hidden and short, and the next stories."""
    etree.strip_elements(root, *_BARE, with_tail=False)
    title = folded(title)
    total = text_length(root)
    for element in apart:
        size = text_length(element)
        share = _FRAME_SHARE if element.tag in _FRAME else _SHARE
        small = size <= max(_SMALL, total * share) and next(element.iter("h1"), None) is None
        if small or (size <= _COMMENTS_SHARE * total and _is_of_readers(element, title)):
            drop(element)
        elif element.tag in _MISUSED and size >= _MAIN_SHARE * total:
            element.tag = "div"  # no reader reads what it is called
    _drop_other_stories(root, title)
    _flatten_layout_tables(root)
    for element in hidden:
        if text_length(element) <= _LONGEST_HIDDEN:
            drop(element)
        else:
            for attribute in ("style", "hidden", "aria-hidden"):
                element.attrib.pop(attribute, None)


def _flatten_layout_tables(root: HtmlElement) -> None:
    """Makes `div` of the parts of each table that lays out the page, and is no table of data."""
    for table in root.iter("table"):
        if _is_layout(table):
            for part in table.iter(*_TABLE_PARTS):
                if next(part.iterancestors("table"), table) is table:
                    part.tag = "div"


def _is_layout(table: HtmlElement) -> bool:
    """Whether a table holds another one, the headline, or a cell with several sentences."""
    if table.find(".//table") is not None or table.find(".//h1") is not None:
        return True
    return any(text_length(cell) >= _LAYOUT_CELL for cell in table.iter("td"))


def _is_of_readers(element: HtmlElement, title: str) -> bool:
    """Whether an element holds comments, which may be longer than the article, and not the headline."""
    if element.tag in ("body", "html", "main", "article"):
        return False
    marks = f"{element.get('class') or ''} {element.get('id') or ''}"
    if not _COMMENTS.search(marks):
        return False
    return not any(folded(line(said(h), 500)) == title for h in element.iter("h1", "h2"))


def _drop_other_stories(root: HtmlElement, title: str) -> None:
    """Takes out each `article` with an h1 of its own, where another one has the h1 that is the title."""
    heads = [(e, folded(line(said(e), 500))) for e in islice(root.iter("h1"), _MOST_HEADS)]
    if len(heads) < 2:
        return
    stories = {head: next(head.iterancestors("article"), None) for head, _ in heads}
    own = {story for head, text in heads if text == title and (story := stories[head]) is not None}
    if not own:
        return
    for head, text in heads:
        story = stories[head]
        if story is None or story in own or text == title:
            continue
        if not any(a in own for a in story.iterancestors()) and not any(
            a is story for one in own for a in one.iterancestors()
        ):
            drop(story)


def drop(element: HtmlElement) -> None:
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
